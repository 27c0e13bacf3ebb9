import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { type AuditEntry, auditQuerySchema } from '#contracts/http';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import type { Actor } from './actor.ts';
import { type AuditTrail, createAuditTrail } from './audit.ts';
import { createTouchedViewings, withRange } from './touched-viewings.ts';
import { createViewings, type Viewings } from './viewings.ts';

const lan: Actor = {
  kind: 'person',
  userId: 'u1',
  username: 'lan',
  displayName: 'Lan',
  sessionId: 's1',
  expiresMs: 0,
  grants: [],
  mustChangePassword: false,
  mustEnrolTotp: false,
  csrfToken: 'c',
  address: '10.0.0.1',
};
let clock: FakeClock;
let database: Database;
let trail: AuditTrail;
beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase();
  trail = createAuditTrail(database, clock);
});
afterEach(() => database.close());

const start = (on = database): Promise<Viewings> =>
  createViewings({ database: on, trail: createAuditTrail(on, clock), clock, log: silentLogger() });
const entries = async (): Promise<AuditEntry[]> => [...(await trail.query(auditQuerySchema.parse({})))].reverse();
const openRows = async (): Promise<unknown> =>
  (await database.get<{ n: number }>('SELECT COUNT(*) AS n FROM viewings'))?.n;

it('writes who watched which camera from when to when', async () => {
  const viewings = await start();
  const fromMs = clock.now();
  const end = viewings.begin(lan, 'pier', 'sub', 'wall');
  await viewings.flush();
  expect(await entries()).toMatchObject([
    { timeMs: fromMs, actor: 'lan', address: '10.0.0.1', action: 'viewing.began', cameraId: 'pier' },
  ]);
  clock.advance(90_000);
  end();
  end();
  await viewings.flush();
  expect((await entries()).slice(1)).toMatchObject([
    {
      timeMs: fromMs + 90_000,
      action: 'viewing.ended',
      cameraId: 'pier',
      detail: { role: 'sub', via: 'wall', fromMs, toMs: fromMs + 90_000 },
    },
  ]);
  expect(await openRows()).toBe(0);
  await viewings.close();
  expect(await trail.verify()).toMatchObject({ ok: true, entries: 2 });
});

it('ends those that are open when the program stops, and stops its timer', async () => {
  const viewings = await start();
  viewings.begin(lan, 'pier', 'sub', 'wall');
  viewings.begin(lan, 'runway', 'main', 'hls');
  clock.advance(1000);
  await viewings.close();
  expect((await entries()).map((entry) => `${entry.action} ${entry.cameraId}`)).toEqual([
    'viewing.began pier',
    'viewing.began runway',
    'viewing.ended pier',
    'viewing.ended runway',
  ]);
  expect(clock.pending()).toBe(0);
});

it('after a crash, ends what was open at its last heartbeat', async () => {
  const killed = await start();
  const fromMs = clock.now();
  killed.begin(lan, 'pier', 'sub', 'wall');
  clock.advance(65_000);
  await killed.flush();
  // From here on the program is gone, and its clock with it; an hour later it is started again.
  clock = createFakeClock(clock.now() + 3_600_000);
  const next = await start();
  expect((await entries()).at(-1)).toMatchObject({
    timeMs: fromMs + 60_000,
    action: 'viewing.ended',
    actor: 'lan',
    cameraId: 'pier',
    detail: { role: 'sub', via: 'wall', fromMs, toMs: fromMs + 60_000, uncertainMs: 30_000 },
  });
  expect(await openRows()).toBe(0);
  await next.close();
});

it('keeps what it could not store and stores it when it can, in order', async () => {
  let full = true;
  const flaky: Database = {
    ...database,
    transaction: (work) => (full ? Promise.reject(new Error('disk full')) : database.transaction(work)),
  };
  full = false;
  const viewings = await start(flaky);
  full = true;
  const end = viewings.begin(lan, 'pier', 'sub', 'wall');
  end();
  await viewings.flush();
  expect(await entries()).toEqual([]);
  full = false;
  clock.advance(30_000);
  await viewings.flush();
  expect((await entries()).map((entry) => entry.action)).toEqual(['viewing.began', 'viewing.ended']);
  await viewings.close();
});

