import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamKey } from '#contracts/media';
import { createFakeClock, type FakeClock } from '../tests/fakes/clock.ts';
import { diskFiles } from '../tests/fakes/disk-files.ts';
import { createFakeCamera, type FakeCamera } from '../tests/fakes/fragments.ts';
import { ALWAYS, createTestRecorder } from '../tests/fakes/recorder.ts';
import { checkRecordings } from './check.ts';
import type { DiskFiles } from './disk-files.ts';
import { IDENTITY_FILE } from './disk-folder.ts';
import { SETTLE_MS } from './recorder.ts';

const T0 = Date.UTC(2026, 0, 5, 8);
const key = (cameraId: string): StreamKey => ({ cameraId, role: 'main' });

let clock: FakeClock;
let folder: string;
let house: Awaited<ReturnType<typeof createTestRecorder>>;
beforeEach(async () => {
  clock = createFakeClock(T0);
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-recorder-'));
});
afterEach(async () => {
  await house.close();
  await rm(folder, { recursive: true });
});

async function setUp(options: { disks?: number; files?: DiskFiles; ringSeconds?: number } = {}) {
  const count = options.disks ?? 0;
  const directories = await Promise.all(Array.from({ length: count }, (_, at) => mkdtemp(join(folder, `disk-${at}-`))));
  house = await createTestRecorder({ clock, directories, files: diskFiles, ...options });
  return house;
}

function addCamera(id: string, more: Parameters<typeof house.setCamera>[1] = {}): FakeCamera {
  house.setCamera(id, more);
  const camera = createFakeCamera(house.hub.sinkFor(key(id)), clock.now());
  clock.advance(SETTLE_MS);
  return camera;
}

