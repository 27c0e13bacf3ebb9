import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Fragment, FragmentSink, StreamInfo } from '#contracts/media';
import { createFakeClock, type FakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { diskFiles } from '../tests/fakes/disk-files.ts';
import { createFakeCamera } from '../tests/fakes/fragments.ts';
import { createFakeDisks } from '../tests/fakes/segment-files.ts';
import { recordedFiles, scanFile } from '../tests/fakes/segment-scan.ts';
import { checkRecordings } from './check.ts';
import type { DiskFiles } from './disk-files.ts';
import { createDiskLane } from './disk-lane.ts';
import type { Disk } from './interfaces.ts';
import { FIRST_HEAD } from './segment-file.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';
import { openSegment, SegmentWriteError, type SegmentWriter } from './segment-writer.ts';

const KEY = { cameraId: 'gate', role: 'main' } as const;
const MINUTE = 60_000;

/** `ftyp` and `moov`, empty. */
const HEAD = Buffer.from('\0\0\0\x08ftyp\0\0\0\x08moov', 'latin1');

let root: string;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
let clock: FakeClock;
let doubted: number[];
beforeEach(async () => {
  doubted = [];
  root = await mkdtemp(join(tmpdir(), 'tamnhin-writer-'));
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
  clock = createFakeClock();
});
afterEach(async () => {
  await database.close();
  await rm(root, { recursive: true });
});

/** A camera whose fragments are kept here. */
function camera() {
  const infos: StreamInfo[] = [];
  const sink: FragmentSink = { info: (info) => infos.push(info), fragment: () => {} };
  const fake = createFakeCamera(sink, clock.now());
  fake.begin();
  return { fake, info: () => ({ ...infos.at(-1), init: HEAD }) as StreamInfo };
}

/** On a disk that syncs at once, unless its lane is given. */
async function open(
  first: Fragment,
  info: StreamInfo,
  files: DiskFiles = diskFiles,
  lane = createDiskLane(clock, files),
  hurried = true,
): Promise<SegmentWriter> {
  const disk: Disk = { id: 'disk', root, state: 'ready', detail: '', hangs: false, freeBytes: 1e12, totalBytes: 1e12 };
  if (hurried) lane.hurry();
  return openSegment(
    {
      store,
      clock,
      log: silentLogger(),
      signer: { keyId: 'k', sign: () => 'signature' },
      limits: { segmentMs: 10 * MINUTE },
      onWritten: () => {},
      onDoubt: (segment) => doubted.push(segment.id),
    },
    { key: KEY, disk, lane, info, first, previousHead: FIRST_HEAD },
  );
}

const onlyFile = async () => {
  const [path, ...more] = await recordedFiles(root);
  expect(more).toEqual([]);
  return path === undefined ? undefined : scanFile(path);
};

describe('what goes into a file', () => {
  it('is one generation, from one key frame after the minutes to the next, on one clock', async () => {
    const { fake, info } = camera();
    const [first, second] = fake.group(2) as [Fragment, Fragment];
    const writer = await open(first, info());
    expect([writer.admit(first, info()), writer.admit(second, info())]).toEqual([true, true]);
    const later = { ...second, wallClockMs: second.wallClockMs + 11 * MINUTE };
    expect(writer.admit({ ...later, keyframe: true }, info())).toBe(false);
    expect(writer.admit(second, { ...info(), generation: 2 })).toBe(false);
    await writer.end();
  });

  it('goes on to the next key frame when the clock was set, in both directions', async () => {
    for (const stepMs of [5000, -5000]) {
      const { fake, info } = camera();
      const [first, second] = fake.group(2) as [Fragment, Fragment];
      const moved = { ...first, wallClockMs: first.wallClockMs + 40_000 + stepMs };
      const writer = await open(moved, info());
      const step = (fragment: Fragment, key: boolean): Fragment => ({ ...fragment, keyframe: key });
      writer.admit(moved, info());
      const after = { ...second, wallClockMs: moved.wallClockMs + 200 + stepMs };
      expect(writer.admit(step(after, false), info())).toBe(true);
      expect(writer.admit(step({ ...after, wallClockMs: after.wallClockMs + 200 }, true), info())).toBe(false);
      await writer.write([moved, after]);
      // The span says how long the pictures are, not how far the clock was set.
      expect(writer.segment.endMs - writer.segment.startMs).toBe(400);
      await writer.end();
    }
  });

  it('is never longer than the index relies on, also without key frames', async () => {
    const { fake, info } = camera();
    const [first] = fake.group(1) as [Fragment];
    const writer = await open(first, info());
    let at = first;
    let fragments = 0;
    for (; writer.admit(at, info()); fragments += 1) {
      at = { ...at, keyframe: false, wallClockMs: at.wallClockMs + 10_000, duration: 900_000 };
    }
    expect(fragments * 10_000).toBeLessThanOrEqual(46 * MINUTE);
    await writer.end();
  });
});

describe('on the disk', () => {
  it('groups and seals lie where the list says', async () => {
    const { fake, info } = camera();
    const sent = [...fake.group(5), ...fake.group(5)];
    const writer = await open(sent[0] as Fragment, info());
    for (const fragment of sent) writer.admit(fragment, info());
    await writer.write(sent.slice(0, 5));
    clock.advance(61_000);
    await writer.write(sent.slice(5, 7));
    await writer.write(sent.slice(7));
    await writer.end();
    const file = await onlyFile();
    expect(file?.seals.map(({ fragments }) => fragments)).toEqual([7, 10]);
    expect(file?.wholeBytes).toBe(file?.bytes);
    const row = await store.get(writer.segment.id);
    expect(row).toMatchObject({ state: 'closed', fragments: 10, bytes: file?.bytes });
    expect(writer.groups.map(({ fragments }) => fragments)).toEqual([5, 5]);
    expect(writer.groups[1]?.offset).toBe((writer.groups[0]?.offset ?? 0) + (writer.groups[0]?.bytes ?? 0));
  });

  it('is in the index as the file says, also of a camera with jitter whose clock was set', async () => {
    const { fake, info } = camera();
    // The length of a fragment's last picture is predicted, and the next fragment begins at its true time.
    const jitter = [0, 900, -1300, 400, 2100, -700];
    const sent = [fake.group(5), fake.group(5), fake.group(5)].flat().map((fragment, at) => {
      const ticks = jitter[at % jitter.length] ?? 0;
      const step = at > 11 ? -5000 : 0;
      const wallClockMs = fragment.wallClockMs + ticks / 90 + step;
      return { ...fragment, decodeTime: fragment.decodeTime + ticks + 90_000, wallClockMs };
    });
    const writer = await open(sent[0] as Fragment, info());
    for (const fragment of sent) writer.admit(fragment, info());
    await writer.write(sent);
    await writer.end();
    const disks = createFakeDisks([{ id: 'disk', root }]);
    const report = await checkRecordings({ store, disks, deep: { verify: () => 'good' } });
    expect(report).toMatchObject({ ok: true, rows: 1, problems: [] });
  });

  it('is synced with the beat of its disk, once for all that was written, and never twice at a time', async () => {
    let [running, most, syncs] = [0, 0, 0];
    let release = (): void => {};
    const files: DiskFiles = {
      ...diskFiles,
      async sync() {
        running += 1;
        syncs += 1;
        most = Math.max(most, running);
        await new Promise<void>((done) => {
          release = done;
        });
        running -= 1;
      },
    };
    const { fake, info } = camera();
    const first = fake.push({ key: true });
    const lane = createDiskLane(clock, files);
    const writer = await open(first, info(), files, lane, false);
    const write = async (next: Fragment): Promise<void> => {
      writer.admit(next, info());
      await writer.write([next]);
    };
    await write(first);
    await write(fake.push({ ms: 400 }));
    expect(syncs).toBe(0);
    lane.beat();
    await expect.poll(() => syncs).toBe(1);
    await write(fake.push({ ms: 400 }));
    lane.beat();
    expect(running).toBe(1);
    const ended = writer.end();
    release();
    const beaten = (): number => {
      lane.beat();
      return syncs;
    };
    await expect.poll(beaten).toBe(2);
    release();
    await ended;
    expect(most).toBe(1);
  });

  it('a disk that is full in the middle of a write leaves whole fragments, a closed row and no torn end', async () => {
    const { fake, info } = camera();
    const sent = fake.group(5);
    let room = Number.POSITIVE_INFINITY;
    const files: DiskFiles = {
      ...diskFiles,
      async write(file, buffers, position) {
        const all = Buffer.concat(buffers);
        const some = all.subarray(0, Math.min(all.byteLength, room));
        if (some.byteLength === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
        room -= some.byteLength;
        return diskFiles.write(file, [some], position);
      },
    };
    const writer = await open(sent[0] as Fragment, info(), files);
    for (const fragment of sent) writer.admit(fragment, info());
    room = 2 * 1088 + 500;
    const failed = await writer.write(sent).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(SegmentWriteError);
    expect(failed).toMatchObject({ written: 2, cause: { code: 'ENOSPC' } });
    await writer.end();
    expect(await store.get(writer.segment.id)).toMatchObject({ state: 'closed', fragments: 2 });
    const file = await onlyFile();
    expect(file?.records.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(file?.wholeBytes).toBe(file?.bytes);
    expect(Buffer.from(writer.head)).toEqual(file?.head);
  });

  it('leaves neither row nor file where a file cannot be made or nothing got into it', async () => {
    const { fake, info } = camera();
    const first = fake.push({ key: true });
    const broken = Object.assign(new Error('broken'), { code: 'EIO' });
    const fails = async (): Promise<never> => Promise.reject(broken);
    await expect(open(first, info(), { ...diskFiles, create: fails })).rejects.toBe(broken);
    await expect(open(first, info(), { ...diskFiles, write: fails })).rejects.toBe(broken);
    const empty = await open(first, info());
    await empty.end();
    expect(await recordedFiles(root)).toEqual([]);
    expect(await database.all('SELECT id FROM recording_segments')).toEqual([]);
  });

  it('a row stays open when nobody knows what is on the disk', async () => {
    const { fake, info } = camera();
    const first = fake.push({ key: true });
    const files = { ...diskFiles, sync: async () => Promise.reject(new Error('input/output error')) };
    const writer = await open(first, info(), files);
    writer.admit(first, info());
    await writer.write([first]);
    await writer.end();
    expect((await store.openOnes()).map(({ id }) => id)).toEqual(doubted);
    expect(doubted).toEqual([writer.segment.id]);
  });

  it('two files of one moment have two names', async () => {
    const { fake, info } = camera();
    const first = fake.push({ key: true });
    const writers = [await open(first, info()), await open(first, info())];
    expect(new Set(writers.map(({ segment }) => segment.path)).size).toBe(2);
    for (const writer of writers) await writer.end();
  });
});
