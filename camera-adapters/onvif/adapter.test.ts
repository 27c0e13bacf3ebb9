import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { CameraSource, ProbeResult } from '#contracts/camera';
import {
  dateAndTime,
  envelope,
  type SoapResponder,
  soapFault,
  startSoapResponder,
} from '../../tests/fakes/soap-responder.ts';
import { type Adapter, CameraFault, type RunRequest } from '../adapter.ts';
import { createOnvifAdapter } from './adapter.ts';
import type { CheckAddress } from './device-address.ts';

const credentials = { username: 'admin', password: 'secret-of-the-camera' };
const checkAddress: CheckAddress = async (text) => ({ url: new URL(text), address: '127.0.0.1' });
const JPEG = Buffer.from('ffd8ffe000104a464946ffd9', 'hex');

/** What the RTSP adapter was asked to open or test. */
let opened: CameraSource[];
let rtspAnswer: Partial<ProbeResult>;
const rtsp: Adapter = {
  kind: 'rtsp',
  roles: () => ['main'],
  async run({ source }: RunRequest) {
    opened.push(source);
  },
  async probe({ source }) {
    opened.push(source);
    const none = { fault: null, detail: '', make: '', model: '', firmware: '', serial: '', snapshot: null };
    const stream = { codec: 'avc1.64001f', audioCodec: null, width: 1920, height: 1080, frameRate: 25 };
    const streams = [
      { ...stream, role: 'main' as const, reference: 'rtsp://main' },
      { ...stream, role: 'sub' as const, reference: 'rtsp://sub' },
    ];
    return { ok: true, ...none, streams, clockOffsetMs: null, canPtz: false, elapsedMs: 1, ...rtspAnswer };
  },
};

let device: SoapResponder;
let adapter: Adapter;

beforeEach(async () => {
  opened = [];
  rtspAnswer = {};
  device = await startSoapResponder();
  adapter = createOnvifAdapter({ rtsp, checkAddress, clock: systemClock, log: silentLogger() });
});
afterEach(() => device.close());

function source(more: Partial<Extract<CameraSource, { kind: 'onvif' }>> = {}): CameraSource {
  return {
    kind: 'onvif',
    deviceUrl: device.url,
    authentication: 'password',
    username: credentials.username,
    mainProfile: null,
    subProfile: null,
    transport: 'tcp',
    ...more,
  };
}

function probe(more: Parameters<typeof source>[0] = {}, timeoutMs = 10_000): Promise<ProbeResult> {
  return adapter.probe({ source: source(more), credentials, timeoutMs, signal: new AbortController().signal });
}

function run(more: Partial<RunRequest> = {}): Promise<void> {
  return adapter.run({
    cameraId: 'gate',
    role: 'main',
    source: source(),
    credentials,
    sink: { info: () => {}, fragment: () => {} },
    signal: new AbortController().signal,
    ...more,
  });
}

