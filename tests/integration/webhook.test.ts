import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { createSecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import type { AlertView } from '#contracts/alerts';
import { type AlertChange, type OutputDraft, type OutputInput, outputInputSchema } from '#contracts/outputs';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createEventLog, type EventLog } from '../../server/events/event-log.ts';
import { createOutputs, type Outputs } from '../../server/outputs/outputs.ts';
import { alertView, incidentDetails } from '../fakes/alerts.ts';
import { createTestChanges } from '../fakes/changes.ts';
import { createFastClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';

/** Outputs over a real database and a real event log, to a real HTTP server. Time runs a hundred times as fast. */
interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly event: { id: string; type: string; source: string; sequence?: string; subject?: string };
}

let database: Database;
let events: EventLog;
let outputs: Outputs;
let changes: ReturnType<typeof createTestChanges>;
let server: Server;
let url: string;
let received: Received[];
/** What the place answers; a status, or `'hang'`. */
let answer: (received: Received) => number | 'hang';
const SPEED = 100;
const logSecrets = createSecretRegister();
const clock = createFastClock(SPEED);

const loopback = createAddressGuard({ allowNetworks: ['127.0.0.0/8'] }).check;
async function open(check = loopback): Promise<Outputs> {
  const { source, entriesOf, alertNow } = changes;
  const opened = await createOutputs({
    ...{ database, events, changes: source, entriesOf, alertNow, clock, check },
    secretBox: createSecretBox(new Uint8Array(32).fill(3)),
    log: silentLogger(),
    secrets: logSecrets,
    site: 'test',
    nameOf: (id) => `Camera ${id}`,
    groupsOf: (id) => (id === 'c1' ? ['pier', 'harbour'] : []),
    consoleUrl: () => 'https://console.example',
    source: () => 'https://console.example',
  });
  opened.begin();
  return opened;
}

beforeEach(async () => {
  database = await createTemporaryDatabase();
  events = createEventLog({ database, log: silentLogger() });
  changes = createTestChanges(database);
  received = [];
  answer = () => 200;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const event = body.startsWith('{') ? JSON.parse(body) : {};
      const one = { headers: request.headers, body, event };
      received.push(one);
      const status = answer(one);
      if (status !== 'hang') response.writeHead(status, { location: 'http://169.254.169.254/' }).end('said');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
  outputs = await open();
});
afterEach(async () => {
  await outputs.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await events.close();
  await database.close();
});

const everything = { events: true, alerts: ['opened', 'closed'] } as const;
function webhook(draft: Partial<OutputDraft> = {}): OutputInput {
  return outputInputSchema.parse({
    kind: 'webhook',
    name: 'Centre',
    settings: { url },
    filter: { ...everything, alerts: [...everything.alerts] },
    ...draft,
  });
}
const append = (name: string, cameraId: string | null = 'c1') =>
  events.append({
    type: 'vn.tamnhin.camera.changed',
    timeMs: Date.UTC(2026, 0, 5),
    severity: 'minor',
    cameraId,
    data: { name },
  });
const sequences = (): number[] => received.map(({ event }) => Number(event.sequence));
const stateOf = async () => (await outputs.list())[0]?.state;

