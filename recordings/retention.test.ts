import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { NewEvent } from '#contracts/events';
import type { StreamRole } from '#contracts/media';
import type { RetentionAnswer } from '#contracts/recordings';
import { createFakeClock, type FakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { type PlainRecording, recordPlain } from '../tests/fakes/plain-recording.ts';
import { createFakeDisks, type FakeDisks } from '../tests/fakes/segment-files.ts';
import { createHolds, type HoldPerson, type Holds } from './holds.ts';
import { createRetention, type RetentionKeeper, type RetentionOptions } from './retention.ts';
import { DAY_MS, GIB, type Retention } from './retention-due.ts';
import { segmentPath } from './segment-file.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';

const NOW = Date.UTC(2026, 10, 25, 1);
const TEN = 600_000;
const MB = 1_000_000;
const OLD = NOW - 31 * DAY_MS;

const person = (name: string): HoldPerson => ({ id: `id of ${name}`, name });

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
let holds: Holds;
let clock: FakeClock;
let root: string;
let disks: FakeDisks;
let events: NewEvent[];
beforeEach(async () => {
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
  clock = createFakeClock(NOW);
  holds = await createHolds({ database, clock });
  root = await mkdtemp(join(tmpdir(), 'tamnhin-retention-'));
  await writeFile(join(root, 'identity'), 'd');
  disks = createFakeDisks([{ id: 'd', root }]);
  events = [];
});
afterEach(async () => {
  await database.close();
  await rm(root, { recursive: true });
});

const days = (count: number, gigabytes: number | null = null): Retention => ({ days: count, gigabytes });
function keeper(options: Partial<RetentionOptions> = {}) {
  return createRetention({
    database,
    store,
    disks,
    holds,
    retentionOf: () => days(30),
    freeGigabytes: 5,
    append: async (event) => events.push(event),
    clock,
    log: silentLogger(),
    ...options,
  });
}

/** The answer of somebody who sees the first question as it is now. */
function shown(retention: Pick<RetentionKeeper, 'questions'>, answer: RetentionAnswer['answer'] = 'delete') {
  const [{ askedMs, bytes } = { askedMs: 0, bytes: 0 }] = retention.questions();
  return { answer, askedMs, bytes };
}

const record = (startMs: number, more: PlainRecording = {}) => recordPlain(store, disks, startMs, more);

async function recordMany(count: number, fromMs: number, more: PlainRecording = {}) {
  const made: Awaited<ReturnType<typeof record>>[] = [];
  for (let at = 0; at < count; at += 1) made.push(await record(fromMs + at * TEN, more));
  return made;
}

/** Starts of what the index and the folder still have; they must agree. */
async function left(cameraId = 'a', role: StreamRole = 'main'): Promise<number[]> {
  const rows = await store.ofStream({ cameraId, role }, { startMs: 0, id: 0 }, 10_000);
  for (const { path, diskId } of rows) expect(existsSync(join(disks.find(diskId)?.root ?? '', path)), path).toBe(true);
  return rows.map(({ startMs }) => startMs);
}

async function filesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.mp4')).length;
}

