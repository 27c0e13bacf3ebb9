import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { onvifSourceSchema } from '#contracts/camera';
import type { Fragment, StreamInfo } from '#contracts/media';
import type { Adapter } from '../../camera-adapters/adapter.ts';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createIngest } from '../../camera-adapters/ffmpeg/ingest.ts';
import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import { createOnvifAdapter } from '../../camera-adapters/onvif/adapter.ts';
import { createDiscovery } from '../../camera-adapters/onvif/discovery.ts';
import { createDirectIngest } from '../../camera-adapters/rtsp/direct-ingest.ts';
import { createRtspAdapter } from '../../camera-adapters/rtsp/rtsp-adapter.ts';
import { createRtspClient } from '../../camera-adapters/rtsp/session.ts';
import { type OnvifDevice, startOnvifDevice } from '../../camera-adapters/simulator/onvif-device/device.ts';
import { type GstRtspServer, gstRtspServerMissing, startGstRtspServer, testLaunch } from '../fakes/gst-rtsp-server.ts';
import { envelope, type SoapResponder, startSoapResponder } from '../fakes/soap-responder.ts';

const script = fileURLToPath(new URL('./multicast-search.ts', import.meta.url));
/** A namespace without a network needs its loopback up and a way for multicast. */
const inNamespace = [
  '-rn',
  'sh',
  '-c',
  'ip link set lo up && ip route add 239.255.255.250/32 dev lo && exec "$@"',
  'sh',
];
const possible = spawnSync('unshare', [...inNamespace, 'true']).status === 0;
if (!possible) process.stderr.write('multicast search is not tested: no network namespace can be made here\n');

describe('WS-Discovery', () => {
  it.skipIf(!possible)('finds devices by their identity, whatever else answers', async () => {
    const node = [process.execPath, '--conditions=source', '--import', 'tsx', script];
    const { stdout, stderr } = await promisify(execFile)('unshare', [...inNamespace, ...node], { timeout: 30_000 });
    expect(stderr).toBe('');
    const found: unknown[] = JSON.parse(stdout);
    const candidate = (id: string) => ({
      id,
      deviceUrl: `http://127.0.0.1/${id}/device_service`,
      address: '127.0.0.1',
      name: `Camera ${id}`,
      hardware: '',
      location: '',
    });
    const simulated = { id: expect.stringMatching(/^urn:uuid:/), name: 'Simulated', address: '127.0.0.1' };
    expect(found).toHaveLength(4);
    expect(found).toEqual(
      expect.arrayContaining([...['007', '8', '9'].map(candidate), expect.objectContaining(simulated)]),
    );
  });
});

const missing = gstRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);
if (missing !== undefined) process.stderr.write(`ONVIF streams are not tested: ${missing}\n`);

const guard = createAddressGuard({ allowNetworks: ['127.0.0.0/8'] });

function onvifAdapter(): Adapter {
  const house = { clock: systemClock, log: silentLogger() };
  const ingest = createIngest({ ffmpegPath: 'ffmpeg', fragmentMs: 200, readTimeoutMs: 5000, ...house });
  const client = createRtspClient({ readTimeoutMs: 5000, ...house });
  const rtsp = createRtspAdapter({
    ...{ ingest, guard, stills: createStillDecoder({ ffmpegPath: 'ffmpeg' }), ...house },
    direct: createDirectIngest({ client, fragmentMs: 200, ...house }),
    config: { rtsp: 'direct', g711: 'flac' },
  });
  return createOnvifAdapter({ rtsp, checkAddress: guard.check, ...house });
}

