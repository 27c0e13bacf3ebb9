import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { createSecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { outputInputSchema } from '#contracts/outputs';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createEventLog, type EventLog } from '../../server/events/event-log.ts';
import { createOutputs, type Outputs } from '../../server/outputs/outputs.ts';
import { alertView } from '../fakes/alerts.ts';
import { createTestChanges } from '../fakes/changes.ts';
import { createFastClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';

/** A real mail server that does not take mail for everybody; time runs sixty times as fast. */
let database: Database;
let events: EventLog;
let changes: ReturnType<typeof createTestChanges>;
let outputs: Outputs;
let server: SMTPServer;
let port: number;
/** Each mail that was taken: for whom, and of which alerts. */
let mails: { to: string[]; alerts: string[] }[];
/** What the server says to a recipient, where it is not "yes". */
let refusals: Map<string, { responseCode: number; message: string }>;
const AN = 'an@example.vn';
const BINH = 'binh@example.vn';
const FULL = { responseCode: 452, message: '4.2.2 mailbox full' };
const UNKNOWN = { responseCode: 550, message: '5.1.1 no such user' };
const PATIENT = 10_000;

beforeEach(async () => {
  mails = [];
  refusals = new Map();
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const refusal = refusals.get(address);
      if (refusal === undefined) done();
      else done(Object.assign(new Error(refusal.message), { responseCode: refusal.responseCode }));
    },
    onData(stream, { envelope }, done) {
      let text = '';
      stream.on('data', (chunk) => {
        text += String(chunk);
      });
      stream.on('end', () => {
        const alerts = [...text.replace(/=\r\n/g, '').matchAll(/alerts\/(\w+)/g)].map(([, id = '']) => id);
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), alerts });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.server.address() as AddressInfo).port;
  database = await createTemporaryDatabase();
  events = createEventLog({ database, log: silentLogger() });
  changes = createTestChanges(database);
  outputs = await createOutputs({
    ...{ database, events, changes: changes.source, entriesOf: changes.entriesOf, alertNow: changes.alertNow },
    check: createAddressGuard({ allowNetworks: ['127.0.0.0/8'] }).check,
    secretBox: createSecretBox(new Uint8Array(32).fill(3)),
    ...{ log: silentLogger(), secrets: createSecretRegister(), clock: createFastClock(60) },
    site: 'angiang',
    nameOf: (id) => id,
    groupsOf: () => [],
    consoleUrl: () => 'https://tamnhin.example',
    source: () => 'https://tamnhin.example',
  });
  outputs.begin();
});
afterEach(async () => {
  await outputs.close();
  await new Promise<void>((resolve) => server.close(resolve));
  await events.close();
  await database.close();
});

const mailTo = (...to: string[]) =>
  outputs.create(
    outputInputSchema.parse({
      kind: 'mail',
      name: 'Duty officers',
      settings: { host: '127.0.0.1', port, security: 'none', from: 'tamnhin@example.vn', to, language: 'en' },
      filter: { alerts: ['opened'] },
    }),
  );
const stateOf = async () => (await outputs.list())[0]?.state;
const open = (id: string) => changes.alert(alertView({ id }), 'opened', Date.now() + 86_400_000);

describe('a mailbox that is full, or that the server greylists', () => {
  it('gets the mail when the server takes it, and the others get theirs once and without waiting for it', async () => {
    refusals.set(BINH, FULL);
    await mailTo(AN, BINH);
    await open('a1');
    await vi.waitFor(
      async () => expect((await stateOf())?.lastError).toContain(`${BINH}: 452 4.2.2 mailbox full`),
      PATIENT,
    );
    expect(await stateOf()).toMatchObject({ waiting: 1, failed: 0 });
    await open('a2');
    await vi.waitFor(() => expect(mails.some(({ alerts }) => alerts.includes('a2'))).toBe(true), PATIENT);
    refusals.clear();
    await vi.waitFor(async () => expect(await stateOf()).toMatchObject({ waiting: 0, lastError: null }), PATIENT);
    const got = (who: string) => mails.flatMap(({ to, alerts }) => (to.includes(who) ? alerts : [])).sort();
    expect([got(AN), got(BINH)]).toEqual([
      ['a1', 'a2'],
      ['a1', 'a2'],
    ]);
  });

  it('is no longer waited for once it is no receiver', async () => {
    refusals.set(BINH, FULL);
    const { id } = await mailTo(AN, BINH);
    await open('a1');
    await vi.waitFor(async () => expect((await stateOf())?.waiting).toBe(1), PATIENT);
    await vi.waitFor(() => expect(mails).toHaveLength(1), PATIENT);
    const settings = { host: '127.0.0.1', port, security: 'none', from: 'tamnhin@example.vn', to: [AN] };
    await outputs.update(
      id,
      outputInputSchema.parse({ kind: 'mail', name: 'x', settings, filter: { alerts: ['opened'] } }),
    );
    await vi.waitFor(async () => expect(await stateOf()).toMatchObject({ waiting: 0, lastError: null }), PATIENT);
    expect(mails).toHaveLength(1);
  });
});

describe('a receiver whom the mail server does not know', () => {
  it('is named with its words, while the others get the mail', async () => {
    refusals.set(BINH, UNKNOWN);
    await mailTo(AN, BINH);
    await open('a1');
    await vi.waitFor(
      async () => expect((await stateOf())?.lastError).toContain(`${BINH}: 550 5.1.1 no such user`),
      PATIENT,
    );
    expect(await stateOf()).toMatchObject({ waiting: 0, failed: 0, sent: 1 });
    expect(mails).toEqual([{ to: [AN], alerts: ['a1'] }]);
  });

  it('is found by the test, and where there is no other the mail is listed as not sent', async () => {
    refusals.set(BINH, UNKNOWN);
    const { id } = await mailTo(AN, BINH);
    expect(await outputs.test(id)).toMatchObject({ ok: false, detail: expect.stringContaining(BINH) });
    refusals.set(AN, UNKNOWN);
    await open('a1');
    await vi.waitFor(async () => expect(await stateOf()).toMatchObject({ waiting: 0, failed: 1, sent: 0 }), PATIENT);
    expect((await outputs.failures(id))[0]?.error).toContain(`${AN}: 550`);
  });
});
