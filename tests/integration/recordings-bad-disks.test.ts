import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import { checkRecordings } from '../../recordings/check.ts';
import { IDENTITY_FILE } from '../../recordings/disk-folder.ts';
import { createRecovery } from '../../recordings/recovery.ts';
import { createFastClock } from '../fakes/clock.ts';
import { createTestRecorder } from '../fakes/recorder.ts';
import { type SendingCamera, startSendingCamera } from '../fakes/sending-camera.ts';
import { mountSmallDisk } from '../fakes/small-disk.ts';

/**
 * Folders that recordings cannot be written to, and how they come back, on a real file system that is mounted,
 * unmounted and read-only. A camera sends all the time and somebody watches it, who must not notice.
 */
const small = mountSmallDisk(48);
const root = small?.path ?? '';
afterAll(() => small?.remove());

describe.skipIf(small === undefined)('a disk', { timeout: 60_000 }, () => {
  let house: Awaited<ReturnType<typeof createTestRecorder>>;
  let camera: SendingCamera;
  beforeEach(() => {
    small?.mount();
  });
  afterEach(async () => {
    camera.stop();
    await house.close();
    small?.mount();
    for (const name of await readdir(root)) await rm(join(root, name), { recursive: true });
  });

  async function start(): Promise<void> {
    const clock = createFastClock(10);
    house = await createTestRecorder({ clock, directories: [root], ringSeconds: 60 });
    house.setCamera('gate');
    camera = startSendingCamera(house.hub, 'gate', clock, { changeEvery: 40 });
  }
  const until = (what: () => boolean | Promise<boolean>) => vi.waitUntil(what, { timeout: 30_000, interval: 20 });
  const isRecording = (): boolean =>
    (house.recorder.of({ cameraId: 'gate', role: 'main' })?.segment.fragments ?? 0) > 5;
  const told = () => house.events.map(({ severity, data }) => [severity, 'state' in data ? data.state : '']);
  const files = async (): Promise<string[]> =>
    (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.mp4')).sort();
  const closed = async (): Promise<number> =>
    (await house.store.ofStream({ cameraId: 'gate', role: 'main' }, { startMs: 0, id: 0 }, 10)).length;
  const report = () =>
    checkRecordings({
      ...{ store: house.store, disks: house.disks, ownFiles: [IDENTITY_FILE] },
      deep: { verify: () => 'unknownKey' as const },
    });

  /** What was being written when the disk went is looked at by the next start. */
  async function startAgain(): Promise<void> {
    await house.recorder.stop();
    await (await createRecovery({ ...house, log: silentLogger() })).run();
  }

  it('that is read-only takes no recordings and says why; they begin when it can be written', async () => {
    small?.mount('ro');
    await start();
    expect(house.disks.list()).toMatchObject([{ state: 'failed', detail: 'is mounted read-only' }]);
    await until(() => camera.sent > 50);
    small?.mount('rw');
    await until(isRecording);
    expect(told()).toEqual([
      ['severe', 'failed'],
      ['minor', 'ready'],
    ]);
    expect(camera.missed).toBe(0);
  });

  it('that is known and comes back read-only is the same', async () => {
    await start();
    await until(isRecording);
    camera.stop();
    await house.recorder.stop();
    const before = await files();
    house.disks.close();
    small?.mount('ro');
    await house.close();
    await start();
    await until(() => told().length > 0);
    expect(house.disks.list()).toMatchObject([{ state: 'failed', detail: 'is mounted read-only' }]);
    expect(await files()).toEqual(before);
    small?.mount('rw');
    await until(isRecording);
    expect(camera.missed).toBe(0);
  });

  it('that is unmounted is not written beside, and goes on with what is on it when it is back', async () => {
    await start();
    // One is closed, another is being written.
    await until(async () => (await closed()) >= 1 && isRecording());
    const [before] = await files();
    small?.unmount();
    await until(() => house.disks.list()[0]?.state === 'missing' && !isRecording());
    await until(() => camera.sent > 100);
    expect(await readdir(root)).toEqual([]);
    // What the index has of it is not taken for deleted.
    expect((await report()).problems).toMatchObject([{ kind: 'diskMissing' }]);
    small?.mount();
    await until(isRecording);
    expect((await files())[0]).toBe(before);
    expect(told()).toEqual([
      ['severe', 'missing'],
      ['minor', 'ready'],
    ]);
    expect(camera.missed).toBe(0);
    await startAgain();
    expect(await report()).toMatchObject({ problems: [], open: 0 });
  });

  it('that is another one than before is left as it is', async () => {
    await start();
    await until(isRecording);
    small?.mountOther();
    await writeFile(join(root, 'wedding.mp4'), 'two people');
    await until(() => house.disks.list()[0]?.state === 'missing' && !isRecording());
    await until(() => camera.sent > 100);
    expect(await readdir(root)).toEqual(['wedding.mp4']);
    small?.mount();
    await until(isRecording);
    await startAgain();
    expect(await report()).toMatchObject({ problems: [], open: 0 });
  });

  it('keeps the files of others that came later, and says that they are there', async () => {
    await start();
    await until(isRecording);
    await writeFile(join(root, 'notes.txt'), 'mine');
    await mkdir(join(root, 'gate', '2020-01-01'));
    await writeFile(join(root, 'gate', '2020-01-01', '20200101T000000.000Z-main.mp4'), 'not a video');
    await until(() => camera.sent > 50);
    await house.recorder.stop();
    const found = await report();
    expect(found).toMatchObject({ problems: [], open: 0 });
    expect(found.notes.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
      'foreign gate/2020-01-01/20200101T000000.000Z-main.mp4',
      'foreign notes.txt',
    ]);
    expect(await readFile(join(root, 'notes.txt'), 'utf8')).toBe('mine');
    expect(told()).toEqual([]);
  });

  it('is not left through what lies where a camera’s folder goes, and its other cameras go on', async () => {
    await start();
    await until(isRecording);
    const outside = join(house.folder, 'outside');
    await mkdir(outside);
    await symlink(outside, join(root, 'yard'));
    await writeFile(join(root, 'pier'), 'no folder');
    const others = ['yard', 'pier'].map((id) => {
      house.setCamera(id);
      return startSendingCamera(house.hub, id, createFastClock(10));
    });
    await until(() => others.every(({ sent }) => sent > 100));
    for (const other of others) other.stop();
    expect([await readdir(outside), await readFile(join(root, 'pier'), 'utf8')]).toEqual([[], 'no folder']);
    await until(isRecording);
    expect([told(), camera.missed]).toEqual([[], 0]);
  });

  it('that others leave next to nothing of is told full, and used when there is room', async () => {
    const others = join(root, 'others.bin');
    await writeFile(join(root, IDENTITY_FILE), JSON.stringify({ id: randomUUID(), createdMs: 0 }));
    await writeFile(others, Buffer.alloc(42 * 2 ** 20));
    await start();
    await until(() => camera.sent > 50);
    expect([told(), isRecording()]).toEqual([[['severe', 'full']], false]);
    await rm(others);
    await until(isRecording);
    expect(told().at(-1)).toEqual(['minor', 'ready']);
    expect(camera.missed).toBe(0);
  });
});
