import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { createSecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { type OutputDraft, type OutputInput, outputInputSchema } from '#contracts/outputs';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createEventLog, type EventLog } from '../../server/events/event-log.ts';
import { createOutputs, type Outputs } from '../../server/outputs/outputs.ts';
import { alertView } from '../fakes/alerts.ts';
import { createTestChanges } from '../fakes/changes.ts';
import { createFastClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { openMosquitto } from '../fakes/mosquitto.ts';

/** What a real broker keeps of alerts, as whoever comes now sees it. */
let database: Database;
let events: EventLog;
let changes: ReturnType<typeof createTestChanges>;
let outputs: Outputs;
let broker: Awaited<ReturnType<typeof openMosquitto>>;
let other: typeof broker | undefined;
let groups: string[];
const PATIENT = 10_000;

beforeEach(async () => {
  broker = await openMosquitto();
  database = await createTemporaryDatabase();
  events = createEventLog({ database, log: silentLogger() });
  changes = createTestChanges(database);
  groups = ['harbour'];
  outputs = await open();
});
afterEach(async () => {
  await outputs.close();
  await events.close();
  await database.close();
  await broker.close();
  await other?.close();
  other = undefined;
});

async function open(): Promise<Outputs> {
  const opened = await createOutputs({
    ...{ database, events, changes: changes.source, entriesOf: changes.entriesOf, alertNow: changes.alertNow },
    check: createAddressGuard({ allowNetworks: ['127.0.0.0/8'] }).check,
    secretBox: createSecretBox(new Uint8Array(32).fill(3)),
    ...{ log: silentLogger(), secrets: createSecretRegister(), clock: createFastClock(20) },
    site: 'angiang',
    nameOf: (id) => id,
    groupsOf: () => groups,
    consoleUrl: () => 'https://tamnhin.example',
    source: () => 'https://tamnhin.example',
  });
  opened.begin();
  return opened;
}

function draft(change: Partial<OutputDraft> = {}, url = broker.url, retainAlerts = true): OutputInput {
  const settings = { host: '127.0.0.1', port: Number(new URL(url).port), tls: false, retainAlerts };
  return outputInputSchema.parse({
    ...{ kind: 'mqtt', name: 'Broker', settings, filter: { alerts: ['opened'] } },
    ...change,
  });
}

/** By alert: the state that the broker shows to who subscribes now. */
async function kept(url = broker.url): Promise<Record<string, string>> {
  const client = await connectAsync({ host: '127.0.0.1', port: Number(new URL(url).port), reconnectPeriod: 0 });
  client.on('error', () => {});
  const found: Record<string, string> = {};
  const all = new Promise<void>((resolve) => {
    client.on('message', (topic, payload, { retain }) => {
      if (topic === 'end') resolve();
      else if (retain) found[topic.split('/').at(-1) ?? ''] = JSON.parse(payload.toString()).data.state;
    });
  });
  await client.subscribeAsync(['tamnhin/angiang/alert/#', 'end'], { qos: 1 });
  // Behind all that it keeps.
  await client.publishAsync('end', '', { qos: 1 });
  await all;
  await client.endAsync(true);
  return found;
}
const comesTo = (standing: Record<string, string>, url = broker.url) =>
  vi.waitFor(async () => expect(await kept(url)).toEqual(standing), PATIENT);

async function openTwo(): Promise<string> {
  const { id } = await outputs.create(draft());
  await changes.alert(alertView({ id: 'a1' }));
  await changes.alert(alertView({ id: 'a2', severity: 'minor' }));
  await comesTo({ a1: 'new', a2: 'new' });
  return id;
}
const closeAlert = (id: string) => changes.alert(alertView({ id, version: 2, state: 'closed' }), 'closed');

describe('what a broker keeps of alerts', () => {
  it('is right again when an output is switched on that was off while they changed', async () => {
    const id = await openTwo();
    await outputs.update(id, draft({ enabled: false }));
    await closeAlert('a1');
    await changes.alert(alertView({ id: 'a2', severity: 'minor', version: 2, state: 'claimed' }), 'claimed');
    await outputs.update(id, draft());
    await comesTo({ a2: 'claimed' });
  });

  it('goes with what the filter lets through no more, and with the wish that it be kept', async () => {
    const id = await openTwo();
    await outputs.update(id, draft({ filter: { alerts: ['opened'], severity: 'severe' } }));
    await comesTo({ a1: 'new' });
    await outputs.update(id, draft({}, broker.url, false));
    await comesTo({});
    await vi.waitFor(async () => expect((await outputs.list())[0]?.state.waiting).toBe(0), PATIENT);
  });

  it('goes with the alert although its camera was moved to where the output does not look', async () => {
    const { id } = await outputs.create(draft({ filter: { alerts: ['opened'], groupIds: ['harbour'] } }));
    await changes.alert(alertView({ id: 'a1' }));
    await comesTo({ a1: 'new' });
    groups = ['pier'];
    await closeAlert('a1');
    await comesTo({});
    expect(await outputs.failures(id)).toEqual([]);
  });

  it('goes when the alert was closed, and all trace of it deleted, before the program is there again', async () => {
    await openTwo();
    await outputs.close();
    await closeAlert('a1');
    await database.run('DELETE FROM changes');
    outputs = await open();
    await comesTo({ a2: 'new' });
  });

  it('goes with the output', async () => {
    const id = await openTwo();
    await outputs.update(id, draft({ enabled: false }));
    await outputs.remove(id);
    expect(await kept()).toEqual({});
  });

  it('moves to another broker with the output, if need be from one that is gone', async () => {
    const id = await openTwo();
    other = await openMosquitto();
    await closeAlert('a1');
    await comesTo({ a2: 'new' });
    await outputs.update(id, draft({}, other.url));
    expect(await kept()).toEqual({});
    await comesTo({ a2: 'new' }, other.url);
    await other.stop();
    await outputs.update(id, draft());
    await comesTo({ a2: 'new' });
  });

  it('is not brought back by a message that somebody sends again after the alert was closed', async () => {
    const id = await openTwo();
    await outputs.update(id, draft({ enabled: false }));
    await database.run(
      `INSERT INTO output_messages (output_id, message, time_ms, taken_ms, failed_ms) VALUES (?, ?, 0, 0, 1)`,
      ...[id, JSON.stringify(OLD)],
    );
    await closeAlert('a1');
    await outputs.update(id, draft());
    await comesTo({ a2: 'new' });
    const [failure] = await outputs.failures(id);
    const sentBefore = (await outputs.list())[0]?.state.sent ?? 0;
    await outputs.retry(id, failure?.id ?? 0);
    await vi.waitFor(async () => expect((await outputs.list())[0]?.state.sent).toBe(sentBefore + 1), PATIENT);
    expect(await kept()).toEqual({ a2: 'new' });
  });
});

/** Given up: that a1 was opened. */
const OLD = {
  event: { id: 'a1.1', type: 'vn.tamnhin.alert.opened', time: '2026-01-05T08:00:00Z', data: { state: 'new' } },
  alert: { id: 'a1', quiet: false, change: 'opened', kept: 'standing' },
};
