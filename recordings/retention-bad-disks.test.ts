import { mkdir, mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { NewEvent } from '#contracts/events';
import { createFakeClock, type FakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { type PlainRecording, recordPlain } from '../tests/fakes/plain-recording.ts';
import { createFakeDisks, type FakeDisks } from '../tests/fakes/segment-files.ts';
import { createHolds } from './holds.ts';
import { createRetention } from './retention.ts';
import { DAY_MS, GIB } from './retention-due.ts';
import { createSegmentStore, type Segment, type SegmentStore } from './segment-store.ts';

/** The machine may be busy. */
const SOON = { timeout: 5000, interval: 5 };

/** Of two disks, `d` is bad; `e` must have its room all the same, or recording stops everywhere. */
const NOW = Date.UTC(2026, 10, 25, 1);
const TEN = 600_000;
const MB = 1_000_000;

let folder: string;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
let clock: FakeClock;
let disks: FakeDisks;
let events: NewEvent[];
beforeEach(async () => {
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
  clock = createFakeClock(NOW);
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-retention-'));
  disks = createFakeDisks(['d', 'e'].map((id) => ({ id, root: join(folder, id) })));
  events = [];
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

async function keeper(of: SegmentStore = store) {
  return createRetention({
    ...{ database, store: of, disks, clock },
    holds: await createHolds({ database, clock }),
    retentionOf: () => ({ days: 30, gigabytes: null }),
    freeGigabytes: 5,
    append: async (event) => events.push(event),
    log: silentLogger(),
  });
}

async function recordMany(count: number, fromMs: number, more: PlainRecording = {}) {
  const made: Awaited<ReturnType<typeof recordPlain>>[] = [];
  for (let at = 0; at < count; at += 1) made.push(await recordPlain(store, disks, fromMs + at * TEN, more));
  return made;
}

const left = (cameraId = 'a'): Promise<readonly Segment[]> =>
  store.ofStream({ cameraId, role: 'main' }, { startMs: 0, id: 0 }, 100);
const needs = (bytes: number) => ({ freeBytes: 5 * GIB - bytes });

it('one that failed is left as it is', async () => {
  await recordMany(5, NOW - DAY_MS);
  await recordMany(5, NOW - DAY_MS, { cameraId: 'b', diskId: 'e' });
  disks.set('d', { ...needs(100 * MB), state: 'failed' });
  disks.set('e', needs(100 * MB));
  const retention = await keeper();
  expect((await retention.plan()).disks.map(({ diskId }) => diskId)).toEqual(['e']);
  await retention.pass();
  expect([(await left()).length, (await left('b')).length]).toEqual([5, 4]);
});

it('one on which nothing can be deleted keeps the other waiting for no more than a step', async () => {
  const stuck = await recordMany(60, NOW - 2 * DAY_MS);
  // What stands there is no file: as on a disk that was made read-only, each deletion is refused.
  for (const { file } of stuck) {
    await unlink(file);
    await mkdir(file);
  }
  await recordMany(1, NOW - DAY_MS);
  await recordMany(5, NOW - DAY_MS, { cameraId: 'b', diskId: 'e' });
  disks.set('d', needs(4500 * MB));
  disks.set('e', needs(100 * MB));
  const retention = await keeper();
  retention.start();
  clock.advance(1000);
  await vi.waitFor(async () => expect(await left('b')).toHaveLength(4), SOON);
  // It goes on behind what it met: what can go goes, and only then it is told that there is no more.
  expect(events.map(({ type }) => type)).not.toContain('vn.tamnhin.retention.cannotFree');
  await vi.waitFor(async () => {
    clock.advance(1000);
    expect(events.map(({ type }) => type)).toContain('vn.tamnhin.retention.cannotFree');
  }, SOON);
  expect(await left()).toHaveLength(60);
  await retention.stop();
});

it('one that does not answer is waited for half a minute, and asked again when it does', async () => {
  await recordMany(5, NOW - 2 * DAY_MS);
  await recordMany(5, NOW - DAY_MS, { cameraId: 'b', diskId: 'e' });
  disks.set('d', needs(100 * MB));
  disks.set('e', needs(100 * MB));
  let answer = (): void => {};
  const answers = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  const hanging: SegmentStore = {
    ...store,
    // The last thing that a step does waits, as the first would on a disk that hangs.
    async remove(id) {
      if ((await store.get(id))?.diskId === 'd') {
        asked += 1;
        await answers;
      }
      await store.remove(id);
    },
  };
  const retention = await keeper(hanging);
  retention.start();
  clock.advance(1000);
  await vi.waitFor(() => expect(asked).toBe(1), SOON);
  expect(await left('b')).toHaveLength(5);
  clock.advance(30_000);
  await vi.waitFor(async () => expect(await left('b')).toHaveLength(4), SOON);
  clock.advance(5000);
  disks.set('e', needs(100 * MB - 1));
  await vi.waitFor(async () => {
    // The pass before may not be over yet.
    clock.advance(1000);
    expect(await left('b')).toHaveLength(3);
  }, SOON);
  expect(asked).toBe(1);

  disks.set('d', needs(150 * MB));
  answer();
  await vi.waitFor(() => {
    clock.advance(1000);
    expect(asked).toBeGreaterThan(1);
  }, SOON);
  await retention.stop();
  expect(clock.pending()).toBe(0);
});