describe('retention by age and size', () => {
  it('lets a thousand segments go when their time is over and not before', async () => {
    // Three cameras and one that is not registered any more; ten days of recordings, 48 a day, in a fake week.
    const policies: Record<string, Retention> = { a: days(3), b: days(7), c: days(2, 2) };
    const first = NOW - 5 * DAY_MS;
    for (const cameraId of ['a', 'b', 'c', 'gone']) {
      for (let at = 0; at < 250; at += 1) await record(first + at * 3 * TEN, { cameraId });
    }
    const retention = await keeper({ retentionOf: (cameraId) => policies[cameraId] ?? days(4) });
    await retention.pass();
    const startsOf = (cameraId: string) => left(cameraId);
    expect((await startsOf('a'))[0]).toBeGreaterThanOrEqual(NOW - 3 * DAY_MS - TEN);
    expect(await startsOf('b')).toHaveLength(250);
    expect(await startsOf('c')).toHaveLength(Math.floor((2 * GIB) / (100 * MB)));
    expect((await startsOf('gone'))[0]).toBeGreaterThanOrEqual(NOW - 4 * DAY_MS - TEN);
    expect((await startsOf('gone'))[0]).toBeLessThan(NOW - 4 * DAY_MS + 3 * TEN);
    expect(events).toEqual([]);
    const before = await filesBelow(root);
    await retention.pass();
    expect(await filesBelow(root)).toBe(before);
    for (let day = 0; day < 8; day += 1) {
      clock.advance(DAY_MS / 2);
      await retention.pass();
      for (const [cameraId, keep] of [
        ['a', 3],
        ['b', 7],
        ['c', 2],
        ['gone', 4],
      ] as const) {
        const [oldest = clock.now()] = await startsOf(cameraId);
        expect(oldest + TEN, cameraId).toBeGreaterThanOrEqual(clock.now() - keep * DAY_MS);
      }
    }
    expect(await filesBelow(root)).toBeLessThan(before);
  });

  it('keeps what touches a hold, to its edge, and does not count it to the size', async () => {
    const made = await recordMany(20, OLD);
    await recordMany(25, NOW - DAY_MS);
    // From the third to the end of the fifth; the sixth begins where the hold ends.
    const about = { caseNumber: '1', reason: 'Tai nạn' };
    await holds.create('a', { startMs: OLD + 2 * TEN + 1, endMs: OLD + 5 * TEN - 1, ...about }, 'lan');
    await (await keeper({ retentionOf: () => days(30, 2) })).pass();
    const kept = (await left()).filter((startMs) => startMs < NOW - 2 * DAY_MS);
    expect(kept).toEqual([2, 3, 4].map((at) => OLD + at * TEN));
    // 2 GiB beside the held.
    expect(await left()).toHaveLength(3 + Math.floor((2 * GIB) / (100 * MB)));
    expect(made.map(({ file }) => existsSync(file)).filter(Boolean)).toHaveLength(3);

    const [hold] = holds.list();
    await holds.askRelease(hold?.id ?? '', person('lan'));
    await holds.release(hold?.id ?? '', person('minh'));
    await (await keeper()).pass();
    expect((await left()).every((startMs) => startMs > OLD + 20 * TEN)).toBe(true);
  });

  it('sees a hold that comes while a pass runs', async () => {
    await recordMany(30, OLD);
    await recordMany(60, NOW - DAY_MS);
    const retention = await keeper();
    const passing = retention.pass();
    const about = { caseNumber: '1', reason: 'Tai nạn' };
    await holds.create('a', { startMs: OLD + 25 * TEN + 1, endMs: OLD + 25 * TEN + 2, ...about }, 'lan');
    await passing;
    expect((await left())[0]).toBe(OLD + 25 * TEN);
  });

  it('works in small steps, and stops at once', async () => {
    const old = await recordMany(100, OLD);
    await recordMany(200, NOW - 2 * DAY_MS);
    const retention = await keeper();
    retention.start();
    const gone = (): number => old.filter(({ file }) => !existsSync(file)).length;
    for (const expected of [20, 40]) {
      clock.advance(1000);
      await vi.waitFor(() => expect(gone()).toBe(expected));
    }
    await retention.stop();
    clock.advance(60_000);
    expect(gone()).toBeLessThan(61);
    expect(clock.pending()).toBe(0);
  });

  it('says beforehand what would go, by camera, and touches nothing', async () => {
    await recordMany(3, OLD);
    await recordMany(9, NOW - DAY_MS);
    await recordMany(2, OLD, { cameraId: 'b', role: 'sub', bytes: 7 * MB });
    const { disks: planned } = await (await keeper()).plan();
    expect(planned).toMatchObject([
      { diskId: 'd', path: root, existingBytes: 1214 * MB, existingSegments: 14, dueBytes: 314 * MB, dueSegments: 5 },
    ]);
    expect(planned[0]?.streams).toEqual([
      { cameraId: 'a', role: 'main', why: 'age', bytes: 300 * MB, segments: 3, oldestMs: OLD, newestMs: OLD + 3 * TEN },
      { cameraId: 'b', role: 'sub', why: 'age', bytes: 14 * MB, segments: 2, oldestMs: OLD, newestMs: OLD + 2 * TEN },
    ]);
    expect(planned[0]?.asks).toBe(false);
    expect(await filesBelow(root)).toBe(14);
  });
});

