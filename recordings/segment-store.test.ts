import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import type { SegmentGroup } from './group-list.ts';
import { createSegmentStore, type NewSegment, type SegmentStore } from './segment-store.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
});
afterEach(() => database.close());

const T0 = Date.UTC(2026, 10, 25, 1);
const MINUTE = 60_000;

function segment(startMs: number, more: Partial<NewSegment> = {}): NewSegment {
  return {
    cameraId: 'a',
    role: 'main',
    diskId: 'disk',
    path: `a/${startMs}-${more.role ?? 'main'}-${more.cameraId ?? 'a'}.mp4`,
    startMs,
    endMs: startMs,
    bytes: 0,
    initBytes: 900,
    headBytes: 1200,
    fragments: 0,
    timescale: 90_000,
    codec: 'avc1.64001f',
    audioCodec: null,
    width: 1280,
    height: 720,
    previousHead: new Uint8Array(32),
    head: new Uint8Array(32),
    ...more,
  };
}

const groupsFrom = (startMs: number): SegmentGroup[] => [
  { startMs, decodeTime: 100, duration: 180_000, offset: 1200, bytes: 5000, keyBytes: 900, fragments: 10 },
  {
    startMs: startMs + 2000,
    decodeTime: 180_100,
    duration: 90_000,
    offset: 6200,
    bytes: 50,
    keyBytes: 9,
    fragments: 5,
  },
];

async function record(startMs: number, minutes: number, more: Partial<NewSegment> = {}): Promise<number> {
  const id = await store.open(segment(startMs, more));
  const head = new Uint8Array(32).fill(id);
  await store.close(id, {
    endMs: startMs + minutes * MINUTE,
    bytes: 9000,
    fragments: 15,
    head,
    groups: groupsFrom(startMs),
  });
  return id;
}

