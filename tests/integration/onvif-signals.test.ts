import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createIngest } from '../../camera-adapters/ffmpeg/ingest.ts';
import { createOnvifAdapter } from '../../camera-adapters/onvif/adapter.ts';
import { createDirectIngest } from '../../camera-adapters/rtsp/direct-ingest.ts';
import { createRtspAdapter } from '../../camera-adapters/rtsp/rtsp-adapter.ts';
import { createRtspClient } from '../../camera-adapters/rtsp/session.ts';
import { type OnvifDevice, startOnvifDevice } from '../../camera-adapters/simulator/onvif-device/device.ts';
import { createSupervisor, type Supervisor } from '../../camera-adapters/supervisor.ts';
import { configSchema } from '../../config/schema.ts';
import { type CameraSignals, createCameraSignals, type ReportedSignal } from '../../server/cameras/camera-signals.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { cameraInput, createTestRegister } from '../fakes/register.ts';
import { type Answer, envelope, type SoapResponder, soapFault, startSoapResponder } from '../fakes/soap-responder.ts';

/** What cameras themselves report, from a device on the network to whoever watches for it: real sockets, real waits. */

const house = { clock: systemClock, log: silentLogger() };
const login = { username: 'admin', password: 'mật khẩu' };
const within = { timeout: 15_000, interval: 50 };

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let register: Awaited<ReturnType<typeof createTestRegister>>['register'];
let supervisor: Supervisor;
let signals: CameraSignals;
let heard: (ReportedSignal & { cameraId: string; heardMs: number })[];

beforeEach(async () => {
  heard = [];
  const guard = createAddressGuard({ allowNetworks: ['127.0.0.0/8'] });
  const ingest = createIngest({ ffmpegPath: 'ffmpeg', fragmentMs: 200, readTimeoutMs: 5000, ...house });
  const client = createRtspClient({ readTimeoutMs: 5000, ...house });
  const rtsp = createRtspAdapter({
    ...{ ingest, guard, stills: { jpeg: async () => new Uint8Array() }, ...house },
    direct: createDirectIngest({ client, fragmentMs: 200, ...house }),
    config: { rtsp: 'direct', g711: 'flac' },
  });
  const adapters = [rtsp, createOnvifAdapter({ rtsp, checkAddress: guard.check, ...house })];
  supervisor = createSupervisor({
    ...{ adapters, config: configSchema.parse({}).cameras, ...house },
    sinkFor: () => ({ info: () => {}, fragment: () => {} }),
  });
  database = await createTemporaryDatabase();
  ({ register } = await createTestRegister(database));
  signals = createCameraSignals({
    ...{ register, listen: supervisor.signals, ...house, random: () => 0 },
    onSignal: (cameraId, signal) => heard.push({ cameraId, heardMs: Date.now(), ...signal }),
  });
});
afterEach(async () => {
  await signals.stop();
  await supervisor.stop();
  await database.close();
});

/** Registers a camera; its pictures are not asked for. */
async function add(deviceUrl: string): Promise<string> {
  const source = { kind: 'onvif' as const, deviceUrl, username: login.username };
  const { camera } = await register.create(cameraInput({ source }));
  supervisor.apply({
    ...{ id: camera.id, enabled: false, source: register.get(camera.id).source, credentials: login },
    mainStream: 'onDemand',
  });
  return camera.id;
}

