import { type ChildProcess, spawn } from 'node:child_process';
import { createDecipheriv, createECDH, createHmac, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { createLogger, createSecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import type { AlertState } from '#contracts/alerts';
import { type AlertChange, type OutputDraft, outputInputSchema } from '#contracts/outputs';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createEventLog, type EventLog } from '../../server/events/event-log.ts';
import { alertEnvelope } from '../../server/outputs/cloud-event.ts';
import { mail } from '../../server/outputs/kinds/mail.ts';
import type { Message } from '../../server/outputs/output.ts';
import { createOutputs, type Outputs } from '../../server/outputs/outputs.ts';
import { createPush } from '../../server/outputs/push/push.ts';
import { alertView, incidentDetails } from '../fakes/alerts.ts';
import { createTestChanges } from '../fakes/changes.ts';
import { createFastClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { freePort } from '../fakes/free-port.ts';

/** Outputs to a real mail server, a real broker and a push service that opens what it gets. */
let database: Database;
let events: EventLog;
let outputs: Outputs;
let changes: ReturnType<typeof createTestChanges>;
const { check } = createAddressGuard({ allowNetworks: ['127.0.0.0/8'] });
const secretBox = createSecretBox(new Uint8Array(32).fill(3));

beforeEach(async () => {
  database = await createTemporaryDatabase();
  events = createEventLog({ database, log: silentLogger() });
  changes = createTestChanges(database);
  const { source: noted, entriesOf, alertNow } = changes;
  outputs = await createOutputs({
    ...{ changes: noted, entriesOf, alertNow },
    ...{ database, events, check, secretBox, log: silentLogger(), secrets: createSecretRegister() },
    clock: createFastClock(20),
    site: 'angiang',
    nameOf: (id) => `Cổng ${id}`,
    groupsOf: () => [],
    consoleUrl: () => 'https://tamnhin.example',
    source: () => 'https://tamnhin.example',
  });
  outputs.begin();
});
afterEach(async () => {
  await outputs.close();
  await events.close();
  await database.close();
});
const add = (draft: OutputDraft) => outputs.create(outputInputSchema.parse(draft));
const append = (name: string) =>
  events.append({
    type: 'vn.tamnhin.camera.changed',
    timeMs: Date.now(),
    severity: 'minor',
    cameraId: 'c1',
    data: { name },
  });

describe('mail', () => {
  let server: SMTPServer;
  let mails: string[];
  let port: number;
  let refuse: boolean;
  beforeEach(async () => {
    mails = [];
    refuse = false;
    server = new SMTPServer({
      authMethods: ['PLAIN'],
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        if (username === 'tamnhin' && password === 'đúng') done(null, { user: username });
        else done(new Error('wrong password'));
      },
      onData(stream, _session, done) {
        let text = '';
        stream.on('data', (chunk) => {
          text += String(chunk);
        });
        stream.on('end', () => {
          if (refuse) return done(Object.assign(new Error('we want none'), { responseCode: 554 }));
          mails.push(text);
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.server.address() as AddressInfo).port;
  });
  afterEach(() => new Promise<void>((resolve) => server.close(resolve)));

  const mailbox = (password = 'đúng'): OutputDraft => ({
    kind: 'mail',
    name: 'Duty officer',
    settings: {
      host: '127.0.0.1',
      port,
      security: 'none',
      username: 'tamnhin',
      from: 'tamnhin@example.vn',
      to: ['truc.ban@example.vn'],
    },
    secrets: { password },
    filter: { events: true, incidents: true },
  });
  /** Its words, whichever way they were packed. */
  function bodyOf(text: string): string {
    const at = text.indexOf('\r\n\r\n');
    const body = text.slice(at + 4);
    if (/encoding: base64/i.test(text.slice(0, at))) return Buffer.from(body, 'base64').toString();
    const bytes = body
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
  }

  it('brings the first at once and the others together, with a minute between', { timeout: 30_000 }, async () => {
    await add(mailbox());
    await append('first');
    await vi.waitFor(() => expect(mails).toHaveLength(1), 10_000);
    expect(bodyOf(mails[0] ?? '')).toContain('Đã sửa camera');
    for (let at = 0; at < 80; at += 1) await append(String(at));
    await vi.waitFor(() => expect(mails).toHaveLength(2), 15_000);
    const summary = bodyOf(mails[1] ?? '');
    expect(summary).toContain('… và 30 thông báo khác');
    await vi.waitFor(async () => expect((await outputs.list())[0]?.state).toMatchObject({ sent: 81, waiting: 0 }));
  });

  it('brings an incident with its CAP file', async () => {
    await add(mailbox());
    await changes.incident(incidentDetails());
    await vi.waitFor(() => expect(mails).toHaveLength(1), 10_000);
    expect(mails[0]).toContain('application/cap+xml');
  });

  it('that could not be sent for long says what still holds, and no more', async () => {
    const draft = outputInputSchema.parse(mailbox());
    if (draft.kind !== 'mail') throw new Error('no mail');
    const states = new Map<string, AlertState>([
      ['closed', 'closed'],
      ['open', 'new'],
      ['fresh', 'claimed'],
    ]);
    const sender = mail.open(
      draft.settings,
      { password: 'đúng' },
      {
        ...{ check, clock: systemClock, log: silentLogger(), site: 'angiang', nameOf: (id) => id },
        ...{ stateOf: async (id) => states.get(id), consoleUrl: () => 'https://tamnhin.example' },
      },
    );
    const message = (id: string, version: number, change: AlertChange, minutesAgo: number): Message => ({
      event: alertEnvelope('test', alertView({ id, version }), change, Date.now() - minutesAgo * 60_000),
      alert: { id, quiet: false, change },
    });
    const messages = [
      message('closed', 1, 'opened', 180),
      message('open', 1, 'opened', 170),
      message('open', 2, 'escalated', 160),
      message('gone', 1, 'opened', 150),
      message('fresh', 1, 'opened', 1),
    ];
    await sender.send(messages, AbortSignal.timeout(10_000));
    const told = bodyOf(mails[0] ?? '');
    expect(told.match(/alerts\/\w+/g)).toEqual(['alerts/open', 'alerts/fresh']);
    expect(told).toContain('Cảnh báo chưa ai nhận');
    expect(told).toContain('Bỏ qua 3 thông báo cũ');
    // Nothing of it holds any more: no mail.
    await sender.send(messages.slice(0, 1), AbortSignal.timeout(10_000));
    expect(mails).toHaveLength(1);
    // Unless somebody has asked for it.
    await sender.send(
      messages.slice(0, 1).map((one) => ({ ...one, asked: true })),
      AbortSignal.timeout(10_000),
    );
    expect(mails).toHaveLength(2);
    await sender.close();
  });

  it('says what is wrong: password, encryption, nobody there', async () => {
    const { id } = await add(mailbox('sai'));
    expect(await outputs.test(id)).toMatchObject({ ok: false, detail: expect.stringContaining('wrong password') });
    const draft = mailbox();
    if (draft.kind !== 'mail') throw new Error('no mail');
    const tls = await add({ ...draft, settings: { ...draft.settings, security: 'starttls' } });
    expect((await outputs.test(tls.id)).ok).toBe(false);
    const nobody = await add({ ...draft, settings: { ...draft.settings, port: await freePort() } });
    expect(await outputs.test(nobody.id)).toMatchObject({ ok: false, detail: expect.stringContaining('ECONNREFUSED') });
    const good = await add(draft);
    expect(await outputs.test(good.id)).toMatchObject({ ok: true });
    expect(mails).toHaveLength(1);
    refuse = true;
    expect(await outputs.test(good.id)).toMatchObject({ ok: false, detail: expect.stringContaining('we want none') });
  });
});

describe('MQTT', () => {
  let folder: string;
  let port: number;
  let broker: ChildProcess | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tamnhin-mosquitto-'));
    port = await freePort();
    const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence false'];
    await writeFile(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  });
  beforeEach(startBroker);
  afterEach(stopBroker);
  afterAll(() => rm(folder, { recursive: true }));

  async function startBroker(): Promise<void> {
    broker = spawn('/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    await vi.waitFor(
      () =>
        new Promise<void>((resolve, reject) => {
          const socket = connectTcp(port, '127.0.0.1', () => {
            socket.destroy();
            resolve();
          });
          socket.once('error', reject);
        }),
      10_000,
    );
  }
  async function stopBroker(): Promise<void> {
    const child = broker;
    broker = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  async function listen() {
    const heard: { topic: string; text: string; retained: boolean }[] = [];
    const client = await connectAsync({ host: '127.0.0.1', port, protocolVersion: 5, reconnectPeriod: 0 });
    client.on('error', () => {});
    client.on('message', (topic, payload, packet) => {
      heard.push({ topic, text: payload.toString(), retained: packet.retain });
    });
    await client.subscribeAsync('tamnhin/#', { qos: 1 });
    return { heard, end: () => client.endAsync(true) };
  }
  const output = (): OutputDraft => ({
    kind: 'mqtt',
    name: 'Broker',
    settings: { host: '127.0.0.1', port, tls: false },
    filter: { events: true, alerts: ['opened'] },
  });

  it('brings events at their topics, and keeps how an alert stands until it is closed', async () => {
    const { heard, end } = await listen();
    await add(output());
    await append('one');
    await changes.alert(alertView());
    await vi.waitFor(() => expect(heard).toHaveLength(3), 10_000);
    expect(heard.map(({ topic }) => topic)).toEqual(
      expect.arrayContaining([
        'tamnhin/angiang/camera/c1/camera.changed',
        'tamnhin/angiang/camera/c1/alert.opened',
        'tamnhin/angiang/alert/a1',
      ]),
    );
    expect(JSON.parse(heard.find(({ topic }) => topic.endsWith('camera.changed'))?.text ?? '{}')).toMatchObject({
      specversion: '1.0',
      subject: 'c1',
    });
    // Claimed: nobody asked to be told of it, but whoever comes now sees how it stands.
    await changes.alert(alertView({ version: 2, state: 'claimed' }), 'claimed');
    await vi.waitFor(() => expect(heard).toHaveLength(4), 10_000);
    const later = await listen();
    await vi.waitFor(() => expect(later.heard).toHaveLength(1), 10_000);
    expect([later.heard[0]?.retained, JSON.parse(later.heard[0]?.text ?? '{}').data.state]).toEqual([true, 'claimed']);
    await later.end();
    await changes.alert(alertView({ version: 3, state: 'closed' }), 'closed');
    await vi.waitFor(() => expect(heard.at(-1)?.text).toBe(''), 10_000);
    const last = await listen();
    await append('two');
    await vi.waitFor(() => expect(last.heard).toHaveLength(1), 10_000);
    expect(last.heard[0]?.topic).toContain('camera.changed');
    await last.end();
    await end();
  });

  it('loses nothing while the broker is gone', { timeout: 40_000 }, async () => {
    await add(output());
    await append('before');
    await vi.waitFor(async () => expect((await outputs.list())[0]?.state.sent).toBe(1), 10_000);
    await stopBroker();
    for (const name of ['a', 'b', 'c']) await append(name);
    await vi.waitFor(async () => expect((await outputs.list())[0]?.state.lastError).not.toBeNull(), 10_000);
    expect((await outputs.list())[0]?.state).toMatchObject({ sent: 1, waiting: 3 });
    await startBroker();
    const { heard, end } = await listen();
    await vi.waitFor(() => expect(heard).toHaveLength(3), 20_000);
    expect(heard.map(({ text }) => JSON.parse(text).data.name)).toEqual(['a', 'b', 'c']);
    await end();
  });
});

describe('web push', () => {
  it('reaches the devices of receivers, sealed for them alone; a device that is gone is forgotten', async () => {
    const got: { path: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
    let status = 201;
    const service = createHttpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        got.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    await database.run(
      `INSERT INTO users (id, username, display_name, enabled, password_hash, must_change_password, language, theme,
         created_ms) VALUES ('u1', 'an', 'An', 1, '', 0, 'vi', 'system', 0)`,
    );
    const logged: string[] = [];
    const options = {
      ...{ database, check, secretBox, clock: systemClock, changes: changes.source, alertNow: changes.alertNow },
      log: createLogger({ level: 'trace', secrets: createSecretRegister(), write: (line) => logged.push(line) }),
      receiversOf: async () => [{ userId: 'u1', language: 'vi' as const }],
      nameOf: () => 'Cổng sau',
      contact: 'mailto:ops@example.vn',
      schemes: ['http'],
    };
    let push = await createPush(options);
    push.begin();
    const device = createECDH('prime256v1');
    device.generateKeys();
    const auth = randomBytes(16);
    const keys = { p256dh: device.getPublicKey('base64url'), auth: auth.toString('base64url') };
    await push.subscribe('u1', { endpoint: `${origin}/device`, keys });
    const row = await database.get<{ keys: Uint8Array }>('SELECT keys FROM push_subscriptions');
    expect(Buffer.from(row?.keys ?? []).toString()).not.toContain(keys.auth);

    await changes.alert(alertView());
    await vi.waitFor(() => expect(got).toHaveLength(1));
    const [first] = got;
    expect(first?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', urgency: 'high', ttl: '600' });
    expect(vapidIsValid(String(first?.headers.authorization), push.publicKey() ?? '')).toMatchObject({
      aud: origin,
      sub: 'mailto:ops@example.vn',
    });
    expect(JSON.parse(opened(first?.body ?? Buffer.alloc(0), device, auth))).toMatchObject({
      title: 'Cao: Cổng sau',
      url: '/alerts/a1',
      tag: 'alert-a1',
      severity: 'severe',
    });

    await changes.alert(alertView({ version: 2, count: 2 }), 'repeated');
    await changes.alert(alertView({ version: 3, count: 2, level: 'shiftLead' }), 'escalated');
    await vi.waitFor(() => expect(got).toHaveLength(2));
    expect(JSON.parse(opened(got[1]?.body ?? Buffer.alloc(0), device, auth)).body).toContain('Chưa ai nhận');

    // The same keys after a restart: devices stay subscribed.
    const publicKey = push.publicKey();

    // Somebody has it in hand before anybody is told: no phone rings for it. What comes together is one message.
    await push.close();
    await changes.alert(alertView({ id: 'claimed' }));
    await changes.alert(alertView({ id: 'claimed', version: 2, state: 'claimed' }), 'claimed');
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']) await changes.alert(alertView({ id }));
    push = await createPush(options);
    push.begin();
    expect(push.publicKey()).toBe(publicKey);
    await vi.waitFor(() => expect(got).toHaveLength(3));
    expect(JSON.parse(opened(got[2]?.body ?? Buffer.alloc(0), device, auth))).toEqual({
      ...{ title: '6 cảnh báo chưa ai nhận', body: 'Cổng sau', url: '/alerts', tag: 'alerts', severity: 'severe' },
    });

    status = 410;
    await changes.alert(alertView({ id: 'a2' }));
    await vi.waitFor(async () => expect(await push.state()).toMatchObject({ subscriptions: 0, sent: 1 }));

    await push.subscribe('u1', { endpoint: `${origin}/other`, keys });
    await push.unsubscribe('u2', `${origin}/other`);
    expect((await push.state()).subscriptions).toBe(1);
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
    for (let at = 0; at < 20; at += 1) await changes.alert(alertView({ id: `b${at}` }));
    await vi.waitFor(async () => expect((await push.state()).lastError).not.toBeNull());
    await vi.waitFor(() => expect(logged.filter((line) => line.includes('push message')).length).toBe(1));
    await push.close();
  });

  it('goes to no address of the house', async () => {
    const push = await createPush({
      ...{ database, secretBox, clock: systemClock, log: silentLogger() },
      ...{ changes: changes.source, alertNow: changes.alertNow },
      check: createAddressGuard({ allowNetworks: [] }).check,
      receiversOf: async () => [],
      nameOf: () => '',
      contact: 'mailto:ops@example.vn',
    });
    const keys = { p256dh: 'x', auth: 'y' };
    for (const endpoint of ['https://127.0.0.1/x', 'https://169.254.169.254/x', 'http://push.example/x']) {
      await expect(push.subscribe('u1', { endpoint, keys })).rejects.toMatchObject({ code: 'push.refusedAddress' });
    }
    await push.close();
  });
});

/** What the header says, once its signature was checked (RFC 8292). */
function vapidIsValid(header: string, publicKey: string): unknown {
  const [, token = '', key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(header) ?? [];
  expect(key).toBe(publicKey);
  const [head = '', claims = '', signature = ''] = token.split('.');
  const raw = Buffer.from(publicKey, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: raw.subarray(1, 33).toString('base64url'),
    y: raw.subarray(33).toString('base64url'),
  };
  const signed = Buffer.from(`${head}.${claims}`);
  const proof = { key: { ...jwk }, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const;
  expect(verify('sha256', signed, proof, Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}

/** As a browser opens it (RFC 8291 and 8188, one record). */
function opened(body: Buffer, device: ReturnType<typeof createECDH>, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const length = body[20] ?? 0;
  const sender = body.subarray(21, 21 + length);
  const sealed = body.subarray(21 + length);
  const hmac = (key: Buffer, ...parts: Buffer[]): Buffer =>
    createHmac('sha256', key).update(Buffer.concat(parts)).digest();
  const one = Buffer.from([1]);
  const shared = hmac(auth, device.computeSecret(sender));
  const input = hmac(shared, Buffer.from('WebPush: info\0'), device.getPublicKey(), sender, one);
  const pseudo = hmac(salt, input);
  const key = hmac(pseudo, Buffer.from('Content-Encoding: aes128gcm\0'), one).subarray(0, 16);
  const nonce = hmac(pseudo, Buffer.from('Content-Encoding: nonce\0'), one).subarray(0, 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}