describe('ONVIF test before save', () => {
  it('says what the device is, in its own words', async () => {
    const result = await probe();
    expect(result).toMatchObject({
      ok: true,
      fault: null,
      make: 'Acme',
      model: '1001',
      firmware: '1.10',
      serial: '12345678901234567890',
      canPtz: true,
    });
    expect(result.streams.map(({ role, reference, codec }) => [role, reference, codec])).toEqual([
      ['main', '1', 'avc1.64001f'],
      ['sub', '2', 'avc1.64001f'],
    ]);
    expect(Math.abs(result.clockOffsetMs ?? Number.NaN)).toBeLessThan(5000);
  });

  it('reads the clock without login before it logs in, and dates the login by it', async () => {
    const wrong = new Date(Date.now() - 3 * 365 * 86_400_000);
    device.reply('GetSystemDateAndTime', dateAndTime(wrong));
    const result = await probe();
    expect(device.asked[0]).toBe('GetSystemDateAndTime');
    expect(device.envelopes[0]).not.toContain('Security');
    const created = /Created[^>]*>([^<]+)</.exec(device.envelopes[1] ?? '')?.[1] ?? '';
    expect(Math.abs(Date.parse(created) - wrong.getTime())).toBeLessThan(5000);
    expect(Math.abs((result.clockOffsetMs ?? 0) + 3 * 365 * 86_400_000)).toBeLessThan(5000);
  });

  it('reads the clock alone, where the device tells one', async () => {
    const request = () => ({ source: source(), credentials, signal: new AbortController().signal });
    device.reply('GetSystemDateAndTime', dateAndTime(new Date(Date.now() + 60_000)));
    expect(Math.abs(((await adapter.readClock?.(request())) ?? 0) - 60_000)).toBeLessThan(5000);
    device.reply('GetSystemDateAndTime', soapFault('ter:NotAuthorized', 'not without login'));
    expect(await adapter.readClock?.(request())).toBeNull();
    expect(opened).toEqual([]);
  });

  it('sends no login where none is wanted', async () => {
    device.reply('GetDeviceInformation', (request, response, body) => {
      if (body.includes('Security')) soapFault('ter:NotAuthorized', 'no header, please')(request, response, body);
      else
        response.end(
          envelope(
            '<tds:GetDeviceInformationResponse><tds:Model>Strict</tds:Model></tds:GetDeviceInformationResponse>',
          ),
        );
    });
    expect(await probe()).toMatchObject({ ok: false, fault: 'unauthorised' });
    expect(await probe({ authentication: 'none' })).toMatchObject({ ok: true, model: 'Strict' });
  });

  it('asks who the device is before it calls it found: a wrong password passes time and services', async () => {
    for (const refusal of [
      soapFault('ter:NotAuthorized', 'Sender not Authorized'),
      soapFault('wsse:FailedAuthentication', 'failed', 500),
      (_: unknown, response: ServerResponse) => void response.writeHead(401).end('<html>Unauthorized</html>'),
    ]) {
      device.reply('GetDeviceInformation', refusal);
      expect(await probe()).toMatchObject({ ok: false, fault: 'unauthorised', streams: [], make: '' });
    }
    expect(opened).toEqual([]);
  });

  it('answers a Digest challenge, with the password nowhere in clear', async () => {
    const seen: (string | undefined)[] = [];
    const plain = device.envelopes;
    device.reply('GetDeviceInformation', (request, response) => {
      seen.push(request.headers.authorization);
      if (request.headers.authorization === undefined) {
        response
          .writeHead(401, { 'www-authenticate': ['Basic realm="x"', 'Digest realm="x", nonce="n", qop="auth"'] })
          .end();
      } else response.end(envelope('<tds:GetDeviceInformationResponse/>'));
    });
    expect(await probe()).toMatchObject({ ok: true });
    expect(seen[1]).toMatch(/^Digest username="admin", realm="x", nonce="n"/);
    expect([...plain, ...seen].join()).not.toContain(credentials.password);
  });

  it.each([
    ['a page', '<!DOCTYPE html><html><body>Welcome</body></html>'],
    ['noise', '\u0000\u0001\u0002'],
    ['nothing', ''],
    [
      'an XML bomb',
      `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(5000)}"><!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;">]>${envelope('<a>&c;</a>')}`,
    ],
    ['the answer to another question', envelope('<GetUsersResponse/>')],
    ['endless depth', envelope('<a>'.repeat(50_000))],
  ])('calls what answers with %s no camera', async (_what, body) => {
    device.reply('GetSystemDateAndTime', (_request, response) => void response.end(body));
    expect(await probe()).toMatchObject({ ok: false, fault: 'notACamera' });
  });

  it.each(['GetDeviceInformation', 'GetServices', 'GetProfiles', 'GetStreamUri'])(
    'survives an odd answer to %s',
    async (request) => {
      for (const odd of [
        '',
        `<x:${request}Response xmlns:x="x"/>`,
        `<x:${request}Response xmlns:x="x"><x:Service/><x:Profiles/></x:${request}Response>`,
      ]) {
        device.reply(request, odd);
        const result = await probe();
        expect(['notACamera', null]).toContain(result.fault);
        expect(result.ok).toBe(request === 'GetDeviceInformation' && odd !== '');
      }
    },
  );

  it('reads no more than a megabyte of a reply that never ends', async () => {
    let sent = 0;
    const stopped = new Promise<void>((resolve) => {
      device.reply('GetProfiles', (_request, response) => {
        response.on('close', resolve);
        const more = (): void => {
          if (response.destroyed) return;
          sent += 65_536;
          if (response.write('<x>'.padEnd(65_536))) setImmediate(more);
          else response.once('drain', more);
        };
        more();
      });
    });
    expect(await probe()).toMatchObject({ ok: false, fault: 'notACamera', make: 'Acme' });
    await stopped;
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it('gives up in time on a device that drips, and tells what it had found', async () => {
    const closed = new Promise<void>((resolve) => {
      device.reply('GetProfiles', (_request, response) => {
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(timer);
          resolve();
        });
      });
    });
    const result = await probe({}, 3000);
    expect(result).toMatchObject({ ok: false, fault: 'timeout', make: 'Acme' });
    expect(result.elapsedMs).toBeLessThan(9000);
    await closed;
  });

  it('says that nothing answers', async () => {
    await device.close();
    expect(await probe()).toMatchObject({ ok: false, fault: 'unreachable' });
    device = await startSoapResponder();
  });

  it('calls no address that the guard refuses', async () => {
    const refusing: CheckAddress = async () => {
      throw new CameraFault('refusedAddress', 'it is this machine');
    };
    adapter = createOnvifAdapter({ rtsp, checkAddress: refusing, clock: systemClock, log: silentLogger() });
    expect(await probe()).toMatchObject({ ok: false, fault: 'refusedAddress' });
    expect(device.asked).toEqual([]);
  });

  it('looks at the stream instead of believing in it', async () => {
    rtspAnswer = { ok: false, fault: 'unreachable', detail: 'port 554 is closed', streams: [] };
    const result = await probe();
    expect(result).toMatchObject({ ok: false, fault: 'unreachable', detail: 'port 554 is closed', make: 'Acme' });
    expect(result.streams.map(({ reference, codec }) => [reference, codec])).toEqual([
      ['1', 'H264'],
      ['2', 'H264'],
    ]);
  });

  it('asks the old way where there is no GetServices', async () => {
    device.reply('GetServices', soapFault('ter:ActionNotSupported', 'what?'));
    device.reply(
      'GetCapabilities',
      `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Media><tt:XAddr>${device.url}</tt:XAddr></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`,
    );
    expect(await probe()).toMatchObject({ ok: true, canPtz: false });
  });

  it('prefers the second media service, and does without where it does not answer', async () => {
    const service = (name: string): string =>
      `<tds:Service><tds:Namespace>http://www.onvif.org/${name}/wsdl</tds:Namespace><tds:XAddr>${device.url}</tds:XAddr></tds:Service>`;
    device.reply(
      'GetServices',
      `<tds:GetServicesResponse>${service('ver10/media')}${service('ver20/media')}</tds:GetServicesResponse>`,
    );
    expect((await probe()).streams.map(({ reference }) => reference)).toEqual(['1', '2']);
    device.reply(
      'media2 GetProfiles',
      '<tr2:GetProfilesResponse xmlns:tr2="m"><tr2:Profiles token="t"><tr2:Name>n</tr2:Name><tr2:Configurations><tr2:VideoEncoder token="e"><tt:Encoding>H265</tt:Encoding><tt:Resolution><tt:Width>3840</tt:Width><tt:Height>2160</tt:Height></tt:Resolution></tr2:VideoEncoder></tr2:Configurations></tr2:Profiles></tr2:GetProfilesResponse>',
    );
    device.reply(
      'media2 GetStreamUri',
      '<tr2:GetStreamUriResponse xmlns:tr2="m"><tr2:Uri>rtsp://10.1.1.1/h265</tr2:Uri></tr2:GetStreamUriResponse>',
    );
    rtspAnswer = { ok: false, fault: 'noFrames', streams: [] };
    expect((await probe()).streams.map(({ reference, codec }) => [reference, codec])).toEqual([['t', 'H265']]);
    expect(opened.at(-1)).toMatchObject({ mainUrl: 'rtsp://127.0.0.1/h265' });
  });

  describe('still', () => {
    beforeEach(() => {
      device.reply(
        'GetSnapshotUri',
        `<trt:GetSnapshotUriResponse xmlns:trt="t"><trt:MediaUri><tt:Uri>http://192.168.1.64:${device.port}/still?a=1&amp;b=2</tt:Uri></trt:MediaUri></trt:GetSnapshotUriResponse>`,
      );
    });

    it('is fetched with Digest', async () => {
      device.get('/still?a=1&b=2', (request, response) => {
        if (!request.headers.authorization?.includes('uri="/still?a=1&b=2"')) {
          response
            .writeHead(401, { 'www-authenticate': 'Digest realm="x", nonce="n", qop="auth", algorithm=SHA-256' })
            .end();
        } else response.end(JPEG);
      });
      expect((await probe()).snapshot).toBe(JPEG.toString('base64'));
    });

    it.each<[string, (response: ServerResponse) => unknown]>([
      ['is a page', (response) => response.end('<html>')],
      ['leads elsewhere', (response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end()],
      ['is larger than any picture', (response) => response.end(Buffer.concat([JPEG, Buffer.alloc(7 * 1024 * 1024)]))],
      ['fails', (response) => response.destroy()],
    ])('is left out when it %s, and the camera is fine', async (_what, answer) => {
      device.get('/still?a=1&b=2', (_request, response) => void answer(response));
      expect(await probe()).toMatchObject({ ok: true, snapshot: null });
    });
  });
});

describe('ONVIF stream', () => {
  it('is opened where the device tells, on the host that we know', async () => {
    await run();
    expect(opened).toEqual([
      {
        kind: 'rtsp',
        mainUrl: 'rtsp://127.0.0.1:554/stream?channel=1&subtype=0',
        subUrl: null,
        transport: 'tcp',
        username: 'admin',
      },
    ]);
    expect(device.envelopes.at(-1)).toContain('<ProfileToken>1</ProfileToken>');
  });

  it('of the sub-stream is the smallest profile, or the chosen one', async () => {
    await run({ role: 'sub' });
    expect(device.envelopes.at(-1)).toContain('<ProfileToken>2</ProfileToken>');
    await run({ role: 'sub', source: source({ mainProfile: '2', subProfile: '1' }) });
    expect(device.envelopes.at(-1)).toContain('<ProfileToken>1</ProfileToken>');
    expect(opened[0]).toMatchObject({ subUrl: 'rtsp://127.0.0.1:554/stream?channel=1&subtype=0' });
  });

  it('fails with the reason', async () => {
    device.reply('GetDeviceInformation', soapFault('ter:NotAuthorized', 'no'));
    await expect(run()).rejects.toMatchObject({ kind: 'unauthorised' });
  });

  it('resolves when it is aborted while the device keeps silent', async () => {
    const controller = new AbortController();
    device.reply('GetServices', () => controller.abort());
    await run({ signal: controller.signal });
    expect(opened).toEqual([]);
  });

  it('has a sub-stream unless a main profile alone was chosen', () => {
    expect(adapter.roles(source())).toEqual(['main', 'sub']);
    expect(adapter.roles(source({ mainProfile: '1', subProfile: '2' }))).toEqual(['main', 'sub']);
    expect(adapter.roles(source({ mainProfile: '1' }))).toEqual(['main']);
  });
});

describe('ONVIF steering', () => {
  const request = () => ({ source: source(), credentials, signal: new AbortController().signal });
  const last = (): string => device.envelopes.at(-1) ?? '';

  it('moves in the device’s own units, for a time that it accepts, and stops it as well', async () => {
    await adapter.ptz?.command(request(), { action: 'move', pan: 0.5, tilt: -1, zoom: 0, timeoutMs: 200 });
    expect(last()).toContain('<PanTilt x="180" y="-90" space="urn:degrees"');
    expect(last()).toContain('<Timeout>PT1S</Timeout>');
    expect(last()).not.toContain('<Zoom');
    await vi.waitFor(() => expect(device.asked.at(-1)).toBe('Stop'), { timeout: 5000 });
    expect(last()).toContain('<PanTilt>true</PanTilt><Zoom>true</Zoom>');
  });

  it('learns once how a device is steered', async () => {
    for (let i = 0; i < 3; i += 1) await adapter.ptz?.command(request(), { action: 'stop' });
    expect(device.asked.filter((name) => name === 'GetProfiles')).toHaveLength(1);
    expect(device.asked.filter((name) => name === 'Stop')).toHaveLength(3);
  });

  it('tells presets of one name apart, and goes to the token as it is written', async () => {
    expect(await adapter.ptz?.presets(request())).toEqual([
      { token: '1', name: 'Gate' },
      { token: '01', name: 'Gate' },
      { token: '3', name: '3' },
    ]);
    await adapter.ptz?.command(request(), { action: 'preset', token: '01' });
    expect(last()).toContain('<PresetToken>01</PresetToken>');
    await adapter.ptz?.command(request(), { action: 'preset', token: '</PresetToken><Hacked/>' });
    expect(last()).not.toContain('<Hacked');
  });

  it('assumes the space of all where the device tells none', async () => {
    device.reply('GetConfigurationOptions', soapFault('ter:ActionNotSupported', 'what?'));
    await adapter.ptz?.command(request(), { action: 'move', pan: 0, tilt: 0, zoom: -0.25, timeoutMs: 10_000 });
    expect(last()).toContain('<Zoom x="-0.25" xmlns');
    expect(last()).not.toContain('<PanTilt');
    await adapter.ptz?.command(request(), { action: 'stop' });
  });

  it('says that a camera cannot be steered', async () => {
    device.reply(
      'GetServices',
      '<tds:GetServicesResponse><tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace><tds:XAddr>/</tds:XAddr></tds:Service></tds:GetServicesResponse>',
    );
    await expect(adapter.ptz?.presets(request())).rejects.toMatchObject({ message: 'this camera cannot be steered' });
    expect((await probe()).canPtz).toBe(false);
  });
});