/** Time goes on until what is expected is so: each round a turn of every stream. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(
    async () => {
      clock.advance(400);
      // Time runs faster here than disks do: a look must not seem to take half a minute.
      await house.disks.look();
      return what();
    },
    { timeout: 5000, interval: 5 },
  );
}
const onDisk = (id: string): number => house.recorder.of(key(id))?.segment.fragments ?? 0;
const rows = (id: string) => house.store.between(id, 'main', T0 - 7_200_000, T0 + 86_400_000, 100);

describe('what is recorded', () => {
  it('is what the policy says, of the streams that the camera has', async () => {
    await setUp();
    const camera = addCamera('a', { policy: { ...ALWAYS, streams: 'sub' } });
    const off = addCamera('b', { policy: { ...ALWAYS, mode: 'off' } });
    camera.group(5);
    off.group(5);
    await until(() => onDisk('a') === 5);
    expect(house.recorder.of(key('b'))).toBeUndefined();
    expect(house.hub.figures().readers).toBe(1);
    expect(house.recorder.statuses('a')).toEqual([{ cameraId: 'a', role: 'main', recording: true, lostFragments: 0 }]);
  });

  it('is synced directly behind every third turn, with what that turn wrote', async () => {
    const calls: string[] = [];
    const files: DiskFiles = {
      ...diskFiles,
      write(file, buffers, position) {
        calls.push('write');
        return diskFiles.write(file, buffers, position);
      },
      sync(file) {
        calls.push('sync');
        return diskFiles.sync(file);
      },
    };
    const { recorder } = await setUp({ files });
    const camera = addCamera('a');
    camera.group(5);
    await until(() => onDisk('a') === 5 && calls.at(-1) === 'sync');
    calls.length = 0;
    for (let turn = 1; turn <= 9; turn += 1) {
      camera.push({ ms: 400 });
      clock.advance(400);
      await vi.waitUntil(() => onDisk('a') === 5 + turn && recorder.figures().waiting === 0, { interval: 1 });
    }
    const between = calls.join(' ').split('sync');
    expect(between).toHaveLength(4);
    expect(between.slice(1, 3)).toEqual([' write write write ', ' write write write ']);
  });

  it('ends with its policy and with its camera; what was recorded stays', async () => {
    const { recorder, hub } = await setUp();
    for (const id of ['a', 'b']) addCamera(id).group(5);
    await until(() => onDisk('a') + onDisk('b') === 10);
    house.setCamera('a', { policy: { ...ALWAYS, mode: 'off' } });
    house.removeCamera('b');
    await until(() => recorder.figures().streams === 0);
    await until(async () => (await house.store.openOnes()).length === 0);
    expect(hub.figures().readers).toBe(0);
    expect([await rows('a'), await rows('b')].flat().map(({ fragments }) => fragments)).toEqual([5, 5]);
  });

  it('is not recorded twice when a policy goes and comes back', async () => {
    const { recorder } = await setUp();
    const camera = addCamera('a');
    camera.group(5);
    await until(() => onDisk('a') === 5);
    house.setCamera('a', { policy: { ...ALWAYS, mode: 'off' } });
    await until(() => recorder.figures().streams === 0);
    house.setCamera('a');
    clock.advance(SETTLE_MS);
    camera.group(5);
    await until(() => onDisk('a') === 5);
    await until(async () => (await rows('a'))[0]?.state === 'closed');
    const [first, second] = await rows('a');
    expect(second?.startMs).toBe(first?.endMs);
    expect(second?.previousHead).toEqual(first?.head);
  });

  it('ends its file when the camera falls silent, and goes on in another', async () => {
    await setUp();
    const camera = addCamera('a');
    camera.group(5);
    await until(() => onDisk('a') === 5);
    clock.advance(20_000);
    await until(async () => (await rows('a'))[0]?.state === 'closed');
    camera.lose(100);
    camera.group(5);
    await until(() => onDisk('a') === 5);
    expect((await rows('a')).map(({ startMs }) => startMs - T0)).toEqual([0, 21_000]);
  });
});

describe('the chain', () => {
  it('goes on in the order of writing when the clock was set back, also after a new start', async () => {
    const { recorder, store, disks } = await setUp();
    const camera = addCamera('a');
    const isClosed = async (count: number): Promise<boolean> => {
      const all = await rows('a');
      return all.length === count && all.every(({ state }) => state === 'closed');
    };
    camera.group(5);
    await until(() => onDisk('a') === 5);
    clock.step(-1500);
    camera.step(-1500);
    camera.group(5);
    await until(async () => (await rows('a')).length === 2 && onDisk('a') === 5);
    house.removeCamera('a');
    await until(() => isClosed(2));

    addCamera('a').group(5);
    await until(() => onDisk('a') === 5);
    house.removeCamera('a');
    await until(() => isClosed(3));
    const [first, second, third] = (await rows('a')).sort((one, other) => one.id - other.id);
    expect(second?.startMs).toBeLessThan(first?.startMs ?? 0);
    expect(third?.previousHead).toEqual(second?.head);
    expect(recorder.figures().streams).toBe(0);
    const report = await checkRecordings({ store, disks, ownFiles: [IDENTITY_FILE], deep: { verify: () => 'good' } });
    // These fragments are no video, which is found, too.
    const found = [...report.problems, ...report.notes].filter(({ kind }) => kind !== 'damage');
    expect([report.rows, found]).toEqual([3, []]);
  });
});

describe('around events', () => {
  const policy = { ...ALWAYS, mode: 'event' as const, preRollSeconds: 3, postRollSeconds: 4 };

  it('begins with the group that the pre-roll lies in, and ends after the post-roll of the last event', async () => {
    const { recorder } = await setUp();
    const camera = addCamera('a', { policy });
    /** A second of pictures at a time; the clock stands where the camera is. */
    const second = (): void => {
      camera.group(5);
      clock.advance(1000 - (clock.now() % 1000));
    };
    for (let at = 0; at < 8; at += 1) camera.group(5);
    expect(house.hub.figures().readers).toBe(0);
    recorder.trigger('a', T0 + 7500);
    await until(() => onDisk('a') > 0);
    recorder.trigger('a', T0 + 9000);
    for (let at = 8; at < 16; at += 1) second();
    await until(async () => (await rows('a'))[0]?.state === 'closed');
    const [row] = await rows('a');
    expect([row?.startMs, row?.endMs].map((ms) => (ms ?? 0) - T0)).toEqual([4000, 13_000]);
    await until(() => house.hub.figures().readers === 0);
    for (let turn = 0; turn < 10; turn += 1) clock.advance(400);
    expect(house.hub.figures().readers).toBe(0);
  });

  it('are recorded as before when the clock was set back', async () => {
    const { recorder } = await setUp({ ringSeconds: 5 });
    const camera = addCamera('a', { policy });
    const second = async (): Promise<void> => {
      camera.group(5);
      clock.advance(1000);
      await house.disks.look();
    };
    const isEnded = async (): Promise<boolean> => (await rows('a'))[0]?.state === 'closed';
    const HOUR = 3_600_000;
    await second();
    recorder.trigger('a', T0 + 1000);
    for (let at = 1; at < 7; at += 1) await second();
    await until(isEnded);

    clock.step(-HOUR);
    camera.step(-HOUR);
    await second();
    // Memory still holds pictures of before, stamped an hour ahead.
    recorder.trigger('a', T0 - HOUR + 7000);
    for (let at = 8; at < 16; at += 1) await second();
    await until(async () => (await rows('a')).length > 1 && (await house.store.openOnes()).length === 0);
    const after = (await rows('a')).filter(({ startMs }) => startMs < T0);
    expect(after.map(({ startMs, endMs }) => [startMs - T0 + HOUR, endMs - T0 + HOUR])).toEqual([[7000, 11_000]]);

    // Who looks at pictures of before sees something happen in an hour: it is recorded as of now, and no longer.
    recorder.trigger('a', T0 + 7000);
    for (let at = 16; at < 26; at += 1) await second();
    await until(async () => (await rows('a')).length > 2 && (await house.store.openOnes()).length === 0);
  });

  it.each([-3_600_000, 3_600_000])('go on to their end when the clock is set by %d ms meanwhile', async (step) => {
    const { recorder } = await setUp();
    const camera = addCamera('a', { policy });
    camera.group(5);
    recorder.trigger('a', T0 + 1000);
    clock.step(step);
    camera.step(step);
    for (let at = 1; at < 8; at += 1) {
      camera.group(5);
      clock.advance(1000);
      await house.disks.look();
    }
    await until(async () => (await rows('a')).length === 2 && (await house.store.openOnes()).length === 0);
    const ends = (await rows('a')).map(({ endMs }) => endMs - T0).sort((one, other) => one - other);
    expect(ends).toEqual([1000, 5000 + step].sort((one, other) => one - other));
  });

  it('ends also when the camera does', async () => {
    const { recorder } = await setUp();
    const camera = addCamera('a', { policy });
    camera.group(5);
    recorder.trigger('a', T0 + 500);
    await until(() => onDisk('a') === 5);
    await until(() => house.hub.figures().readers === 0);
    expect((await rows('a')).length).toBe(1);
  });
});