describe('the index', () => {
  it('keeps what a segment was when it ended, with its groups', async () => {
    const id = await record(T0, 10);
    const stored = await store.get(id);
    expect(stored).toMatchObject({ state: 'closed', endMs: T0 + 10 * MINUTE, bytes: 9000, audioCodec: null });
    expect(stored?.head).toEqual(Buffer.alloc(32, id));
    expect(stored && (await store.groups(stored))).toEqual(groupsFrom(T0));
  });

  it('finds what touches a range, of one stream alone', async () => {
    const ids: number[] = [];
    for (let at = 0; at < 6; at += 1) ids.push(await record(T0 + at * 10 * MINUTE, 10));
    await record(T0, 10, { role: 'sub' });
    await record(T0, 10, { cameraId: 'b' });
    const found = await store.between('a', 'main', T0 + 10 * MINUTE, T0 + 30 * MINUTE, 100);
    expect(found.map(({ id }) => id)).toEqual(ids.slice(1, 3));
    expect(await store.between('a', 'main', T0 - MINUTE, T0, 100)).toEqual([]);
    expect((await store.spans('a', 'main', T0 + 5 * MINUTE, T0 + 15 * MINUTE)).map(({ startMs }) => startMs)).toEqual([
      T0,
      T0 + 10 * MINUTE,
    ]);
  });

  it('answers a timeline from the covering index alone', async () => {
    const plan = await database.all<{ detail: string }>(
      `EXPLAIN QUERY PLAN SELECT start_ms AS startMs, end_ms AS endMs, bytes FROM recording_segments
       WHERE camera_id = 'a' AND role = 'main' AND start_ms > 1 AND start_ms < 2 AND end_ms > 1 ORDER BY start_ms`,
    );
    expect(plan.map(({ detail }) => detail).join()).toContain('USING COVERING INDEX recording_segments_by_time');
  });

  it('tells which were open, and takes no path twice', async () => {
    await record(T0, 10);
    const open = await store.open(segment(T0 + 20 * MINUTE));
    expect((await store.openOnes()).map(({ id }) => id)).toEqual([open]);
    expect((await store.newest('a', 'main'))?.id).toBe(open);
    await expect(store.open(segment(T0 + 20 * MINUTE))).rejects.toThrow();
  });

  it('knows what was written last: by the order of writing, and of files that were taken in by their times', async () => {
    const key = { cameraId: 'a', role: 'main' } as const;
    expect(await store.lastWritten(key)).toBeUndefined();
    const late = await store.adopt(segment(T0 + 60 * MINUTE), []);
    const early = await store.adopt(segment(T0 + 50 * MINUTE), []);
    expect((await store.lastWritten(key))?.id).toBe(late);
    // The clock was set back since.
    const written = await record(T0, 10);
    expect((await store.lastWritten(key))?.id).toBe(written);
    expect((await store.newest('a', 'main'))?.id).toBe(late);
    await store.remove(early);
    await store.remove(late);
    // An old copy of the index was put back: what it lacked goes on from what it had.
    const head = Buffer.alloc(32, written);
    const lacked = await store.adopt({ ...segment(T0 + 10 * MINUTE), previousHead: head }, []);
    expect((await store.lastWritten(key))?.id).toBe(lacked);
    expect([await store.hasHead(key, head), await store.hasHead({ ...key, role: 'sub' }, head)]).toEqual([true, false]);
  });

  it('walks a disk from the oldest on, and counts what streams take', async () => {
    const ids = [await record(T0 + 10 * MINUTE, 10), await record(T0, 10), await record(T0, 10, { cameraId: 'b' })];
    const first = await store.page('disk', { startMs: 0, id: 0 }, 2);
    expect(first.map(({ id }) => id)).toEqual([ids[1], ids[2]]);
    const last = first.at(-1);
    const rest = last === undefined ? [] : await store.page('disk', last, 2);
    expect(rest.map(({ id }) => id)).toEqual([ids[0]]);
    expect(await store.usage('disk')).toEqual([
      { cameraId: 'a', role: 'main', bytes: 18_000, segments: 2, oldestMs: T0, newestMs: T0 + 20 * MINUTE },
      { cameraId: 'b', role: 'main', bytes: 9000, segments: 1, oldestMs: T0, newestMs: T0 + 10 * MINUTE },
    ]);
  });

  it('lists streams, walks one over all disks, and finds what lies in a folder', async () => {
    const [a, b] = [await record(T0, 10), await record(T0 + 10 * MINUTE, 10, { diskId: 'other' })];
    const sub = await record(T0, 10, { role: 'sub' });
    await record(T0, 10, { cameraId: 'a0', path: 'a0/x.mp4' });
    await store.open(segment(T0 + 20 * MINUTE));
    expect(await store.streams()).toEqual([
      { cameraId: 'a', role: 'main' },
      { cameraId: 'a', role: 'sub' },
      { cameraId: 'a0', role: 'main' },
    ]);
    const key = { cameraId: 'a', role: 'main' } as const;
    expect((await store.ofStream(key, { startMs: 0, id: 0 }, 9)).map(({ id }) => id)).toEqual([a, b]);
    expect((await store.ofStream(key, { startMs: T0, id: a }, 9)).map(({ id }) => id)).toEqual([b]);
    expect((await store.inFolder('disk', 'a')).map(({ id }) => id).sort()).toEqual([a, sub, sub + 2]);
    expect((await store.usageOf(key)).map(({ diskId, segments }) => [diskId, segments])).toEqual([
      ['disk', 1],
      ['other', 1],
    ]);
    expect((await store.usageOf(key, T0 + 1)).map(({ diskId }) => diskId)).toEqual(['other']);
  });

  it('jumps over streams by the index', async () => {
    const plan = await database.all<{ detail: string }>(
      `EXPLAIN QUERY PLAN SELECT camera_id, role FROM recording_segments WHERE (camera_id, role) > ('a', 'main')
       ORDER BY camera_id, role LIMIT 1`,
    );
    const details = plan.map(({ detail }) => detail).join();
    expect(details).toMatch(/SEARCH .*recording_segments_by_time/);
    expect(details).not.toContain('TEMP');
  });

  it('forgets the groups with the segment', async () => {
    const id = await record(T0, 10);
    await store.remove(id);
    expect(await database.all('SELECT * FROM recording_groups')).toEqual([]);
  });
});
