import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import type { NewEvent, TamnhinEvent } from '#contracts/events';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createEventLog, type EventLog } from './event-log.ts';

let database: Database;
let events: EventLog;
const open = (limits: { keep?: number; queueLimit?: number } = {}): EventLog =>
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