describe('a camera that follows the specification', () => {
  let device: OnvifDevice;
  async function start(port = 0, clockSkewMs = 3_600_000): Promise<void> {
    device = await startOnvifDevice({
      ...{ host: '127.0.0.1', port, ...login, clockSkewMs, profiles: [] },
      snapshot: async () => new Uint8Array(),
    });
  }
  beforeEach(() => start());
  afterEach(() => device.stop());

  it('is heard while somebody wants it: motion, tampering and crossings, when they begin, by our clock', async () => {
    const id = await add(device.deviceUrl);
    expect(device.subscriptions()).toBe(0);
    signals.want(id, true);
    await vi.waitFor(() => expect(device.subscriptions()).toBe(1), within);
    expect(signals.state(id)).toBe('listening');
    const topics = () => heard.map(({ topic }) => topic.replace('RuleEngine/', ''));
    const raise = async (...raised: Parameters<OnvifDevice['raise']>) => {
      const before = heard.length;
      const sinceMs = Date.now();
      device.raise(...raised);
      await vi.waitFor(() => expect(heard.length).toBe(before + 1), within);
      const [last] = heard.slice(-1);
      // Its clock is an hour fast and tells whole seconds.
      expect(Math.abs((last?.atMs ?? 0) - sinceMs)).toBeLessThan(2000);
    };
    await raise('motion');
    device.raise('motion');
    device.raise('motion', false);
    await raise('tamper');
    await raise('lineCrossing');
    await raise('lineCrossing');
    await raise('motion');
    expect(topics()).toEqual([
      'CellMotionDetector/Motion',
      'TamperDetector/Tamper',
      'LineDetector/Crossed',
      'LineDetector/Crossed',
      'CellMotionDetector/Motion',
    ]);

    // The long pull is broken off, and the device is told.
    const sinceMs = performance.now();
    signals.want(id, false);
    await vi.waitFor(() => expect(device.subscriptions()).toBe(0), within);
    expect(performance.now() - sinceMs).toBeLessThan(2000);
    expect(signals.state(id)).toBe('off');
  });

  it('is heard again when it comes back, and no more when it was removed', async () => {
    const { port } = new URL(device.deviceUrl);
    const id = await add(device.deviceUrl);
    signals.want(id, true);
    await vi.waitFor(() => expect(device.subscriptions()).toBe(1), within);
    await device.stop();
    await vi.waitFor(() => expect(signals.state(id)).toBe('failing'), within);
    await start(Number(port), -5000);
    await vi.waitFor(() => expect(device.subscriptions()).toBe(1), within);
    device.raise('tamper');
    await vi.waitFor(() => expect(heard).toHaveLength(1), within);
    await register.remove(id);
    await vi.waitFor(() => expect(device.subscriptions()).toBe(0), within);
  });
});

