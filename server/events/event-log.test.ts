import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import type { NewEvent, Severity, TamnhinEvent } from '#contracts/events';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createEventLog, type EventLog, type EventQuery } from './event-log.ts';

let database: Database;
let events: EventLog;
const open = (limits: { keep?: number; keepDays?: number; queueLimit?: number; now?: () => number } = {}): EventLog =>
  createEventLog({ database, log: silentLogger(), ...limits });

beforeEach(async () => {
  database = await createTemporaryDatabase();
  events = open();
});
afterEach(async () => {
  await events.close();
  await database.close();
});

const about = (cameraId: string | null, name = ''): NewEvent => ({
  type: 'vn.tamnhin.camera.changed',
  timeMs: 1000,
  severity: 'minor',
  cameraId,
  data: { name },
});
const append = (count: number, cameraId: string | null = 'c1'): Promise<TamnhinEvent[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => events.append(about(cameraId, `${at}`))));
const numbers = (found: readonly TamnhinEvent[]): number[] => found.map((event) => event.sequence);

describe('event log', () => {
  it('numbers events in the order in which they came, stores before it tells, and goes on after a restart', async () => {
    const told: number[] = [];
    const stored: Promise<unknown>[] = [];
    events.onAppended((event) => {
      told.push(event.sequence);
      stored.push(database.get('SELECT 1 AS found FROM events WHERE sequence = ?', event.sequence));
    });
    expect(numbers(await append(3))).toEqual([1, 2, 3]);
    expect(told).toEqual([1, 2, 3]);
    expect(await Promise.all(stored)).toEqual([{ found: 1 }, { found: 1 }, { found: 1 }]);

    await events.close();
    events = open();
    expect(await events.append(about('c1'))).toMatchObject({ sequence: 4, data: { name: '' } });
  });

  it('goes on after what cannot be stored', async () => {
    const data = { name: 1n as unknown as string };
    const type = 'vn.tamnhin.camera.changed';
    const broken: NewEvent = { type, timeMs: 0, severity: 'minor', cameraId: null, data };
    await expect(events.append(broken)).rejects.toThrow();
    expect(numbers(await append(1))).toEqual([1]);
  });

  it('pages: newest first before a number, oldest first after one, of one camera, of visible cameras only', async () => {
    for (const cameraId of ['c1', 'c2', null, 'c1', 'c2']) await events.append(about(cameraId));
    expect(numbers(await events.query({ limit: 2 }))).toEqual([5, 4]);
    expect(numbers(await events.query({ before: 4, limit: 2 }))).toEqual([3, 2]);
    expect(numbers(await events.query({ after: 1, limit: 2 }))).toEqual([2, 3]);
    expect(numbers(await events.query({ cameraId: 'c2', limit: 9 }))).toEqual([5, 2]);
    expect(numbers(await events.query({ limit: 2, visible: (cameraId) => cameraId !== 'c2' }))).toEqual([4, 3]);
    expect(numbers(await events.query({ after: 0, limit: 9, visible: (id) => id === null }))).toEqual([3]);
  });

  it('finds by type, severity and rule, of many cameras, as a look at each event would', async () => {
    const types = ['vn.tamnhin.camera.changed', 'vn.tamnhin.camera.registered', 'vn.tamnhin.camera.removed'] as const;
    const severities: readonly Severity[] = ['unknown', 'minor', 'moderate', 'severe'];
    const all: TamnhinEvent[] = [];
    for (let at = 0; at < 400; at += 1) {
      all.push(
        await events.append({
          type: types[(at * 7) % 3] ?? types[0],
          timeMs: 5000 + ((at * 37) % 101),
          severity: severities[(at * 5) % 4] ?? 'minor',
          cameraId: at % 11 === 0 ? null : `c${(at * 3) % 17}`,
          data: { name: '' },
        }),
      );
    }
    const cameras = Array.from({ length: 8 }, (_, at) => `c${at * 2}`);
    const seen = (cameraId: string | null): boolean => cameraId === null || cameras.includes(cameraId);
    const queries: EventQuery[] = [
      { limit: 30, types: [types[1]] },
      { limit: 30, severity: 'moderate', before: 300 },
      { limit: 30, after: 50, types: [types[0], types[2]], severity: 'severe' },
      { limit: 30, cameraId: 'c4', severity: 'moderate' },
      { limit: 30, cameras, visible: seen },
      { limit: 30, cameras, visible: seen, after: 100, types: [types[2]] },
      { limit: 30, cameras, visible: seen, fromMs: 5020, toMs: 5060, severity: 'minor' },
      { limit: 30, fromMs: 5010, after: 0, types: [types[0]] },
      { limit: 30, cameras: [], visible: (id) => id === null },
    ];
    for (const query of queries) {
      const { after, before = Number.MAX_SAFE_INTEGER, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER } = query;
      const ranged = query.fromMs !== undefined || query.toMs !== undefined;
      const sign = after === undefined ? -1 : 1;
      const wanted = all
        .filter(
          (one) =>
            (ranged || (one.sequence > (after ?? -1) && one.sequence < before)) &&
            (query.types?.includes(one.type) ?? true) &&
            (query.severity === undefined || severities.indexOf(one.severity) >= severities.indexOf(query.severity)) &&
            (query.cameraId === undefined || one.cameraId === query.cameraId) &&
            (query.visible?.(one.cameraId) ?? true) &&
            one.timeMs >= fromMs &&
            one.timeMs <= toMs,
        )
        .sort((a, b) => sign * ((ranged ? a.timeMs - b.timeMs : 0) || a.sequence - b.sequence))
        .slice(0, query.limit);
      expect(numbers(await events.query(query))).toEqual(numbers(wanted));
    }
  });

  it('is followed: also past what is not wanted, and says what is gone', async () => {
    await append(5);
    await append(3, 'c2');
    const wanted = { limit: 2, cameraId: 'c2' };
    const first = await events.follow(0, wanted);
    expect([numbers([...first.events]), first.next]).toEqual([[6, 7], 7]);
    const second = await events.follow(7, wanted);
    expect([numbers([...second.events]), second.next]).toEqual([[8], 8]);
    expect(await events.follow(8, wanted)).toEqual({ events: [], next: 8, missing: false, more: false });
    expect(await events.follow(2, { limit: 5, cameraId: 'c9' })).toEqual({
      ...{ events: [], next: 8, missing: false, more: false },
    });
    await database.run('DELETE FROM events WHERE sequence < 4');
    expect((await events.follow(1, wanted)).missing).toBe(true);
    expect((await events.follow(99, wanted)).missing).toBe(true);
  });

  it('is followed by who wants little of it, a part at a time, and nothing is passed over', async () => {
    await append(2100);
    await append(1, 'c2');
    const wanted = { limit: 2, visible: (cameraId: string | null) => cameraId === 'c2' };
    const first = await events.follow(0, wanted);
    expect(first).toMatchObject({ events: [], more: true });
    expect(first.next).toBeGreaterThan(1000);
    const second = await events.follow(first.next, wanted);
    expect([numbers([...second.events]), second.more]).toEqual([[2101], false]);
  });

  it('is followed without gap and without anything twice while it grows', async () => {
    const wanted = { limit: 7, types: ['vn.tamnhin.camera.changed', 'vn.tamnhin.camera.removed'] as const };
    let sending = true;
    const sent = (async () => {
      for (let at = 0; at < 300; at += 1) {
        const [timeMs, severity, cameraId, data] = [1000, 'minor', 'c1', { name: '' }] as const;
        const rest = { timeMs, severity, cameraId, data };
        if (at % 2 === 0) void events.append({ type: 'vn.tamnhin.camera.changed', ...rest });
        else void events.append({ type: 'vn.tamnhin.camera.removed', ...rest });
        if (at % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await events.append(about('c1'));
      sending = false;
    })();
    const heard: number[] = [];
    for (let place = 0; sending || heard.at(-1) !== 301; ) {
      const { events: found, next } = await events.follow(place, wanted);
      heard.push(...numbers([...found]));
      place = next;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sent;
    expect(heard).toEqual(Array.from({ length: 301 }, (_, at) => at + 1));
  });

  it('answers a range in the order of time, in pages that lose and repeat nothing', async () => {
    // They are told late, and many at one moment.
    const times = [5000, 1000, 3000, 3000, 3000, 2000, 9000];
    for (const timeMs of times) await events.append({ ...about('c1'), timeMs });
    await events.append({ ...about('c2'), timeMs: 3000 });
    const c1 = { cameraId: 'c1' };
    expect(numbers(await events.query({ ...c1, fromMs: 2000, toMs: 5000, limit: 9 }))).toEqual([1, 5, 4, 3, 6]);
    expect(numbers(await events.query({ ...c1, fromMs: 2000, toMs: 5000, after: 0, limit: 9 }))).toEqual([
      6, 3, 4, 5, 1,
    ]);
    expect(numbers(await events.query({ fromMs: 2500, toMs: 3000, limit: 9 }))).toEqual([8, 5, 4, 3]);
    expect(numbers(await events.query({ toMs: 1000, limit: 9 }))).toEqual([2]);
    // The next and the one before a moment.
    expect(numbers(await events.query({ ...c1, fromMs: 3001, after: 0, limit: 1 }))).toEqual([1]);
    expect(numbers(await events.query({ ...c1, toMs: 2999, limit: 1 }))).toEqual([6]);

    const paged = async (from: EventQuery, next: (last: TamnhinEvent) => Partial<EventQuery>): Promise<number[]> => {
      const all: number[] = [];
      for (let query = from; all.length < 20; ) {
        const page = await events.query(query);
        all.push(...numbers(page));
        const last = page.at(-1);
        if (last === undefined) break;
        query = { ...query, ...next(last) };
      }
      return all;
    };
    const range = { ...c1, fromMs: 0, toMs: 8000, limit: 2 };
    expect(await paged(range, ({ timeMs, sequence }) => ({ toMs: timeMs, before: sequence }))).toEqual([
      1, 5, 4, 3, 6, 2,
    ]);
    expect(
      await paged({ ...range, after: 0 }, ({ timeMs, sequence }) => ({ fromMs: timeMs, after: sequence })),
    ).toEqual([2, 6, 3, 4, 5, 1]);
  });

  it('thins a range for drawing: of each piece the first of each severity', async () => {
    const append = (timeMs: number, severity: Severity = 'minor', cameraId = 'c1') =>
      events.append({ ...about(cameraId), timeMs, severity });
    for (let at = 0; at < 100; at += 1) await append(1000 + at);
    await append(1050, 'severe');
    await append(1051, 'severe');
    await append(1005, 'minor', 'c2');
    const thinned = await events.thinned('c1', { fromMs: 1000, toMs: 1099, pieces: 4 });
    expect(thinned.map(({ timeMs, severity }) => [timeMs, severity])).toEqual([
      [1000, 'minor'],
      [1025, 'minor'],
      [1050, 'minor'],
      [1050, 'severe'],
      [1075, 'minor'],
    ]);
    expect(await events.thinned('c1', { fromMs: 1000, toMs: 1099, pieces: 1000 })).toHaveLength(102);
    expect(await events.thinned('c1', { fromMs: 2000, toMs: 3000, pieces: 10 })).toEqual([]);
  });

  it('resumes: all that was missed, or says that it cannot', async () => {
    expect(await events.resume(0, 10, () => true)).toEqual({ events: [], complete: true });
    await append(4);
    const resumed = await events.resume(2, 10, () => true);
    expect({ ...resumed, events: numbers(resumed.events) }).toEqual({ events: [3, 4], complete: true });
    expect(await events.resume(4, 10, () => true)).toEqual({ events: [], complete: true });
    expect(await events.resume(1, 2, () => true)).toEqual({ events: [], complete: false });
    // A number that was never given comes from another database.
    expect(await events.resume(99, 10, () => true)).toEqual({ events: [], complete: false });
  });

  it('forgets the oldest, and says so to who asks for them', async () => {
    await events.close();
    events = open({ keep: 5 });
    for (let at = 0; at < 12; at += 1) await events.append(about('c1'));
    await events.close();
    const left = numbers(await events.query({ limit: 100 }));
    expect(left).toEqual([12, 11, 10, 9, 8]);
    expect((await events.resume(3, 10, () => true)).complete).toBe(false);
    expect((await events.resume(7, 10, () => true)).complete).toBe(true);
  });

  it('lets go what is older than its days, but never the newest', async () => {
    await events.close();
    events = open({ keep: 1000, keepDays: 1, now: () => 86_400_000 + 1500 });
    for (let at = 0; at < 10; at += 1) await events.append({ ...about('c1'), timeMs: at === 8 ? 2000 : 1000 });
    await events.close();
    expect(numbers(await events.query({ limit: 100 }))).toEqual([10, 9]);
  });

  it('walks an index whatever is asked, and looks at the oldest alone when it lets go of them', async () => {
    const asked = new Map<string, SqlValue[]>();
    const watched: Database = {
      ...database,
      all(sql, ...params) {
        asked.set(sql, params);
        return database.all(sql, ...params);
      },
      run(sql, ...params) {
        asked.set(sql, params);
        return database.run(sql, ...params);
      },
    };
    const log = createEventLog({ database: watched, log: silentLogger(), keep: 5 });
    for (let at = 0; at < 3; at += 1) await log.append(about('c1'));
    const places: Partial<EventQuery>[] = [
      { before: 9 },
      { after: 1 },
      { fromMs: 0, toMs: 9 },
      { after: 1, fromMs: 0 },
    ];
    const wanted: Partial<EventQuery>[] = [
      {},
      { types: ['vn.tamnhin.camera.changed'] },
      { severity: 'minor' },
      { cameraId: 'c1' },
      { cameraId: 'c1', types: ['vn.tamnhin.camera.changed'], severity: 'severe' },
      { cameras: ['c1', 'c2'], visible: (id) => id === 'c9' },
      { cameras: ['c1'], visible: (id) => id === 'c9', types: ['vn.tamnhin.camera.changed'] },
      { ruleId: 'r1' },
      { ruleId: 'r1', cameraId: 'c1', types: ['vn.tamnhin.detection.zone'], severity: 'severe' },
    ];
    for (const place of places) for (const what of wanted) await log.query({ ...place, ...what, limit: 10 });
    await log.close();
    expect(asked.size).toBeGreaterThan(20);
    for (const [sql, params] of asked) {
      const plan = await database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...params);
      const bad = plan.filter(
        ({ detail }) => /USE TEMP B-TREE FOR ORDER BY|rowid<\?\)$/.test(detail) && !/rowid>/.test(detail),
      );
      const scans = sql.startsWith('DELETE') ? [] : plan.filter(({ detail }) => /^SCAN/.test(detail));
      expect([sql, ...bad, ...scans]).toEqual([sql]);
    }
  });

  it('keeps what it could store whatever a listener does, and the others of a batch with one that cannot be written', async () => {
    events.onAppended(() => {
      throw new Error('a listener broke');
    });
    const type = 'vn.tamnhin.camera.changed';
    const broken: NewEvent = { type, timeMs: 0, severity: 'minor', cameraId: null, data: { name: 1n as never } };
    const answers = await Promise.allSettled([
      events.append(about('c1')),
      events.append(broken),
      events.append(about('c1')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(numbers(await events.query({ limit: 9 }))).toEqual([2, 1]);
  });

  it('waits for a database that is busy', async () => {
    let busy = 3;
    const slow: Database = {
      ...database,
      transaction: (work) =>
        busy-- > 0 ? Promise.reject(new Fault('unavailable', 'store.busy', 'busy')) : database.transaction(work),
    };
    await events.close();
    events = createEventLog({ database: slow, log: silentLogger() });
    expect(numbers(await append(3))).toEqual([1, 2, 3]);
  });

  it('refuses what it cannot hold, and everything once it is closed', async () => {
    await events.close();
    events = open({ queueLimit: 2 });
    const many = await Promise.allSettled(Array.from({ length: 5 }, () => events.append(about('c1'))));
    expect(many.filter((one) => one.status === 'rejected').length).toBeGreaterThan(0);
    expect(many[0]).toMatchObject({ status: 'fulfilled' });
    await events.close();
    await expect(events.append(about('c1'))).rejects.toMatchObject({ code: 'event.queueFull' });
  });
});