describe('a pass that would take more than half', () => {
  it('waits for a person, tells it once, and runs once confirmed', async () => {
    await recordMany(30, OLD);
    await recordMany(20, NOW - DAY_MS);
    const retention = await keeper();
    await retention.pass();
    await retention.pass();
    expect(await left()).toHaveLength(50);
    expect(events).toMatchObject([
      { type: 'vn.tamnhin.retention.needsConfirmation', data: { path: root, segments: 30, bytes: 3000 * MB } },
    ]);
    expect(retention.questions()).toMatchObject([{ diskId: 'd', ofBytes: 5000 * MB, askedMs: NOW }]);
    await expect(retention.answer('other', shown(retention), 'lan')).rejects.toMatchObject({
      code: 'retention.nothingAsked',
    });
    await retention.answer('d', shown(retention), 'lan');
    await retention.pass();
    expect(await left()).toHaveLength(20);
    expect(retention.questions()).toEqual([]);
  });

  it('is asked for again when it became much more than what was confirmed', async () => {
    await recordMany(30, OLD);
    await recordMany(20, NOW - DAY_MS);
    let keep = 30;
    const retention = await keeper({ retentionOf: () => days(keep) });
    await retention.pass();
    await retention.answer('d', shown(retention), 'lan');
    keep = 0.01;
    await retention.pass();
    expect(await left()).toHaveLength(50);
    expect(retention.questions()).toMatchObject([{ segments: 50 }]);
    keep = 100;
    await retention.pass();
    expect(retention.questions()).toEqual([]);
  });

  it('does not take more than what the person saw, nor a word about another question', async () => {
    await recordMany(30, OLD);
    await recordMany(20, NOW - DAY_MS);
    let keep = 30;
    const retention = await keeper({ retentionOf: () => days(keep) });
    await retention.pass();
    const seen = shown(retention);
    keep = 0.01;
    await retention.pass();
    const changed = { kind: 'conflict', code: 'retention.changed' };
    await expect(retention.answer('d', seen, 'lan')).rejects.toMatchObject(changed);
    const old = { ...shown(retention), askedMs: seen.askedMs - 1 };
    await expect(retention.answer('d', old, 'lan')).rejects.toMatchObject(changed);
    // More than there is: counts for what there is.
    await retention.answer('d', { ...shown(retention), bytes: 1e15 }, 'lan');
    await expect(retention.answer('d', seen, 'minh')).rejects.toMatchObject({ code: 'retention.nothingAsked' });
    await retention.pass();
    expect(await left()).toEqual([]);
  });

  it('keeps what a person wants kept: over a restart, and when it is not the half any more', async () => {
    await recordMany(30, OLD);
    await recordMany(20, NOW - DAY_MS);
    const first = await keeper();
    await first.pass();
    await first.answer('d', shown(first, 'keep'), 'lan');
    expect(first.questions()).toMatchObject([{ left: { by: 'lan', atMs: NOW }, cameras: 1, newestMs: OLD + 30 * TEN }]);
    await recordMany(40, NOW - DAY_MS / 2, { cameraId: 'b' });
    const again = await keeper();
    await again.pass();
    await again.pass();
    expect([(await left()).length, events.length]).toEqual([50, 1]);
    // Somebody thinks better of it.
    await again.answer('d', shown(again), 'minh');
    await again.pass();
    expect([(await left()).length, again.questions()]).toEqual([20, []]);
    await recordMany(5, OLD);
    await (await keeper()).pass();
    expect(await left()).toHaveLength(20);
  });

  it('asks again when more is to go than what was to be kept, and forgets it when the cause is gone', async () => {
    await recordMany(30, OLD);
    await recordMany(20, NOW - DAY_MS);
    let keep = 30;
    const retention = await keeper({ retentionOf: () => days(keep) });
    await retention.pass();
    await retention.answer('d', shown(retention, 'keep'), 'lan');
    keep = 0.01;
    clock.advance(1000);
    await retention.pass();
    await retention.pass();
    expect(retention.questions()).toMatchObject([{ left: null, segments: 50, askedMs: NOW + 1000 }]);
    expect(events).toHaveLength(2);
    keep = 100;
    await retention.pass();
    expect(retention.questions()).toEqual([]);
    keep = 30;
    await retention.pass();
    expect(retention.questions()).toMatchObject([{ left: null, segments: 30 }]);
    expect(await left()).toHaveLength(50);
  });

  it('asks for each disk apart', async () => {
    const other = await mkdtemp(join(tmpdir(), 'tamnhin-retention-'));
    disks = createFakeDisks([
      { id: 'd', root },
      { id: 'e', root: other },
    ]);
    await recordMany(20, OLD);
    await recordMany(5, OLD, { cameraId: 'b', diskId: 'e' });
    await recordMany(15, NOW - DAY_MS, { cameraId: 'b', diskId: 'e' });
    const retention = await keeper();
    await retention.pass();
    expect(retention.questions().map(({ diskId }) => diskId)).toEqual(['d']);
    expect(await left('b')).toHaveLength(15);
    disks.set('d', { state: 'missing' });
    await retention.pass();
    expect(await filesBelow(root)).toBe(20);
    await rm(other, { recursive: true });
  });

  it('is not asked for what free space needs at once', async () => {
    await recordMany(30, OLD);
    await recordMany(20, NOW - DAY_MS);
    disks.set('d', { freeBytes: 5 * GIB - 1000 * MB });
    await (await keeper()).pass();
    // 10 went for space without a word; of the 40 left 20 are due, which is not more than half.
    expect(await left()).toHaveLength(20);
    expect(events).toEqual([]);
  });
});