it('stores a wall of cells together, and hundreds in order', async () => {
  let transactions = 0;
  const counted: Database = {
    ...database,
    transaction: (work) => {
      transactions += 1;
      return database.transaction(work);
    },
  };
  const viewings = await start(counted);
  transactions = 0;
  const ends = Array.from({ length: 64 }, (_, n) => viewings.begin(lan, `c${n}`, 'sub', 'wall'));
  await viewings.flush();
  expect(transactions).toBe(1);
  for (let round = 0; round < 5; round += 1) {
    for (const end of ends.splice(0)) end();
    ends.push(...Array.from({ length: 64 }, (_, n) => viewings.begin(lan, `c${n}`, 'sub', 'wall')));
  }
  await viewings.close();
  expect(await trail.verify()).toMatchObject({ ok: true, entries: 64 * 12 });
  expect(await openRows()).toBe(0);
});

it('of those who ask again and again lasts from the first request to the last', async () => {
  const viewings = await start();
  const touched = createTouchedViewings(viewings, clock);
  const fromMs = clock.now();
  for (let second = 0; second <= 60; second += 1) {
    touched.touch(lan, 'pier', 'sub', 'hls');
    touched.touch({ ...lan, sessionId: 's2' }, 'pier', 'sub', 'hls');
    if (second < 60) clock.advance(1000);
  }
  clock.advance(60_000);
  touched.touch(lan, 'pier', 'sub', 'hls');
  clock.advance(1000);
  touched.close();
  await viewings.close();
  const hls = { role: 'sub', via: 'hls' };
  expect((await entries()).map(({ action, detail }) => ({ action, detail }))).toEqual([
    { action: 'viewing.began', detail: hls },
    { action: 'viewing.began', detail: hls },
    { action: 'viewing.ended', detail: { ...hls, fromMs, toMs: fromMs + 60_000 } },
    { action: 'viewing.ended', detail: { ...hls, fromMs, toMs: fromMs + 60_000 } },
    { action: 'viewing.began', detail: hls },
    { action: 'viewing.ended', detail: { ...hls, fromMs: fromMs + 120_000, toMs: fromMs + 120_000 } },
  ]);
  expect(clock.pending()).toBe(0);
});

it('says of recordings what was looked at, at the end and every five minutes', async () => {
  const viewings = await start();
  const touched = createTouchedViewings(viewings, clock);
  const recorded = (fromMs: number, toMs: number) => touched.touch(lan, 'pier', 'main', 'playback', { fromMs, toMs });
  for (let second = 0; second < 310; second += 5) {
    recorded(second * 1000, second * 1000 + 5000);
    clock.advance(5000);
  }
  recorded(9_000_000, 9_005_000);
  clock.advance(60_000);
  await viewings.flush();
  const ended = (await entries()).filter(({ action }) => action === 'viewing.ended');
  expect(ended.map(({ detail }) => detail.recorded)).toEqual([
    [{ fromMs: 0, toMs: 300_000 }],
    [
      { fromMs: 300_000, toMs: 310_000 },
      { fromMs: 9_000_000, toMs: 9_005_000 },
    ],
  ]);
  touched.close();
  await viewings.close();
});

it('keeps the ranges of an entry few, and never says too little', () => {
  let ranges: ReturnType<typeof withRange> = [];
  for (let index = 0; index < 500; index += 1) {
    const fromMs = ((index * 37) % 500) * 60_000;
    ranges = withRange(ranges, { fromMs, toMs: fromMs + 1000 });
  }
  expect(ranges.length).toBeLessThanOrEqual(50);
  for (let minute = 0; minute < 500; minute += 1) {
    expect(ranges.some(({ fromMs, toMs }) => fromMs <= minute * 60_000 && toMs >= minute * 60_000 + 1000)).toBe(true);
  }
});