describe('disks', () => {
  /** Writes to one disk wait until they are let go, or fail. */
  function faulty(isBad: (path: string) => boolean) {
    const bad = new Set<number>();
    const state: { wait: Promise<void>; error: unknown } = { wait: Promise.resolve(), error: undefined };
    const files: DiskFiles = {
      ...diskFiles,
      async create(path) {
        const file = await diskFiles.create(path);
        if (isBad(path)) bad.add(file);
        return file;
      },
      async close(file) {
        bad.delete(file);
        await diskFiles.close(file);
      },
      async write(file, buffers, position) {
        if (bad.has(file)) {
          await state.wait;
          if (state.error !== undefined) throw state.error;
        }
        return diskFiles.write(file, buffers, position);
      },
    };
    return { files, state };
  }

  it('that is slow loses its own streams, says so, and holds up no other and no memory', async () => {
    const { files, state } = faulty((path) => path.includes('disk-0-'));
    const { disks, recorder, events } = await setUp({ disks: 2, files, ringSeconds: 4 });
    const cameras = new Map(['a', 'b'].map((id) => [id, addCamera(id)]));
    const group = (): void => {
      for (const camera of cameras.values()) camera.group(5);
    };
    group();
    await until(() => onDisk('a') + onDisk('b') === 10);
    const [slow] = disks.list();
    const onSlow = recorder.of(key('a'))?.segment.diskId === slow?.id ? 'a' : 'b';
    const other = onSlow === 'a' ? 'b' : 'a';
    expect(recorder.of(key(other))?.segment.diskId).not.toBe(slow?.id);

    let release = (): void => {};
    state.wait = new Promise((done) => {
      release = done;
    });
    for (let second = 2; second <= 12; second += 1) {
      group();
      await until(() => onDisk(other) === second * 5);
    }
    // Not so long that the disk is given up.
    expect(clock.monotonic()).toBeLessThan(30_000);
    expect(onDisk(onSlow)).toBe(5);
    expect(recorder.figures().waiting).toBeLessThanOrEqual(3);
    release();
    await until(() => recorder.statuses(onSlow)[0]?.lostFragments !== 0);
    expect(disks.find(slow?.id ?? '')?.state).toBe('slow');
    expect(events.map(({ type, data }) => [type, 'state' in data && data.state])).toEqual([
      ['vn.tamnhin.disk.state', 'slow'],
    ]);
    expect(recorder.statuses(other)[0]?.lostFragments).toBe(0);
  });

  it('that fails loses what was in its hands, and its streams go on on another', async () => {
    const { files, state } = faulty((path) => path.includes('disk-0-'));
    const { disks, recorder } = await setUp({ disks: 2, files });
    const cameras = new Map(['a', 'b'].map((id) => [id, addCamera(id)]));
    for (const camera of cameras.values()) camera.group(5);
    await until(() => onDisk('a') + onDisk('b') === 10);
    const [failing, healthy] = disks.list();
    const onFailing = recorder.of(key('a'))?.segment.diskId === failing?.id ? 'a' : 'b';
    const camera = cameras.get(onFailing);

    state.error = Object.assign(new Error('input/output error'), { code: 'EIO' });
    camera?.group(5);
    await until(() => disks.find(failing?.id ?? '')?.state === 'failed');
    expect(disks.find(failing?.id ?? '')?.detail).toMatch(/reports errors/);
    camera?.group(5);
    await until(() => recorder.of(key(onFailing))?.segment.diskId === healthy?.id && onDisk(onFailing) >= 5);
    const [before, after] = await rows(onFailing);
    expect([before?.state, before?.fragments]).toEqual(['closed', 5]);
    expect(after?.previousHead).toEqual(before?.head);
    expect(recorder.statuses(onFailing)[0]?.lostFragments).toBeGreaterThan(0);
  });

  it('is not blamed for what a camera sent that no record can hold', async () => {
    const bad = Object.assign(new RangeError('the value is out of range'), { code: 'ERR_OUT_OF_RANGE' });
    const { files, state } = faulty((path) => path.includes('/rogue/'));
    let refused = 0;
    const counting: DiskFiles = {
      ...files,
      write: (...job) =>
        files.write(...job).catch((error: unknown) => {
          refused += 1;
          throw error;
        }),
    };
    const { disks, recorder, events } = await setUp({ disks: 2, files: counting });
    const [rogue, other] = [addCamera('rogue'), addCamera('other')];
    for (const camera of [rogue, other]) camera.group(5);
    await until(() => onDisk('rogue') + onDisk('other') === 10);
    // First in the middle of a file, then at the beginning of the next.
    state.error = bad;
    await until(() => {
      rogue.group(5);
      other.group(5);
      return refused >= 4;
    });
    expect(disks.list().map(({ state: of }) => of)).toEqual(['ready', 'ready']);
    expect([events, recorder.statuses('other')[0]?.lostFragments]).toEqual([[], 0]);
    expect(recorder.statuses('rogue')[0]?.lostFragments).toBeGreaterThan(0);
  });

  it('that hangs is given up: its streams go on on another, their chain with them', async () => {
    const { files, state } = faulty((path) => path.includes('disk-0-'));
    const { disks, recorder, store } = await setUp({ disks: 2, files });
    const cameras = new Map(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => [id, addCamera(id)]));
    const group = (): void => {
      for (const camera of cameras.values()) camera.group(5);
    };
    group();
    await until(() => [...cameras.keys()].every((id) => onDisk(id) === 5));
    const [hanging, healthy] = disks.list();
    const stuck = [...cameras.keys()].filter((id) => recorder.of(key(id))?.segment.diskId === hanging?.id);
    expect(stuck).toHaveLength(3);

    let release = (): void => {};
    state.wait = new Promise((done) => {
      release = done;
    });
    group();
    await until(() => disks.find(hanging?.id ?? '')?.state === 'failed');
    for (const camera of cameras.values()) camera.lose(150);
    group();
    const isBack = (id: string): boolean => recorder.of(key(id))?.segment.diskId === healthy?.id;
    await until(() => stuck.every((id) => isBack(id) && onDisk(id) >= 5));
    release();
    await until(async () => (await store.openOnes()).length === cameras.size);
    for (const id of stuck) {
      const [before, after] = await rows(id);
      expect([before?.fragments, before?.state]).toEqual([5, 'closed']);
      expect(after?.previousHead).toEqual(before?.head);
    }
  });

  it('that is gone is not written beside: its mount point stays empty', async () => {
    const { disks, root, recorder } = await setUp();
    const camera = addCamera('a');
    await rm(root, { recursive: true });
    await mkdir(root);
    camera.group(5);
    await until(() => disks.list()[0]?.state === 'missing');
    camera.group(5);
    for (let turn = 0; turn < 20; turn += 1) clock.advance(400);
    expect(await readdir(root)).toEqual([]);
    expect(recorder.figures().streams).toBe(0);
  });
});
