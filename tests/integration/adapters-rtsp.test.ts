import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { createLogger, createSecretRegister, silentLogger } from '#base/log';
import { rtspSourceSchema, type StreamStatus, type StreamWay } from '#contracts/camera';
import type { Fragment, StreamInfo } from '#contracts/media';
import { type Adapter, CameraFault } from '../../camera-adapters/adapter.ts';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createIngest } from '../../camera-adapters/ffmpeg/ingest.ts';
import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import type { DirectIngest } from '../../camera-adapters/rtsp/direct-ingest.ts';
import { createIntake } from '../../camera-adapters/rtsp/intake.ts';
import { createRtspAdapter } from '../../camera-adapters/rtsp/rtsp-adapter.ts';
import { createSupervisor } from '../../camera-adapters/supervisor.ts';
import { configSchema } from '../../config/schema.ts';
import { type GstRtspServer, gstRtspServerMissing, startGstRtspServer, testLaunch } from '../fakes/gst-rtsp-server.ts';
import { sharingNumbers, startRtspProxy } from '../fakes/rtsp-proxy.ts';

/** RTSP by our own client and by FFmpeg against GStreamer's server: what a camera can send, how it can refuse, and how it can fail. */

const missing = gstRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

const NONE = { username: '', password: '' };
const PASSWORD = 'p@ss:w0rd/ü';

const INTAKE = { readTimeoutMs: 3000, fragmentMs: 200, firstPictureMs: 5000 };

interface Ways {
  readonly firstPictureMs?: number;
  readonly direct?: DirectIngest;
  readonly g711?: 'flac' | 'transcode';
}

function adapter(log = silentLogger(), way: 'direct' | 'ffmpeg' = 'direct', ways: Ways = {}): Adapter {
  const deps = { clock: systemClock, log };
  const { firstPictureMs = INTAKE.firstPictureMs } = ways;
  return createRtspAdapter({
    ...deps,
    direct: ways.direct ?? createIntake(0, { ...deps, ...INTAKE, firstPictureMs }),
    config: { rtsp: way, g711: ways.g711 ?? 'flac' },
    ingest: createIngest({ ...deps, ffmpegPath: 'ffmpeg', fragmentMs: 200, readTimeoutMs: 3000 }),
    guard: createAddressGuard({ allowNetworks: ['127.0.0.0/8'] }),
    stills: createStillDecoder({ ffmpegPath: 'ffmpeg' }),
  });
}

function source(mainUrl: string, transport: 'tcp' | 'udp' = 'tcp', subUrl: string | null = null) {
  return rtspSourceSchema.parse({ kind: 'rtsp', mainUrl, subUrl, transport });
}

/** Runs until `count` fragments came or the stream ended. */
async function take(
  url: string,
  count: number,
  options: { transport?: 'tcp' | 'udp'; credentials?: typeof NONE; from?: Adapter; onFragment?: () => void } = {},
): Promise<{ infos: StreamInfo[]; fragments: Fragment[]; ways: StreamWay[] }> {
  const seen: { infos: StreamInfo[]; fragments: Fragment[]; ways: StreamWay[] } = {
    infos: [],
    fragments: [],
    ways: [],
  };
  const enough = new AbortController();
  await (options.from ?? adapter()).run({
    cameraId: 'camera',
    role: 'main',
    source: source(url, options.transport),
    credentials: options.credentials ?? NONE,
    signal: enough.signal,
    onWay: (way) => void seen.ways.push(way),
    sink: {
      info: (info) => void seen.infos.push(info),
      fragment(fragment) {
        seen.fragments.push(fragment);
        options.onFragment?.();
        if (seen.fragments.length >= count) enough.abort();
      },
    },
  });
  return seen;
}

async function faultOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof CameraFault) return error.kind;
    throw error;
  }
  return 'none';
}

/** Command lines of this process's children, as any user of the machine can list them. */
function childCommands(): string[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === process.pid ? [readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });
}

/** Those that read a camera; the decoders of stills, which read a pipe, stay for the next one. */
const ffmpegs = (): string[] =>
  childCommands().filter((command) => command.includes('ffmpeg') && !command.includes('-ignore_editlist'));

