import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import {
  createFakeDisks,
  type FakeDisks,
  fakeSigner,
  plainFragments,
  plainInfo,
  type WrittenSegment,
  writeSegment,
} from '../tests/fakes/segment-files.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';

const T0 = Date.UTC(2026, 10, 25, 1);
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
let root: string;
let disks: FakeDisks;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
  root = await mkdtemp(join(tmpdir(), 'tamnhin-recovery-'));
  disks = createFakeDisks([{ id: 'd', root }]);
});
afterEach(async () => {
  await database.close();
  await rm(root, { recursive: true });
});

const recovery = (): Promise<Recovery> => createRecovery({ store, disks, log: silentLogger() });

/** A file and its open row, as the recorder has them while it writes. */
async function recordOpen(cameraId: string): Promise<WrittenSegment & { id: number }> {
  const written = await writeSegment({
    disk: { id: 'd', root },
    cameraId,
    info: plainInfo,
    fragments: plainFragments(T0, 25, 300),
    seals: { every: 10, signer: fakeSigner },
  });
  return { ...written, id: await store.open(written.segment) };
}

/** The row as the recorder would have closed it. */
async function expectClosed(id: number, { segment, end }: WrittenSegment): Promise<void> {
  const stored = await store.get(id);
  const { groups, ...rest } = end;
  expect(stored).toEqual({ ...segment, ...rest, id, state: 'closed', previousHead: Buffer.alloc(32), head: end.head });
  expect(stored && (await store.groups(stored))).toEqual(groups);
}

describe('recovery', () => {
  it('closes a whole file as the recorder would have, and only once', async () => {
    const written = await recordOpen('a');
    const first = await recovery();
    expect((await first.run()).segments).toMatchObject([{ outcome: 'closed', cutBytes: 0, cameraId: 'a' }]);
    await expectClosed(written.id, written);
    expect((await first.run()).segments).toEqual([]);
    expect((await (await recovery()).run()).segments).toEqual([]);
    expect((await readFile(written.file)).equals(written.bytes)).toBe(true);
  });

  it.each([
    ['torn', (bytes: Buffer) => bytes.subarray(0, -700)],
    ['filled with zeros', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(5000)])],
    ['followed by garbage', (bytes: Buffer) => Buffer.concat([bytes, randomBytes(3000)])],
    ['zeroed inside', (bytes: Buffer) => Buffer.from(bytes).fill(0, bytes.byteLength - 900)],
  ])('cuts a tail that is %s, and is done', async (_, damage) => {
    const written = await recordOpen('a');
    await writeFile(written.file, damage(written.bytes));
    const { segments } = await (await recovery()).run();
    expect(segments).toMatchObject([{ outcome: 'closed' }]);
    const stored = await store.get(written.id);
    expect(stored).toMatchObject({ state: 'closed', bytes: (await stat(written.file)).size });
    const left = await readFile(written.file);
    expect(written.bytes.subarray(0, left.byteLength).equals(left)).toBe(true);
    expect(written.places.includes(left.byteLength) || left.byteLength === written.bytes.byteLength).toBe(true);
    expect(stored?.fragments).toBeGreaterThan(20);
  });

  it('takes back rows without a file, and files without a whole record', async () => {
    const [gone, empty, torn] = [await recordOpen('gone'), await recordOpen('empty'), await recordOpen('torn')];
    await rm(gone.file);
    await writeFile(empty.file, '');
    await writeFile(torn.file, torn.bytes.subarray(0, (torn.places[0] ?? 0) + 200));
    const { segments } = await (await recovery()).run();
    expect(segments.map(({ cameraId, outcome }) => [cameraId, outcome]).sort()).toEqual([
      ['empty', 'removed'],
      ['gone', 'gone'],
      ['torn', 'removed'],
    ]);
    expect(await store.openOnes()).toEqual([]);
    for (const { file } of [empty, torn]) await expect(stat(file)).rejects.toThrow(/ENOENT/);
  });

  it('goes on behind files that cannot be read, and destroys nothing of them', async () => {
    const damaged = await recordOpen('damaged');
    const head = Buffer.from(damaged.bytes);
    head[damaged.segment.initBytes + 30] = 0;
    await writeFile(damaged.file, head);
    const linked = await recordOpen('linked');
    const elsewhere = join(root, 'elsewhere');
    await rename(linked.file, elsewhere);
    await symlink(elsewhere, linked.file);
    const folder = await recordOpen('folder');
    await rename(dirname(folder.file), join(root, 'elsewhere-folder'));
    await symlink(join(root, 'elsewhere-folder'), dirname(folder.file));
    const inPlace = await recordOpen('in-place');
    await rm(inPlace.file);
    await mkdir(inPlace.file);
    const good = await recordOpen('good');
    await database.run('UPDATE recording_segments SET path = ? WHERE id = ?', '../../etc/passwd', inPlace.id);

    const { segments } = await (await recovery()).run();
    expect(segments.map(({ cameraId, outcome }) => [cameraId, outcome]).sort()).toEqual([
      ['damaged', 'damaged'],
      ['folder', 'failed'],
      ['good', 'closed'],
      ['in-place', 'failed'],
      ['linked', 'failed'],
    ]);
    await expectClosed(good.id, good);
    expect((await readFile(elsewhere)).equals(linked.bytes)).toBe(true);
    expect((await readFile(damaged.file)).equals(head)).toBe(true);
    expect(await store.openOnes()).toHaveLength(4);
  });

  it('looks at what the recorder left in doubt once its disk is well, and not before', async () => {
    const running = await recovery();
    await running.run();
    const written = await recordOpen('a');
    const row = await store.get(written.id);
    if (row === undefined) throw new Error('no row');
    disks.set('d', { state: 'failed' });
    running.leave(row);
    disks.set('d', { state: 'failed', detail: 'still' });
    expect(running.waiting()).toBe(1);
    disks.set('d', { state: 'ready' });
    await expect.poll(running.waiting).toBe(0);
    await running.close();
    await expectClosed(written.id, written);
  });

  it('waits for a disk that is away, and does not touch what was opened since', async () => {
    const written = await recordOpen('a');
    // Unmounted, and nobody has noticed yet.
    await rename(root, `${root}-away`);
    await mkdir(root);
    expect((await (await recovery()).run()).segments).toMatchObject([{ outcome: 'waiting' }]);
    await rm(root, { recursive: true });
    await rename(`${root}-away`, root);

    disks.set('d', { hangs: true });
    expect((await (await recovery()).run()).segments).toMatchObject([{ outcome: 'waiting' }]);
    disks.set('d', { hangs: false, state: 'missing', detail: 'another disk is mounted' });
    const waiting = await recovery();
    const { segments } = await waiting.run();
    expect(segments).toMatchObject([{ outcome: 'waiting', detail: 'another disk is mounted' }]);
    expect(waiting.waiting()).toBe(1);
    const recording = await recordOpen('b');
    disks.set('d', { state: 'ready' });
    await waiting.run();
    await waiting.close();
    expect(waiting.waiting()).toBe(0);
    await expectClosed(written.id, written);
    expect((await store.openOnes()).map(({ id }) => id)).toEqual([recording.id]);
  });
});