describe('a camera that does not', () => {
  let device: SoapResponder;
  beforeEach(async () => {
    device = await startSoapResponder();
    const service = (namespace: string, path: string) =>
      `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>http://127.0.0.1:${device.port}/${path}</tds:XAddr></tds:Service>`;
    device.reply(
      'GetServices',
      `<tds:GetServicesResponse>${service('http://www.onvif.org/ver10/events/wsdl', 'events')}</tds:GetServicesResponse>`,
    );
    device.reply('CreatePullPointSubscription', created('http://192.0.2.9/pull?id=7&amp;x=%3C', ''));
    device.reply('PullMessages', '<tev:PullMessagesResponse xmlns:tev="e"/>');
    device.reply('Unsubscribe', '<x/>');
  });
  afterEach(() => device.close());

  const created = (address: string, parameters: string): string =>
    `<tev:CreatePullPointSubscriptionResponse xmlns:tev="e" xmlns:a="a"><tev:SubscriptionReference><a:Address>${address}</a:Address>${parameters}</tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>`;
  const asked = (name: string): number => device.asked.filter((one) => one === name).length;
  const wantIt = async (): Promise<string> => {
    const id = await add(device.url);
    signals.want(id, true);
    return id;
  };
  const motion = (topic: string): string =>
    `<wsnt:NotificationMessage xmlns:wsnt="n"><wsnt:Topic>${topic}</wsnt:Topic><wsnt:Message><tt:Message><tt:Data><tt:SimpleItem Name="State" Value="true"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;

  it('answers at once with nothing: it is asked about once a second', async () => {
    await wantIt();
    await vi.waitFor(() => expect(asked('PullMessages')).toBe(1), within);
    const sinceMs = performance.now();
    await vi.waitFor(() => expect(asked('PullMessages')).toBe(4), within);
    expect(performance.now() - sinceMs).toBeGreaterThan(2500);
    // Never at the address of somebody else; and what it told is text, not a message of its own.
    expect(device.envelopes.at(-1)).toContain(`<a:To>http://127.0.0.1:${device.port}/pull?id=7&#38;x=%3C</a:To>`);
  });

  it('tells subscriptions apart by a parameter, which it gets back', async () => {
    const parameters =
      '<a:ReferenceParameters><d:SubscriptionId xmlns:d="x">3&lt;/SubscriptionId&gt;</d:SubscriptionId></a:ReferenceParameters>';
    device.reply('CreatePullPointSubscription', created(device.url, parameters));
    await wantIt();
    await vi.waitFor(() => expect(asked('PullMessages')).toBe(1), within);
    expect(device.envelopes.at(-1)).toContain('>3&#60;/SubscriptionId&#62;</SubscriptionId>');
  });

  it('has no events: it is left alone', async () => {
    device.reply('GetServices', '<tds:GetServicesResponse/>');
    const id = await wantIt();
    await vi.waitFor(() => expect(signals.state(id)).toBe('unsupported'), within);
    const before = device.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(device.asked.length).toBe(before);
  });

  it('signals without end, and things that nobody understands: some are told, and it is asked on', async () => {
    const flood =
      `${motion('x'.repeat(10_000))}${motion('tns1:A/B')}`.repeat(3) +
      motion('tns1:Line/Crossed').replace('"State" Value="true"', '"ObjectId" Value="7"').repeat(300);
    device.reply('PullMessages', `<tev:PullMessagesResponse xmlns:tev="e">${flood}</tev:PullMessagesResponse>`);
    const id = await wantIt();
    await vi.waitFor(() => expect(asked('PullMessages')).toBeGreaterThan(5), within);
    expect(signals.state(id)).toBe('listening');
    expect(heard.length).toBeGreaterThan(10);
    // Forty at once, five a second: whatever it sends.
    expect(heard.length).toBeLessThan(40 + 5 * 20);
  });

  const hang: Answer = () => {};
  const endless: Answer = (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '.repeat(100_000)), 5);
    response.once('close', () => clearInterval(timer));
  };
  const bomb: Answer = (_, response) => {
    const entities = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
    response.writeHead(200).end(envelope('<a>&b;</a>').replace('?>', `?>${entities}`));
  };
  const deep: Answer = (_, response) =>
    void response.writeHead(200).end(envelope(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`));
  it.each([
    ['refuses', soapFault('ter:Action', 'not today', 500)],
    ['sends without end', endless],
    ['sends an XML bomb', bomb],
    ['sends a depth of elements', deep],
    ['sends no XML', ((_, response) => void response.writeHead(200).end('hello')) satisfies Answer],
    ['hangs up', ((_, response) => response.destroy()) satisfies Answer],
  ])('%s: the attempt fails, with a pause before the next', async (_, answer) => {
    device.reply('PullMessages', answer);
    const id = await wantIt();
    await vi.waitFor(() => expect(signals.state(id)).toBe('failing'), within);
    const before = asked('CreatePullPointSubscription');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(asked('CreatePullPointSubscription')).toBe(before);
    expect(asked('Unsubscribe')).toBe(before);
    expect(heard).toEqual([]);
  });

  it('hangs: stopping does not wait for it', async () => {
    device.reply('PullMessages', hang);
    device.reply('Unsubscribe', hang);
    await wantIt();
    await vi.waitFor(() => expect(asked('PullMessages')).toBe(1), within);
    const sinceMs = performance.now();
    await signals.stop();
    expect(performance.now() - sinceMs).toBeLessThan(4000);
  });
});