describe.skipIf(missing !== undefined)('a camera of somebody else', () => {
  let server: GstRtspServer;
  beforeAll(async () => {
    server = await startGstRtspServer({
      streams: [
        { path: 'h264', launch: testLaunch('h264') },
        {
          path: 'slice',
          launch: testLaunch('h264').replace('tune=zerolatency', 'tune=zerolatency sliced-threads=false'),
        },
        { path: 'h265', launch: testLaunch('h265') },
        { path: 'mjpeg', launch: testLaunch('mjpeg') },
        { path: 'alaw', launch: testLaunch('h264', { sound: 'alaw' }) },
        { path: 'aac', launch: testLaunch('h264', { sound: 'aac' }) },
        { path: 'small', launch: testLaunch('h264', { width: 320, height: 180 }) },
        { path: 'stalls', launch: testLaunch('h264') },
        { path: 'drops', launch: testLaunch('h264') },
        { path: 'broken', launch: '( fakesrc ! nothing )' },
      ],
    });
  });
  afterAll(() => server?.stop());
  afterEach(() => expect(ffmpegs()).toEqual([]));

  const AAC_OF_8K = { codec: 'mp4a.40.2', sampleRate: 8000, channels: 1 };
  const FLAC = { codec: 'flac', sampleRate: 8000, channels: 1 };
  const AAC = { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 };
  const DIRECT = [{ by: 'direct', reason: null, what: '' }];
  const SET = [{ by: 'ffmpeg', reason: 'setting', what: '' }];
  const because = (reason: string, what: unknown): unknown[] => [...DIRECT, { by: 'ffmpeg', reason, what }];
  it.each([
    ['h264', 'tcp', /^avc1\.42/, null, DIRECT],
    ['h264', 'tcp', /^avc1\.42/, null, SET],
    ['h264', 'udp', /^avc1\.42/, null, DIRECT],
    ['h265', 'tcp', /^hvc1\.1\.6\.L/, null, DIRECT],
    ['h265', 'udp', /^hvc1\.1\.6\.L/, null, DIRECT],
    ['h265', 'udp', /^hvc1\.1\.6\.L/, null, SET],
    ['mjpeg', 'tcp', /^mp4v\.6C$/, null, because('codec', 'JPEG')],
    ['alaw', 'udp', /^avc1/, FLAC, DIRECT],
    ['alaw', 'tcp', /^avc1/, AAC_OF_8K, SET],
    ['aac', 'tcp', /^avc1/, AAC, DIRECT],
    ['aac', 'tcp', /^avc1/, AAC, SET],
  ] as [string, 'tcp' | 'udp', RegExp, unknown, unknown[]][])(
    '%s over %s',
    async (path, transport, codec, audio, way) => {
      const before = Date.now();
      const from = adapter(silentLogger(), way === SET ? 'ffmpeg' : 'direct');
      const { infos, fragments, ways } = await take(server.url(path), 4, { transport, from });
      expect(ways).toEqual(way);
      expect(infos).toHaveLength(1);
      expect(infos[0]?.video).toMatchObject({ width: 640, height: 360, codec: expect.stringMatching(codec) });
      expect(infos[0]?.audio).toEqual(audio);
      expect(fragments[0]?.keyframe).toBe(true);
      for (const [at, fragment] of fragments.entries()) {
        expect(fragment).toMatchObject({ generation: 1, sequence: at + 1 });
        const next = fragments[at + 1];
        if (next === undefined) continue;
        expect(next.decodeTime).toBeGreaterThanOrEqual(fragment.decodeTime + fragment.duration * 0.9);
        expect(next.wallClockMs).toBeGreaterThanOrEqual(fragment.wallClockMs);
      }
      expect(fragments[0]?.wallClockMs).toBeGreaterThan(before - 3000);
      // A camera that begins late is believed to be so only slowly (timeline).
      expect(fragments.at(-1)?.wallClockMs).toBeLessThanOrEqual(Date.now() + 250);
    },
  );

  it('comes in by a thread as it does here, and what is not for it by FFmpeg', async () => {
    const intake = createIntake(1, { clock: systemClock, log: silentLogger(), ...INTAKE });
    try {
      const from = adapter(silentLogger(), 'direct', { direct: intake });
      const [alaw, h265, mjpeg] = await Promise.all([
        take(server.url('alaw'), 4, { from }),
        take(server.url('h265'), 4, { from, transport: 'udp' }),
        take(server.url('mjpeg'), 1, { from }),
      ]);
      expect(alaw).toMatchObject({ infos: [{ audio: FLAC }], ways: DIRECT });
      expect(h265).toMatchObject({ infos: [{ video: { width: 640, height: 360 } }], ways: DIRECT });
      expect([alaw, h265].map(({ fragments }) => fragments[0]?.keyframe)).toEqual([true, true]);
      expect(mjpeg.ways).toEqual(because('codec', 'JPEG'));
      expect(await faultOf(take(server.url('nothing-here'), 1, { from }))).toBe('unreachable');
    } finally {
      await intake.end();
    }
  });

  it('gives to FFmpeg what makes no picture, and says so', async () => {
    const proxy = await startRtspProxy(server.url(''), sharingNumbers);
    const { ways, fragments } = await take(proxy.url('slice'), 2, {
      from: adapter(silentLogger(), 'direct', { firstPictureMs: 1000 }),
    });
    expect(ways).toEqual(because('noPicture', expect.stringContaining('hardly a picture')));
    expect(fragments[0]?.keyframe).toBe(true);
    await proxy.stop();
  });

  it('remembers what only FFmpeg reads', async () => {
    const from = adapter();
    expect((await take(server.url('mjpeg'), 1, { from })).ways).toHaveLength(2);
    expect((await take(server.url('mjpeg'), 1, { from })).ways).toEqual([
      { by: 'ffmpeg', reason: 'codec', what: 'JPEG' },
    ]);
  });

  it('learns once that MP4 does not take A-law', async () => {
    const logged: string[] = [];
    const from = adapter(
      createLogger({ level: 'info', secrets: createSecretRegister(), write: (line) => logged.push(line) }),
      'direct',
      { g711: 'transcode' },
    );
    const again = (): string[] => logged.filter((line) => line.includes('dialling again'));
    expect((await take(server.url('alaw'), 1, { from })).ways).toEqual(because('sound', 'PCMA'));
    expect(again()).toEqual([expect.stringContaining('MP4 does not take its sound')]);
    await take(server.url('alaw'), 1, { from });
    expect(again()).toHaveLength(1);
  });

  it('says what is wrong', async () => {
    expect(await faultOf(take(server.url('nothing-here'), 1))).toBe('unreachable');
    // It answers DESCRIBE with a description of nothing.
    expect(await faultOf(take(server.url('broken'), 1))).toBe('notACamera');
    expect(await faultOf(take('rtsp://127.0.0.1:1/x', 1))).toBe('unreachable');
    expect(await faultOf(take('rtsp://169.254.169.254/x', 1))).toBe('refusedAddress');
    expect(await faultOf(take('rtsp://0x7f.1/x', 1))).toBe('unreachable');
  });

  it('ends with a fault when the camera ends the session, though FFmpeg leaves with code 0', async () => {
    const run = take(server.url('drops'), 1e9, { onFragment: () => server.drop() });
    expect(await faultOf(run)).toBe('ended');
  });

  it('is down when the camera stays connected and sends nothing, and comes back by itself', async () => {
    const states: string[] = [];
    const supervisor = createSupervisor({
      adapters: [adapter()],
      sinkFor: () => ({ info: () => {}, fragment: () => {} }),
      config: configSchema.parse({ cameras: { livenessMs: 1000, reconnectFirstMs: 100 } }).cameras,
      clock: systemClock,
      log: silentLogger(),
    });
    // A live camera tells its status again when more of it is known; only a change of state counts here.
    const back = new Promise<void>((resolve) => {
      supervisor.onStatus((_id, { state, fault }) => {
        const told = fault === null ? state : `${state} ${fault}`;
        if (states.at(-1) === told) return;
        states.push(told);
        if (state === 'live' && states.length === 2) server.pause('stalls');
        if (state === 'down') server.resume('stalls');
        if (state === 'live' && states.length > 2) resolve();
      });
    });
    supervisor.apply({
      id: 'a',
      enabled: true,
      source: source(server.url('stalls')),
      credentials: NONE,
      mainStream: 'always',
    });
    await back;
    await supervisor.stop();
    expect(states.slice(0, 4)).toEqual(['connecting', 'live', 'down noFrames', 'connecting noFrames']);
  });

  it('tests before save: both streams beside each other, and a still', async () => {
    const answer = await adapter().probe({
      source: source(server.url('h265'), 'tcp', server.url('small')),
      credentials: NONE,
      timeoutMs: 9500,
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ ok: true, fault: null });
    expect(answer.streams).toMatchObject([
      { role: 'main', reference: server.url('h265'), width: 640, codec: expect.stringMatching(/^hvc1/), frameRate: 15 },
      { role: 'sub', reference: server.url('small'), width: 320 },
    ]);
    expect(
      Buffer.from(answer.snapshot ?? '', 'base64')
        .subarray(0, 2)
        .toString('hex'),
    ).toBe('ffd8');
    expect(answer.elapsedMs).toBeLessThan(9500);
  });

  it('tests before save: shows what works beside what does not', async () => {
    const answer = await adapter().probe({
      source: source(server.url('h264'), 'tcp', server.url('nothing-here')),
      credentials: NONE,
      timeoutMs: 9500,
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ ok: false, fault: 'unreachable' });
    expect(answer.streams.map((stream) => stream.role)).toEqual(['main']);
  });

  it('leaves no process, socket or timer after 20 forced restarts', async () => {
    const handles = (): number =>
      process.getActiveResourcesInfo().filter((name) => /Pipe|TCP|Process/.test(name)).length;
    const before = handles();
    let onLive: () => void = () => {};
    const supervisor = createSupervisor({
      adapters: [adapter()],
      sinkFor: () => ({ info: () => {}, fragment: () => {} }),
      config: configSchema.parse({}).cameras,
      clock: systemClock,
      log: silentLogger(),
    });
    supervisor.onStatus((_id, status: StreamStatus) => {
      if (status.state === 'live') onLive();
    });
    const live = (): Promise<void> => new Promise((resolve) => (onLive = resolve));
    let next = live();
    supervisor.apply({
      id: 'a',
      enabled: true,
      source: source(server.url('small')),
      credentials: NONE,
      mainStream: 'always',
    });
    for (let i = 0; i < 20; i += 1) {
      // Half of them in the middle of dialling.
      if (i % 2 === 0) await next;
      next = live();
      supervisor.restart('a');
      expect(ffmpegs().length).toBeLessThanOrEqual(1);
    }
    await next;
    expect(supervisor.statuses('a')[0]?.starts).toBeGreaterThanOrEqual(11);
    await supervisor.stop();
    expect(ffmpegs()).toEqual([]);
    expect(handles()).toBeLessThanOrEqual(before);
  });
});

