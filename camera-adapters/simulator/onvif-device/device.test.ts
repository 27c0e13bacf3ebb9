import { createHash, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OnvifDevice, startOnvifDevice } from './device.ts';
import { probeMatches } from './discovery.ts';
import { readSoap } from './soap.ts';

const SECRET = { username: 'admin', password: 'tr0u&ble <1>' };
const PROFILES = [
  {
    token: 'p-main',
    name: 'Main',
    width: 1280,
    height: 720,
    codec: 'h264',
    rtspUrl: 'rtsp://127.0.0.1:8554/a?x=1&y=2',
  },
  { token: 'p-sub', name: 'Sub', width: 640, height: 360, codec: 'h265', rtspUrl: 'rtsp://127.0.0.1:8554/b' },
] as const;
const NAMESPACE = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  event: 'http://www.onvif.org/ver10/events/wsdl',
} as const;

let device: OnvifDevice;
let skewMs = 0;
const base = (): string => new URL(device.deviceUrl).origin;

async function begin(clockSkewMs = 0): Promise<void> {
  skewMs = clockSkewMs;
  device = await startOnvifDevice({
    host: '127.0.0.1',
    port: 0,
    ...SECRET,
    clockSkewMs,
    profiles: PROFILES,
    snapshot: async () => new Uint8Array([0xff, 0xd8, 0xff]),
  });
}

beforeEach(() => begin());
afterEach(() => device.stop());

function securityHeader(password: string, nowMs: number): string {
  const nonce = randomBytes(16);
  const created = new Date(nowMs).toISOString();
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64');
  return `<w:Security xmlns:w="urn:w"><w:UsernameToken><w:Username>${SECRET.username}</w:Username><w:Password>${digest}</w:Password><w:Nonce>${nonce.toString('base64')}</w:Nonce><w:Created>${created}</w:Created></w:UsernameToken></w:Security>`;
}

async function ask(
  service: keyof typeof NAMESPACE,
  operation: string,
  more: { content?: string; password?: string | null; nowMs?: number; url?: string } = {},
): Promise<{ status: number; text: string }> {
  const { content = '', password = SECRET.password, nowMs = Date.now() + skewMs } = more;
  const header = password === null ? '' : `<e:Header>${securityHeader(password, nowMs)}</e:Header>`;
  const body = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope">${header}<e:Body><${operation} xmlns="${NAMESPACE[service]}">${content}</${operation}></e:Body></e:Envelope>`;
  const response = await fetch(more.url ?? `${base()}/onvif/${service}_service`, { method: 'POST', body });
  return { status: response.status, text: await response.text() };
}