describe.skipIf(missing !== undefined)('ONVIF with streams of a real RTSP server behind it', () => {
  const credentials = { username: 'admin', password: 'mật khẩu' };
  let streams: GstRtspServer;
  let device: SoapResponder;
  let adapter: Adapter;

  beforeAll(async () => {
    streams = await startGstRtspServer({
      streams: [
        { path: 'large', launch: testLaunch('h264', { width: 640, height: 360 }) },
        { path: 'small', launch: testLaunch('h264', { width: 320, height: 180 }) },
      ],
      auth: { user: credentials.username, password: credentials.password, kind: 'digest' },
    });
    device = await startSoapResponder();
    device.reply('GetStreamUri', (_request, response, asked) => {
      const { port } = new URL(streams.url(''));
      const path = asked.includes('<ProfileToken>1<') ? 'large' : 'small';
      // The address that the camera has behind its router.
      const uri = `<tt:MediaUri><tt:Uri>rtsp://192.168.1.64:${port}/${path}</tt:Uri></tt:MediaUri>`;
      response.end(envelope(`<trt:GetStreamUriResponse xmlns:trt="t">${uri}</trt:GetStreamUriResponse>`));
    });
    adapter = onvifAdapter();
  });
  afterAll(async () => {
    await device.close();
    await streams.stop();
  });

  const source = () =>
    onvifSourceSchema.parse({ kind: 'onvif', deviceUrl: device.url, username: credentials.username });

  it('is tested before it is saved: who it is, both streams as they are, a still', async () => {
    const signal = new AbortController().signal;
    const result = await adapter.probe({ source: source(), credentials, timeoutMs: 20_000, signal });
    expect(result).toMatchObject({ ok: true, fault: null, make: 'Acme', firmware: '1.10', canPtz: true });
    expect(result.streams.map(({ role, reference, width, height }) => [role, reference, width, height])).toEqual([
      ['main', '1', 640, 360],
      ['sub', '2', 320, 180],
    ]);
    expect(result.streams.every(({ codec }) => codec.startsWith('avc1.'))).toBe(true);
    expect(
      Buffer.from(result.snapshot ?? '', 'base64')
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');
  });

  it('says when the stream refuses the login that the device took', async () => {
    const signal = new AbortController().signal;
    const wrong = { ...credentials, password: 'something else' };
    const result = await adapter.probe({ source: source(), credentials: wrong, timeoutMs: 20_000, signal });
    expect(result).toMatchObject({ ok: false, fault: 'unauthorised', make: 'Acme' });
  });

  it.each([
    ['main', 640],
    ['sub', 320],
  ] as const)('gives the picture of its %s stream', async (role, width) => {
    const controller = new AbortController();
    const infos: StreamInfo[] = [];
    const fragments: Fragment[] = [];
    await adapter.run({
      cameraId: 'gate',
      role,
      source: source(),
      credentials,
      sink: {
        info: (info) => infos.push(info),
        fragment(fragment) {
          fragments.push(fragment);
          if (fragments.length === 3) controller.abort();
        },
      },
      signal: controller.signal,
    });
    expect(infos[0]?.video.width).toBe(width);
    expect(fragments[0]?.keyframe).toBe(true);
  });
});

describe.skipIf(missing !== undefined)('ONVIF with the simulated device, which follows the specification', () => {
  const credentials = { username: 'admin', password: 'tr0u&ble <1> ữ' };
  const JPEG = Buffer.from('ffd8ffe000104a464946ffd9', 'hex');
  const adapter = onvifAdapter();
  let streams: GstRtspServer;
  let device: OnvifDevice | undefined;

  beforeAll(async () => {
    streams = await startGstRtspServer({
      streams: [
        { path: 'large', launch: testLaunch('h264', { width: 640, height: 360 }) },
        { path: 'small', launch: testLaunch('h264', { width: 320, height: 180 }) },
      ],
      auth: { user: credentials.username, password: credentials.password, kind: 'digest' },
    });
  });
  afterAll(() => streams.stop());
  afterEach(() => device?.stop());

  async function begin(clockSkewMs = 0): Promise<OnvifDevice> {
    const stream = { codec: 'h264' as const };
    device = await startOnvifDevice({
      host: '127.0.0.1',
      port: 0,
      ...credentials,
      name: 'Cổng chính',
      clockSkewMs,
      profiles: [
        { ...stream, token: '02', name: 'Small', width: 320, height: 180, rtspUrl: streams.url('small') },
        { ...stream, token: '1', name: 'Large', width: 640, height: 360, rtspUrl: streams.url('large') },
      ],
      snapshot: async () => JPEG,
    });
    return device;
  }

  const request = (login = credentials) => ({
    source: onvifSourceSchema.parse({ kind: 'onvif', deviceUrl: device?.deviceUrl, username: login.username }),
    credentials: login,
    signal: new AbortController().signal,
  });

  it.each([0, -7 * 86_400_000, 400 * 86_400_000])(
    'is let in whatever the device’s clock says (%i ms off)',
    async (skewMs) => {
      await begin(skewMs);
      const result = await adapter.probe({ ...request(), timeoutMs: 20_000 });
      expect(result).toMatchObject({ ok: true, fault: null, canPtz: true, snapshot: JPEG.toString('base64') });
      expect(result.streams.map(({ role, reference, width }) => [role, reference, width])).toEqual([
        ['main', '1', 640],
        ['sub', '02', 320],
      ]);
      expect(Math.abs((result.clockOffsetMs ?? Number.NaN) - skewMs)).toBeLessThan(5000);
    },
  );

  it('is not let in with a wrong password, nor without any', async () => {
    await begin();
    for (const login of [
      { ...credentials, password: 'wrong' },
      { username: '', password: '' },
    ]) {
      const result = await adapter.probe({ ...request(login), timeoutMs: 20_000 });
      expect(result).toMatchObject({ ok: false, fault: 'unauthorised', streams: [] });
    }
  });

  it('steers it: moves, stops by itself, and goes to the one of two presets of one name', async () => {
    const camera = await begin();
    await adapter.ptz?.command(request(), { action: 'move', pan: 1, tilt: 0, zoom: 0, timeoutMs: 300 });
    expect(camera.ptzState().moving).toBe(true);
    await vi.waitFor(() => expect(camera.ptzState().moving).toBe(false), { timeout: 10_000 });
    expect(camera.ptzState().pan).toBeGreaterThan(0);
    expect(await adapter.ptz?.presets(request())).toEqual([
      { token: '1', name: 'Gate' },
      { token: '02', name: 'Gate' },
    ]);
    await adapter.ptz?.command(request(), { action: 'preset', token: '02' });
    expect(camera.ptzState().preset).toBe('02');
    await expect(adapter.ptz?.command(request(), { action: 'preset', token: '2' })).rejects.toThrow();
  });

  it('is found by its address range', async () => {
    const camera = await begin();
    const found: unknown[] = [];
    await createDiscovery({ checkAddress: guard.check, log: silentLogger() })({
      multicast: false,
      ranges: ['127.0.0.1'],
      ports: [Number(new URL(camera.deviceUrl).port)],
      timeoutMs: 10_000,
      signal: new AbortController().signal,
      onCandidate: (candidate) => found.push(candidate),
      onProgress: () => undefined,
    });
    expect(found).toEqual([expect.objectContaining({ deviceUrl: camera.deviceUrl, address: '127.0.0.1' })]);
  });
});
