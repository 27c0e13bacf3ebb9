import { createECDH, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { createAddressGuard } from '../../camera-adapters/address-guard.ts';
import { createPush, type Push } from '../../server/outputs/push/push.ts';
import { alertView } from '../fakes/alerts.ts';
import { createTestChanges } from '../fakes/changes.ts';
import { createFastClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';

/** A push service that has its troubles; time runs twenty times as fast. */
let database: Database;
let changes: ReturnType<typeof createTestChanges>;
let service: Server;
let origin: string;
let push: Push;
/** What was asked, in order, and what it answers: a status, or `hangUp`. */
let asked: string[];
let taken: string[];
let answer: (path: string) => { status: number; retryAfter?: string } | 'hangUp';

beforeEach(async () => {
  database = await createTemporaryDatabase();
  changes = createTestChanges(database);
  asked = [];
  taken = [];
  answer = () => ({ status: 201 });
  service = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push(path);
      const said = answer(path);
      if (said === 'hangUp') {
        request.socket.destroy();
        return;
      }
      const { status, retryAfter } = said;
      if (status === 201) taken.push(path);
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
    });
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  await database.run(
    `INSERT INTO users (id, username, display_name, enabled, password_hash, must_change_password, language, theme,
       created_ms) VALUES ('u1', 'an', 'An', 1, '', 0, 'vi', 'system', 0)`,
  );
  push = await createPush({
    ...{ database, changes: changes.source, alertNow: changes.alertNow, log: silentLogger() },
    clock: createFastClock(20),
    check: createAddressGuard({ allowNetworks: ['127.0.0.0/8'] }).check,
    secretBox: createSecretBox(new Uint8Array(32).fill(3)),
    receiversOf: async () => [{ userId: 'u1', language: 'vi' as const }],
    nameOf: () => 'Cổng sau',
    contact: 'mailto:ops@example.vn',
    schemes: ['http'],
  });
  push.begin();
});
afterEach(async () => {
  await push.close();
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
  await database.close();
});

async function subscribe(path: string): Promise<void> {
  const device = createECDH('prime256v1');
  device.generateKeys();
  const keys = { p256dh: device.getPublicKey('base64url'), auth: randomBytes(16).toString('base64url') };
  await push.subscribe('u1', { endpoint: `${origin}${path}`, keys });
}
const sent = async () => (await push.state()).sent;
const PATIENT = 10_000;

describe('a push service that hangs up', () => {
  it('gets what it has missed, and what came meanwhile, when it is back', async () => {
    await subscribe('/device');
    let down = true;
    answer = () => (down ? 'hangUp' : { status: 201 });
    await changes.alert(alertView({ id: 'a1' }));
    await vi.waitFor(async () => expect((await push.state()).lastError).not.toBeNull(), PATIENT);
    await changes.alert(alertView({ id: 'a2' }));
    down = false;
    await vi.waitFor(async () => expect(await sent()).toBe(2), PATIENT);
    expect((await push.state()).lastError).toBeNull();
  });

  it('hears late of no alert that somebody has in hand by then', async () => {
    await subscribe('/device');
    let down = true;
    answer = () => (down ? 'hangUp' : { status: 201 });
    await changes.alert(alertView({ id: 'a1' }));
    await vi.waitFor(() => expect(asked).toContain('/device'), PATIENT);
    await changes.alert(alertView({ id: 'a1', version: 2, state: 'claimed' }), 'claimed');
    await changes.alert(alertView({ id: 'a2' }));
    down = false;
    await vi.waitFor(async () => expect(await sent()).toBe(1), PATIENT);
    await changes.alert(alertView({ id: 'a3' }));
    await vi.waitFor(async () => expect(await sent()).toBe(2), PATIENT);
    expect(taken).toHaveLength(2);
  });

  it('brings nothing late to a device that was taken off meanwhile', async () => {
    await subscribe('/lost');
    let down = true;
    answer = () => (down ? 'hangUp' : { status: 201 });
    await changes.alert(alertView({ id: 'a1' }));
    await vi.waitFor(() => expect(asked).toContain('/lost'), PATIENT);
    await push.forget('u1');
    await subscribe('/other');
    await changes.alert(alertView({ id: 'a2' }));
    down = false;
    await vi.waitFor(async () => expect(await sent()).toBe(1), PATIENT);
    expect(taken).toEqual(['/other']);
  });

  it('is given up after two minutes, and asked by one message at a time until then', async () => {
    await subscribe('/device');
    answer = () => 'hangUp';
    for (const id of ['a1', 'a2', 'a3']) await changes.alert(alertView({ id }));
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(3), PATIENT);
    const kept = async () =>
      (await database.get<{ taken: number }>('SELECT changes_taken AS taken FROM push_keys'))?.taken;
    // Its place is kept once nothing of it waits any more.
    await vi.waitFor(async () => expect(await kept()).toBe(3), PATIENT);
    expect(asked.length).toBeLessThan(10);
    answer = () => ({ status: 201 });
    await changes.alert(alertView({ id: 'a4' }));
    await vi.waitFor(async () => expect(await sent()).toBe(1), PATIENT);
  });
});

describe('a push service that has too much to do', () => {
  it.each([429, 503])('and answers %i gets the message once more, when it says', async (status) => {
    await subscribe('/device');
    await subscribe('/refused');
    answer = (path) => (path === '/refused' || asked.length <= 2 ? { status, retryAfter: '10' } : { status: 201 });
    await changes.alert(alertView());
    await vi.waitFor(async () => expect(await sent()).toBe(1), PATIENT);
    await vi.waitFor(() => expect(asked.filter((path) => path === '/refused')).toHaveLength(2), PATIENT);
    await changes.alert(alertView({ id: 'a2' }));
    await vi.waitFor(async () => expect(await sent()).toBe(2), PATIENT);
    expect(asked.filter((path) => path === '/device')).toHaveLength(3);
  });
});