describe('free space', () => {
  it('takes the oldest of the disk, whoever they are of, until the floor is free', async () => {
    await recordMany(5, NOW - 3 * DAY_MS, { cameraId: 'b' });
    await recordMany(5, NOW - 2 * DAY_MS);
    disks.set('d', { freeBytes: 5 * GIB - 650 * MB });
    const retention = await keeper();
    expect((await retention.plan()).disks[0]).toMatchObject({
      neededBytes: 650 * MB,
      streams: [
        { cameraId: 'b', why: 'space', segments: 5 },
        { cameraId: 'a', why: 'space', segments: 2 },
      ],
    });
    await retention.pass();
    expect([await left('b'), (await left()).length]).toEqual([[], 3]);
    // The disk was not measured since: the same need is not met twice.
    await retention.pass();
    expect(await left()).toHaveLength(3);
    expect(events).toMatchObject([{ type: 'vn.tamnhin.retention.earlierThanPolicy', data: { path: root } }]);
    disks.set('d', { freeBytes: 5 * GIB - 50 * MB });
    await retention.pass();
    expect(await left()).toHaveLength(2);
    expect(events).toHaveLength(1);
  });

  it('takes nothing that is held, and says that nothing more can go', async () => {
    await recordMany(5, NOW - 3 * DAY_MS);
    await holds.create('a', { startMs: NOW - 3 * DAY_MS, endMs: NOW, caseNumber: '1', reason: 'Tai nạn' }, 'lan');
    disks.set('d', { freeBytes: 1000 });
    const retention = await keeper();
    await retention.pass();
    await retention.pass();
    expect(await left()).toHaveLength(5);
    expect(events).toMatchObject([{ type: 'vn.tamnhin.retention.cannotFree', severity: 'severe' }]);
    // A look a minute, until somebody lets it go.
    const [hold] = holds.list();
    await holds.askRelease(hold?.id ?? '', person('lan'));
    await holds.release(hold?.id ?? '', person('minh'));
    await retention.pass();
    expect(await left()).toHaveLength(5);
    clock.advance(60_000);
    await retention.pass();
    expect(await left()).toEqual([]);
  });

  it('does not empty a disk that is smaller than its floor', async () => {
    await recordMany(5, NOW - 3 * DAY_MS);
    disks.set('d', { freeBytes: 3 * GIB, totalBytes: 4 * GIB });
    await (await keeper({ freeGigabytes: 100 })).pass();
    expect(await left()).toHaveLength(5);
  });

  it('comes within a second, also in the middle of a long pass', async () => {
    await recordMany(60, OLD);
    await recordMany(100, OLD - DAY_MS, { cameraId: 'b' });
    const retention = await keeper({ retentionOf: (cameraId) => days(cameraId === 'b' ? 60 : 30) });
    retention.start();
    clock.advance(1000);
    await vi.waitFor(async () => expect(await left()).toHaveLength(40));
    expect(await left('b')).toHaveLength(100);
    disks.set('d', { freeBytes: 5 * GIB - 450 * MB });
    clock.advance(1000);
    await vi.waitFor(async () => expect(await left('b')).toHaveLength(95));
    await retention.stop();
  });
});