describe.skipIf(missing !== undefined).each(['basic', 'digest'] as const)('a camera with %s authentication', (kind) => {
  let server: GstRtspServer;
  beforeAll(async () => {
    server = await startGstRtspServer({
      streams: [{ path: 'h264', launch: testLaunch('h264') }],
      auth: { user: 'admin', password: PASSWORD, kind },
    });
  });
  afterAll(() => server?.stop());

  it.each(['direct', 'ffmpeg'] as const)('opens with the right password, which nobody can list (%s)', async (way) => {
    let commands: string[] = [];
    const { fragments } = await take(server.url('h264'), 2, {
      from: adapter(silentLogger(), way),
      credentials: { username: 'admin', password: PASSWORD },
      onFragment: () => {
        commands = ffmpegs();
      },
    });
    expect(fragments.length).toBeGreaterThanOrEqual(2);
    expect(commands).toHaveLength(way === 'direct' ? 0 : 1);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'admin', 'rtsp://']) {
      expect(commands[0] ?? '').not.toContain(secret);
    }
  });

  it('takes the password from the address too', async () => {
    const url = server.url('h264').replace('://', `://admin:${encodeURIComponent(PASSWORD)}@`);
    expect((await take(url, 1)).fragments).toHaveLength(1);
  });

  it('refuses a wrong password and none', async () => {
    const wrong = { username: 'admin', password: 'wrong' };
    expect(await faultOf(take(server.url('h264'), 1, { credentials: wrong }))).toBe('unauthorised');
    expect(await faultOf(take(server.url('h264'), 1))).toBe('unauthorised');
  });
});