describe('the simulated ONVIF device, asked by hand', () => {
  it('tells its clock without a login, and nothing of itself', async () => {
    expect((await ask('device', 'GetSystemDateAndTime', { password: null })).status).toBe(200);
    for (const password of [null, 'wrong']) {
      const refused = await ask('device', 'GetDeviceInformation', { password });
      expect(refused.status).toBe(400);
      expect(refused.text).toContain('ter:NotAuthorized');
    }
    expect((await ask('device', 'GetDeviceInformation')).text).toContain('<tds:FirmwareVersion>1.10<');
  });

  it('judges a login by its own clock', async () => {
    await device.stop();
    await begin(3_600_000);
    expect((await ask('device', 'GetDeviceInformation')).status).toBe(200);
    expect((await ask('device', 'GetDeviceInformation', { nowMs: Date.now() })).text).toContain('ter:NotAuthorized');
  });

  it('gives stream addresses by profile, escaped, and a fault for others', async () => {
    const profile = (token: string) => ({ content: `<ProfileToken>${token}</ProfileToken>` });
    expect((await ask('media', 'GetStreamUri', profile('p-main'))).text).toContain('/a?x=1&#38;y=2</tt:Uri>');
    expect((await ask('media', 'GetStreamUri', profile('p-sub'))).text).toContain('/b</tt:Uri>');
    expect((await ask('media', 'GetStreamUri', profile('p-none'))).text).toContain('ter:NoProfile');
    expect((await ask('media', 'SetStreamUri')).text).toContain('ter:ActionNotSupported');
  });

  it('keeps its still behind a password', async () => {
    const url = `${base()}/snapshot?profile=p-main`;
    const refused = await fetch(url);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/Digest .*qop="auth".*Basic/);
    const Authorization = `Basic ${Buffer.from(`${SECRET.username}:${SECRET.password}`).toString('base64')}`;
    const given = await fetch(url, { headers: { Authorization } });
    expect(new Uint8Array(await given.arrayBuffer())).toEqual(new Uint8Array([0xff, 0xd8, 0xff]));
  });

  it('turns, stops and goes to presets', async () => {
    const velocity = '<Velocity><PanTilt x="0.5" y="-1"/></Velocity><Timeout>PT30S</Timeout>';
    await ask('ptz', 'ContinuousMove', { content: velocity });
    expect(device.ptzState().moving).toBe(true);
    await ask('ptz', 'Stop');
    expect(device.ptzState().moving).toBe(false);
    expect(device.ptzState().pan).toBeGreaterThan(0);
    await ask('ptz', 'GotoPreset', { content: '<PresetToken>02</PresetToken>' });
    expect(device.ptzState()).toMatchObject({ preset: '02', pan: 0.5 });
    const refused = await ask('ptz', 'ContinuousMove', { content: '<Velocity><PanTilt x="7" y="0"/></Velocity>' });
    expect(refused.status).toBe(400);
  });

  it('gives events to who pulls them, until unsubscribed', async () => {
    const created = await ask('event', 'CreatePullPointSubscription');
    const url = /<a:Address>([^<]+)</.exec(created.text)?.[1] ?? '';
    const pull = ask('event', 'PullMessages', {
      url,
      content: '<Timeout>PT20S</Timeout><MessageLimit>5</MessageLimit>',
    });
    device.emit('tns1:VideoSource/MotionAlarm', 'State', 'true');
    expect((await pull).text).toContain('tns1:VideoSource/MotionAlarm');
    await ask('event', 'Unsubscribe', { url });
    expect((await ask('event', 'PullMessages', { url })).status).toBe(400);
  });

  it.each([
    ['no XML', 'hello'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a/>'],
    ['an empty body', '<Envelope><Body/></Envelope>'],
  ])('answers %s with a fault', async (_, body) => {
    const response = await fetch(device.deviceUrl, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('ter:WellFormed');
  });

  it('answers a probe for cameras, and no other', () => {
    const facts = {
      host: '127.0.0.1',
      port: 0,
      ...SECRET,
      profiles: PROFILES,
      snapshot: async () => new Uint8Array(),
      base: base(),
      endpoint: 'urn:uuid:1',
      nowMs: () => 0,
    };
    const probe = (types: string) =>
      `<e:Envelope xmlns:e="x"><e:Header><w:MessageID xmlns:w="y">urn:1&amp;</w:MessageID></e:Header><e:Body><d:Probe xmlns:d="z"><d:Types>${types}</d:Types></d:Probe></e:Body></e:Envelope>`;
    const answer = probeMatches(facts, probe('dn:NetworkVideoTransmitter')) ?? '';
    expect(readSoap(answer)?.body.text('ProbeMatch', 'XAddrs')).toBe(`${base()}/onvif/device_service`);
    expect(readSoap(answer)?.body.text('ProbeMatch', 'EndpointReference', 'Address')).toBe('urn:uuid:1');
    expect(probeMatches(facts, probe('dn:Printer'))).toBeNull();
    expect(probeMatches(facts, 'noise')).toBeNull();
  });
});

describe('the simulated ONVIF device, asked by the onvif package', () => {
  interface Cam {
    getDeviceInformation(done: (error: Error | null, facts: { manufacturer: string }) => void): void;
    getStreamUri(options: object, done: (error: Error | null, stream: { uri: string }) => void): void;
    getPresets(options: object, done: (error: Error | null, presets: Record<string, unknown>) => void): void;
    continuousMove(options: object, done: (error: Error | null, nothing: unknown) => void): void;
    readonly profiles: readonly { readonly $: { readonly token: string } }[];
  }
  const { Cam } = createRequire(import.meta.url)('onvif') as {
    Cam: new (options: object, done: (this: Cam, error: Error | null) => void) => Cam;
  };
  const asked = <T>(call: (done: (error: Error | null, value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));

  it.each([0, -7_200_000])('is connected to, read and turned with its clock off by %i ms', async (clockSkewMs) => {
    await device.stop();
    await begin(clockSkewMs);
    const cam = await new Promise<Cam>((resolve, reject) => {
      const { port } = new URL(device.deviceUrl);
      new Cam({ hostname: '127.0.0.1', port: Number(port), ...SECRET, timeout: 5000 }, function (error) {
        if (error) reject(error);
        else resolve(this);
      });
    });
    expect((await asked<{ manufacturer: string }>((done) => cam.getDeviceInformation(done))).manufacturer).toBe(
      'Tamnhin',
    );
    expect(cam.profiles.map(({ $ }) => $.token)).toEqual(['p-main', 'p-sub']);
    const stream = await asked<{ uri: string }>((done) =>
      cam.getStreamUri({ protocol: 'RTSP', profileToken: 'p-main' }, done),
    );
    expect(stream.uri).toBe(PROFILES[0].rtspUrl);
    expect(Object.keys(await asked<Record<string, unknown>>((done) => cam.getPresets({}, done)))).toEqual(['Gate']);
    await asked<unknown>((done) => cam.continuousMove({ x: 0.2, y: 0, zoom: 0 }, done));
    expect(device.ptzState().moving).toBe(true);
  });
});