describe('deletion', () => {
  it('follows no link and leaves its root never', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'tamnhin-outside-'));
    const victim = join(outside, 'victim.mp4');
    await writeFile(victim, 'x');
    // A file, a day and a camera that are links, and rows that lead elsewhere.
    const file = await record(OLD);
    await unlink(file.file);
    await symlink(victim, file.file);
    const day = await record(OLD, { cameraId: 'day' });
    await rename(dirname(day.file), join(outside, 'day'));
    await symlink(join(outside, 'day'), dirname(day.file));
    await record(OLD, { cameraId: 'camera' });
    await rename(join(root, 'camera'), join(outside, 'camera'));
    await symlink(join(outside, 'camera'), join(root, 'camera'));
    await record(OLD, { cameraId: 'x', path: 'x/../../../victim.mp4' }).catch(() => undefined);
    await database.run('UPDATE recording_segments SET path = ? WHERE camera_id = ?', `../${outside}/victim.mp4`, 'x');
    await recordMany(12, NOW - DAY_MS, { cameraId: 'good' });
    await record(OLD, { cameraId: 'good' });

    await (await keeper()).pass();
    expect(existsSync(victim)).toBe(true);
    expect(await filesBelow(outside)).toBe(3);
    expect(await left('good')).toHaveLength(12);
    expect(
      await database.all("SELECT id FROM recording_segments WHERE camera_id IN ('a', 'day', 'camera', 'x')"),
    ).toHaveLength(4);
    await rm(outside, { recursive: true });
  });

  it('touches no file that the index does not know, and no folder that holds one', async () => {
    const { file } = await record(OLD);
    await recordMany(12, NOW - DAY_MS);
    const foreign = join(dirname(file), 'notes.txt');
    const unknown = join(root, segmentPath('a', 'main', OLD + TEN));
    await writeFile(foreign, 'x');
    await writeFile(unknown, 'x');
    await (await keeper()).pass();
    expect([existsSync(file), existsSync(foreign), existsSync(unknown)]).toEqual([false, true, true]);
    await unlink(foreign);
    await unlink(unknown);
    await record(OLD);
    await (await keeper()).pass();
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('goes on where a crash left a row without its file', async () => {
    const { file, id } = await record(OLD);
    await recordMany(12, NOW - DAY_MS);
    await unlink(file);
    await (await keeper()).pass();
    expect(await store.get(id)).toBeUndefined();
  });

  it('does not take an unmounted disk for deleted files', async () => {
    const { id } = await record(OLD);
    await recordMany(12, NOW - DAY_MS);
    await rename(root, `${root}-away`);
    await mkdir(root);
    await (await keeper()).pass();
    expect(await store.get(id)).toBeDefined();
    await rm(root, { recursive: true });
    await rename(`${root}-away`, root);
  });
});

describe('the forecast', () => {
  it('says when a disk is full, or that retention comes first', async () => {
    // 3 days of 144 segments of 100 MB: 14.4 GB a day.
    await recordMany(432, NOW - 3 * DAY_MS);
    const disk = (freeBytes: number) => {
      disks.set('d', { freeBytes });
      return disks.list()[0] ?? expect.fail();
    };
    const retention = await keeper();
    const soon = await retention.forecast(disk(5 * GIB + 144_000 * MB));
    expect(soon.bytesPerDay).toBeCloseTo(14_400 * MB, -7);
    expect(soon.fullInDays).toBeCloseTo(10, 1);
    expect((await retention.forecast(disk(GIB))).fullInDays).toBeLessThan(0.02);
    // 27 days are still to come until the first one goes.
    expect((await retention.forecast(disk(5 * GIB + 28 * 14_400 * MB))).fullInDays).toBeNull();
    expect(await (await keeper({ retentionOf: () => days(3) })).forecast(disk(6 * GIB))).toMatchObject({
      fullInDays: null,
    });
  });

  it('knows nothing of an empty disk', async () => {
    expect(await (await keeper()).forecast(disks.list()[0] ?? expect.fail())).toEqual({
      bytesPerDay: 0,
      fullInDays: null,
    });
  });
});