describe('a webhook', () => {
  it('gets events as signed CloudEvents, from the moment it was made, in order', async () => {
    await append('before');
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    const made = await outputs.create(webhook({ secrets: { secret, authorization: 'Bearer x' } }));
    expect(JSON.stringify(made)).not.toContain(secret);
    expect(made.secretsSet).toEqual(['authorization', 'secret']);
    for (let at = 0; at < 20; at += 1) await append(String(at));
    await vi.waitFor(() => expect(received).toHaveLength(20));
    expect(sequences()).toEqual(Array.from({ length: 20 }, (_, at) => at + 2));
    const [first] = received;
    expect(first?.event).toMatchObject({
      specversion: '1.0',
      source: 'https://console.example',
      type: 'vn.tamnhin.camera.changed',
      subject: 'c1',
      time: '2026-01-05T00:00:00.000Z',
      datacontenttype: 'application/json',
      severity: 'minor',
      sequence: '00000000000000000002',
      data: { name: '0' },
    });
    const { headers, body = '' } = first ?? {};
    expect(headers?.['content-type']).toMatch('application/cloudevents+json');
    expect(headers?.authorization).toBe('Bearer x');
    const signed = `${headers?.['webhook-id']}.${headers?.['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
      .update(signed)
      .digest('base64');
    expect(headers?.['webhook-signature']).toBe(`v1,${expected}`);
    expect(headers?.['webhook-id']).toBe(first?.event.id);
    await vi.waitFor(async () => expect(await stateOf()).toMatchObject({ sent: 20, waiting: 0, lastError: null }));
  });

  it('that is gone gets all of it once it is back, in order, and knows by the id what it has already', async () => {
    let down = true;
    answer = () => (down ? 503 : 200);
    await outputs.create(webhook());
    for (let at = 0; at < 5; at += 1) await append(String(at));
    await vi.waitFor(() => expect(received.length).toBeGreaterThan(1), 5000);
    expect(new Set(received.map(({ event }) => event.id)).size).toBe(1);
    expect(await stateOf()).toMatchObject({ sent: 0, lastError: 'answers 503: said' });
    down = false;
    received.length = 0;
    await vi.waitFor(() => expect(received).toHaveLength(5), 20_000);
    expect(sequences()).toEqual([1, 2, 3, 4, 5]);
  });

  it('that refuses one gets the next; the refused one is listed and can be sent again', async () => {
    let picky = true;
    answer = ({ body }) => (picky && body.includes('bad') ? 422 : 200);
    const { id } = await outputs.create(webhook());
    await append('bad');
    await append('good');
    await vi.waitFor(() => expect(received.at(-1)?.body).toContain('good'), 10_000);
    await vi.waitFor(async () => expect(await outputs.failures(id)).toHaveLength(1));
    const [failure] = await outputs.failures(id);
    expect(failure).toMatchObject({
      type: 'vn.tamnhin.camera.changed',
      cameraId: 'c1',
      error: 'answers 422: said',
      attempts: 3,
    });
    picky = false;
    await outputs.retry(id, failure?.id ?? 0);
    await vi.waitFor(() => expect(received.at(-1)?.body).toContain('bad'));
    expect(await outputs.failures(id)).toEqual([]);
    await expect(outputs.retry(id, 12_345)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('that answers nothing for a day is given up, message by message', async () => {
    await outputs.close();
    const day = createFastClock(60_000);
    outputs = await createOutputs({
      ...{ database, events, changes: changes.source, clock: day, check: loopback },
      ...{ entriesOf: changes.entriesOf, alertNow: changes.alertNow },
      secretBox: createSecretBox(new Uint8Array(32).fill(3)),
      log: silentLogger(),
      secrets: logSecrets,
      site: 'test',
      nameOf: (id) => id,
      groupsOf: () => [],
      consoleUrl: () => '',
      source: () => 'test',
    });
    outputs.begin();
    answer = () => 500;
    const { id } = await outputs.create(webhook());
    await append('never');
    await vi.waitFor(async () => expect(await outputs.failures(id)).toHaveLength(1), 10_000);
    expect((await outputs.failures(id))[0]?.attempts).toBeGreaterThan(20);
    expect(await stateOf()).toMatchObject({ waiting: 0, failed: 1 });
  });

  it('is not followed to where it points, and not called inside of the house', async () => {
    answer = () => 302;
    const { id } = await outputs.create(webhook());
    expect(await outputs.test(id)).toMatchObject({
      ok: false,
      detail: 'answers 302 and points to http://169.254.169.254/',
    });
    expect(received).toHaveLength(1);
    await outputs.close();
    outputs = await open(createAddressGuard({ allowNetworks: [] }).check);
    const told = await outputs.test(id);
    expect(told.ok).toBe(false);
    expect(told.detail).toContain('events.outputNetworks');
    expect(received).toHaveLength(1);
  });

  it('that hangs holds up nobody else', async () => {
    answer = ({ headers }) => (headers.authorization === 'slow' ? 'hang' : 200);
    await outputs.create(webhook({ name: 'slow', secrets: { authorization: 'slow' } }));
    await outputs.create(webhook({ name: 'quick', secrets: { authorization: 'quick' } }));
    for (let at = 0; at < 10; at += 1) await append(String(at));
    await vi.waitFor(() =>
      expect(received.filter(({ headers }) => headers.authorization === 'quick')).toHaveLength(10),
    );
    expect(received.filter(({ headers }) => headers.authorization === 'slow')).toHaveLength(1);
  });

  it('goes on after a restart where it stopped, with what happened meanwhile', async () => {
    answer = () => 500;
    await outputs.create(webhook());
    await append('taken in');
    await vi.waitFor(async () => expect(await stateOf()).toMatchObject({ waiting: 1 }));
    await outputs.close();
    await append('meanwhile');
    answer = () => 200;
    received.length = 0;
    outputs = await open();
    // One may come twice: its sender could not know that it was taken.
    await vi.waitFor(() => expect([...new Set(sequences())]).toEqual([1, 2]));
  });

  it('gets no flood of what happened while it was off', async () => {
    const { id } = await outputs.create(webhook({ enabled: false }));
    await append('off');
    await outputs.update(id, webhook());
    await append('on');
    await vi.waitFor(() => expect(sequences()).toEqual([2]));
  });
});

describe('two who change one output at once', () => {
  it('follow one another, and nothing that changes meanwhile is missed', async () => {
    const { id } = await outputs.create(webhook());
    let saving = true;
    const saved = Promise.all(['a', 'b', 'c'].map((name) => outputs.update(id, webhook({ name })))).finally(() => {
      saving = false;
    });
    let told = 0;
    for (; saving; told += 1) {
      await changes.alert(alertView({ id: `a${told}` }));
      await append(String(told));
      // Else nothing but this would ever have its turn.
      await immediate();
    }
    expect((await saved).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    // One may come twice: its sender was ended before it could know that it was taken.
    const ids = () => new Set(received.map(({ event }) => event.id));
    await vi.waitFor(() => expect(ids().size).toBe(2 * told), 10_000);
    await vi.waitFor(async () => expect(await stateOf()).toMatchObject({ waiting: 0 }));
    received.length = 0;
    await append('last');
    await changes.alert(alertView({ id: 'last' }));
    await vi.waitFor(() => expect(ids().size).toBe(2));
    expect(received).toHaveLength(2);
  });
});

describe('the filter', () => {
  it('lets through events of wanted types, severities and places', async () => {
    await outputs.create(webhook({ filter: { events: true, groupIds: ['harbour'] } }));
    await append('elsewhere', 'c2');
    await append('house', null);
    await append('here');
    await vi.waitFor(() => expect(sequences()).toEqual([3]));
  });

  it('lets through the changes of alerts that are wanted', async () => {
    await outputs.create(webhook({ filter: { alerts: ['opened', 'escalated', 'closed'], severity: 'moderate' } }));
    const tell = (change: AlertChange, standing: Partial<AlertView>) => changes.alert(alertView(standing), change);
    await tell('opened', { severity: 'minor', id: 'a0' });
    await tell('opened', { version: 1 });
    await tell('repeated', { version: 2, count: 2 });
    await tell('escalated', { version: 3, level: 'shiftLead' });
    await tell('claimed', { version: 4, level: 'shiftLead', state: 'claimed', owner: { id: 'u', name: 'An' } });
    await tell('closed', { version: 5, level: 'shiftLead', state: 'closed' });
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(received.map(({ event }) => [event.type, event.id])).toEqual([
      ['vn.tamnhin.alert.opened', 'a1.1'],
      ['vn.tamnhin.alert.escalated', 'a1.3'],
      ['vn.tamnhin.alert.closed', 'a1.5'],
    ]);
  });

  it('brings an incident with the cameras that are wanted, and nothing of what people wrote and took in', async () => {
    await outputs.create(webhook({ filter: { incidents: true, cameraIds: ['c1'] } }));
    await changes.incident(incidentDetails({ id: 'elsewhere', cameraIds: ['c2'] }));
    const people = [{ id: 'u2', name: 'Bình' }];
    await changes.incident(incidentDetails({ cameraIds: ['c1', 'c2'], alertIds: ['a1'], people }));
    await vi.waitFor(() => expect(received).toHaveLength(1));
    const { data } = JSON.parse(received[0]?.body ?? '{}');
    expect(data).toMatchObject({ id: 'i1', title: 'Xô xát ở chợ', state: 'open', cameraIds: ['c1'] });
    for (const kept of ['alertIds', 'people', 'entries', 'exhibits', 'lead', 'openedBy']) {
      expect(data).not.toHaveProperty(kept);
    }
  });
});

describe('secrets', () => {
  it('stay when they are left out, go when they are empty, and never lie in the open', async () => {
    const { id } = await outputs.create(webhook({ secrets: { authorization: 'Bearer hidden-value' } }));
    expect((await outputs.update(id, webhook())).secretsSet).toEqual(['authorization']);
    const row = await database.get<{ settings: string; secrets: Uint8Array }>('SELECT settings, secrets FROM outputs');
    expect(`${row?.settings}${Buffer.from(row?.secrets ?? []).toString('latin1')}`).not.toContain('hidden');
    expect((await outputs.update(id, webhook({ secrets: { authorization: '' } }))).secretsSet).toEqual([]);
  });

  it('have to be given again for another place, and are blanked in the log', async () => {
    const { id } = await outputs.create(webhook({ secrets: { authorization: 'Bearer hidden-value' } }));
    expect(logSecrets.blank('sent Bearer hidden-value')).toBe('sent ***');
    expect((await outputs.update(id, webhook({ settings: { url: `${url}/deeper` } }))).secretsSet).toHaveLength(1);
    const elsewhere = { settings: { url: 'https://elsewhere.example/in' } };
    for (const secrets of [{}, { secret: `whsec_${randomBytes(24).toString('base64')}` }]) {
      await expect(outputs.update(id, webhook({ ...elsewhere, secrets }))).rejects.toMatchObject({
        code: 'output.secretAgain',
        fields: [{ path: 'secrets.authorization' }],
      });
    }
    await append('still there');
    await vi.waitFor(() => expect(received.at(-1)?.headers.authorization).toBe('Bearer hidden-value'));
    for (const authorization of ['Bearer other', '']) {
      const { secretsSet } = await outputs.update(id, webhook({ ...elsewhere, secrets: { authorization } }));
      expect(secretsSet).toHaveLength(authorization === '' ? 0 : 1);
    }
  });
});
