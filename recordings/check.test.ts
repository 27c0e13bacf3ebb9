import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
import { type CheckOptions, checkRecordings } from './check.ts';
import type { Verdict } from './evidence/public-keys.ts';
import { RECORD_BYTES, type Seal, sealedText } from './segment-file.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';

const T0 = Date.UTC(2026, 10, 25, 23, 59);
const LENGTH = 5000;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
let root: string;
let disks: FakeDisks;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
  root = await mkdtemp(join(tmpdir(), 'tamnhin-check-'));
  await writeFile(join(root, 'identity'), 'd');
  disks = createFakeDisks([{ id: 'd', root }]);
});
afterEach(async () => {
  await database.close();
  await rm(root, { recursive: true });
});

const verify = (seal: Seal): Verdict =>
  seal.keyId !== fakeSigner.keyId
    ? 'unknownKey'
    : fakeSigner.sign(sealedText(seal)) === seal.signature
      ? 'good'
      : 'bad';
const check = (more: Partial<CheckOptions> = {}) => checkRecordings({ store, disks, ownFiles: ['identity'], ...more });
const deep = { verify };

/** Segments one after another, in the index as the recorder leaves them. */
async function record(count: number, more: { cameraId?: string; row?: boolean } = {}) {
  const made: (WrittenSegment & { id: number })[] = [];
  for (let at = 0; at < count; at += 1) {
    const written = await writeSegment({
      disk: { id: 'd', root },
      cameraId: more.cameraId ?? 'a',
      info: plainInfo,
      fragments: plainFragments(T0 + at * LENGTH + 0.4, LENGTH / 200, 200),
      seals: { every: 10, signer: fakeSigner },
      ...(made.at(-1) === undefined ? {} : { previousHead: made.at(-1)?.end.head }),
    } as Parameters<typeof writeSegment>[0]);
    const id = more.row === false ? 0 : await store.open(written.segment);
    if (id !== 0) await store.close(id, written.end);
    made.push({ ...written, id });
  }
  return made;
}

const at = <T>(list: readonly T[], index: number): T => list.at(index) ?? expect.fail('too few');
const kinds = (list: readonly { kind: string; repaired: boolean }[]) =>
  list.map(({ kind, repaired }) => [kind, repaired]);

/** Everything that the index says, without the numbers of rows. */
async function index(of: SegmentStore = store) {
  const all: unknown[] = [];
  for (const key of await of.streams()) {
    for (const segment of await of.ofStream(key, { startMs: 0, id: 0 }, 10_000)) {
      all.push({ ...segment, id: 0, groups: await of.groups(segment) });
    }
  }
  return all;
}

describe('the check', () => {
  it.each([false, true])('finds nothing wrong with what the recorder wrote, deep: %s', async (isDeep) => {
    const made = [...(await record(13)), ...(await record(2, { cameraId: 'b' }))];
    const report = await check(isDeep ? { deep } : {});
    const bytes = made.reduce((sum, one) => sum + one.bytes.byteLength, 0);
    expect(report).toEqual({
      ...{ ok: true, rows: 15, files: 15, bytes, open: 0 },
      ...{ problems: [], problemCount: 0, repairedCount: 0, notes: [], noteCount: 0 },
    });
  });

  it('makes a lost index anew from the files alone, equal to what it was', async () => {
    await record(13);
    await record(3, { cameraId: 'b' });
    const before = await index();
    const lost = database;
    database = await createTemporaryDatabase();
    await lost.close();
    store = createSegmentStore(database);
    const looked = await check();
    expect(looked).toMatchObject({ ok: false, problemCount: 16, repairedCount: 0 });
    expect(await index()).toEqual([]);
    expect(await check({ repair: true })).toMatchObject({ ok: true, repairedCount: 16 });
    expect(await index()).toEqual(before);
    expect(await check({ deep })).toMatchObject({ ok: true, problemCount: 0 });
  });

  it('cuts torn files while it takes them in', async () => {
    const [first] = await record(3, { row: false });
    const file = first?.file ?? '';
    await truncate(file, (await readFile(file)).byteLength - 30);
    await appendFile(file, Buffer.alloc(5000));
    expect((await check()).problems[0]).toMatchObject({ kind: 'noRow', repaired: false });
    expect(await readFile(file)).toHaveLength((first?.bytes.byteLength ?? 0) + 4970);
    expect(await check({ repair: true })).toMatchObject({ ok: true, repairedCount: 3 });
    const [row] = await store.ofStream({ cameraId: 'a', role: 'main' }, { startMs: 0, id: 0 }, 1);
    expect(row).toMatchObject({ bytes: (await readFile(file)).byteLength, fragments: 25 });
    expect(await check({ deep })).toMatchObject({ ok: true, problemCount: 0 });
  });

  it('removes rows without a file, and mends those of another size', async () => {
    const made = await record(4);
    await rm(at(made, 0).file);
    await truncate(at(made, 1).file, at(made, 1).bytes.byteLength - 500);
    await appendFile(at(made, 2).file, 'somebody else wrote this here, and it is not ours to cut off');
    expect(kinds((await check()).problems).sort()).toEqual([
      ['noFile', false],
      ['wrongSize', false],
      ['wrongSize', false],
    ]);
    expect(await check({ repair: true })).toMatchObject({ ok: true, repairedCount: 3 });
    expect(await store.get(at(made, 0).id)).toBeUndefined();
    const [, torn, appended] = await Promise.all(made.map(({ id }) => store.get(id)));
    expect(torn).toMatchObject({ bytes: (await readFile(at(made, 1).file)).byteLength, state: 'closed' });
    expect(torn?.fragments).toBeLessThan(25);
    expect((await readFile(at(made, 2).file)).byteLength).toBe(appended?.bytes);
    expect(appended?.fragments).toBe(25);
    expect(await check()).toMatchObject({ ok: true, problemCount: 0 });
  });

  it('lists what it does not understand and leaves it as it was', async () => {
    const [good] = await record(1);
    const day = dirname(good?.file ?? '');
    const head = at(await record(1, { cameraId: 'head', row: false }), 0);
    await truncate(head.file, head.segment.headBytes + 10);
    const moved = at(await record(1, { cameraId: 'moved', row: false }), 0);
    await rename(moved.file, join(day, '20260101T000000.000Z-main.mp4'));
    const outside = at(await record(1, { cameraId: 'outside', row: false }), 0);
    await symlink(outside.file, join(day, '20260101T000000.001Z-main.mp4'));
    await writeFile(join(day, '20260101T000000.002Z-main.mp4'), 'not a film');
    await writeFile(join(day, '20260101T000000.003Z-main.mp4'), '');
    await writeFile(join(day, 'notes.txt'), 'x');
    await writeFile(join(root, 'thesis.doc'), 'x');
    await mkdir(join(root, 'lost+found'));
    await mkdir(join(root, 'b', 'holiday'), { recursive: true });
    const report = await check({ repair: true });
    expect(report.notes.map(({ path }) => path.split('/').at(-1)).sort()).toEqual([
      '20260101T000000.000Z-main.mp4',
      '20260101T000000.001Z-main.mp4',
      '20260101T000000.002Z-main.mp4',
      '20260101T000000.003Z-main.mp4',
      head.file.split('/').at(-1),
      'holiday',
      'notes.txt',
      'thesis.doc',
    ]);
    expect(report).toMatchObject({ ok: true, problems: [{ kind: 'noRow', repaired: true }] });
    for (const name of ['20260101T000000.002Z-main.mp4', '20260101T000000.003Z-main.mp4', 'notes.txt']) {
      expect(existsSync(join(day, name))).toBe(true);
    }
    expect(await readFile(join(day, '20260101T000000.000Z-main.mp4'))).toEqual(moved.bytes);
  });

  it('names rows that lead elsewhere and touches nothing there', async () => {
    const made = await record(3);
    const outside = await mkdtemp(join(tmpdir(), 'tamnhin-outside-'));
    const link = at(made, 0).file;
    await rename(link, join(outside, 'x.mp4'));
    await symlink(join(outside, 'x.mp4'), link);
    await database.run('UPDATE recording_segments SET path = ? WHERE id = ?', '../../../etc/passwd', at(made, 1).id);
    const report = await check({ repair: true });
    expect(kinds(report.problems)).toEqual([
      ['unsafe', false],
      ['unsafe', false],
      ['noRow', true],
    ]);
    expect(await readFile(join(outside, 'x.mp4'))).toEqual(at(made, 0).bytes);
    await rm(outside, { recursive: true });
  });

  it('looks at no open segment and says how many there are', async () => {
    const [written] = await record(1, { row: false });
    if (written === undefined) expect.fail();
    await store.open(written.segment);
    await truncate(written.file, 700);
    expect(await check({ repair: true, deep })).toMatchObject({ ok: true, open: 1, rows: 0, files: 1 });
    expect(await readFile(written.file)).toHaveLength(700);
  });

  it('is not misled by what the server deletes meanwhile', async () => {
    const made = await record(3);
    const removing: SegmentStore = {
      ...store,
      async ofStream(key, after, limit) {
        const page = await store.ofStream(key, after, limit);
        for (const { id, file } of made) {
          await rm(file, { force: true });
          await store.remove(id);
        }
        return page;
      },
    };
    expect(await check({ store: removing, repair: true, deep })).toMatchObject({ ok: true, rows: 3, problems: [] });
  });

  it('does not take a disk that is away for deleted files', async () => {
    const [first] = await record(2);
    await rename(root, `${root}-away`);
    await mkdir(root);
    for (const state of ['ready', 'missing'] as const) {
      disks.set('d', { state });
      const report = await check({ repair: true });
      expect(report).toMatchObject({ ok: false, problems: [{ kind: 'diskMissing', diskId: 'd' }] });
    }
    expect(await store.get(first?.id ?? 0)).toBeDefined();
    await rm(root, { recursive: true });
    await rename(`${root}-away`, root);
  });
});

describe('the deep check', () => {
  const flip = async ({ file, bytes }: WrittenSegment, place: number): Promise<void> => {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 4;
    await writeFile(file, changed);
  };

  it('places a flipped bit to the fragment, and repairs nothing of it', async () => {
    const made = await record(3);
    const place = at(made[1]?.places ?? [], 7) + RECORD_BYTES + 20;
    await flip(at(made, 1), place);
    expect(await check()).toMatchObject({ ok: true });
    const { problems } = await check({ deep, repair: true });
    const { path } = at(made, 1).segment;
    expect(problems).toMatchObject([{ kind: 'damage', path, repaired: false }]);
    expect(problems[0]?.detail).toContain('fragment 7, 2026-11-25T23:59:06.400Z');
  });

  it('finds a record that was changed with its fragment, by the seal and by the chain', async () => {
    const made = await record(3);
    await flip(at(made, 1), at(made[1]?.places ?? [], 7) + 40 + 7);
    const { problems } = await check({ deep });
    expect(problems.map(({ kind }) => kind)).toEqual(['seal', 'seal', 'seal', 'wrongIndex']);
  });

  it('finds seals that are not ours', async () => {
    const made = await record(2);
    const report = await check({ deep: { verify: ({ fragments }) => (fragments === 10 ? 'bad' : 'unknownKey') } });
    expect(report.problems.map(({ kind }) => kind)).toEqual(['seal', 'seal']);
    expect(report).toMatchObject({ noteCount: 4, notes: [{ kind: 'unknownKey' }, {}, {}, {}] });
    expect(made).toHaveLength(2);
  });

  it('finds a segment that was put in the place of another, and knows what retention leaves', async () => {
    const made = await record(5);
    await store.remove(at(made, 1).id);
    await rm(at(made, 1).file);
    const gap = await check({ deep });
    expect(gap.problems).toEqual([]);
    expect(gap.notes).toMatchObject([{ kind: 'chainGap', path: at(made, 2).segment.path }]);
    await database.run(
      'UPDATE recording_segments SET previous_head = ? WHERE id = ?',
      Buffer.alloc(32, 7),
      at(made, 3).id,
    );
    expect((await check({ deep })).problems.map(({ kind }) => kind).sort()).toEqual(['chain', 'wrongIndex']);
  });

  it('does not take files for exchanged whose clock was set back between them, nor what retention leaves of them', async () => {
    const made: (WrittenSegment & { id: number })[] = [];
    for (const startMs of [0, LENGTH, 2000, 2000 + LENGTH, 2000 + 2 * LENGTH].map((ms) => T0 + ms)) {
      const previousHead = made.at(-1)?.end.head;
      const written = await writeSegment({
        disk: { id: 'd', root },
        cameraId: 'a',
        info: plainInfo,
        fragments: plainFragments(startMs, LENGTH / 200, 200),
        ...(previousHead === undefined ? {} : { previousHead }),
      });
      const id = await store.open(written.segment);
      await store.close(id, written.end);
      made.push({ ...written, id });
    }
    expect(await check({ deep })).toMatchObject({ rows: 5, problems: [], notes: [] });
    for (const one of [at(made, 0), at(made, 2)]) {
      await store.remove(one.id);
      await rm(one.file);
    }
    expect(await check({ deep })).toMatchObject({ problems: [], notes: [{ kind: 'chainGap' }] });
  });

  it('brings a row in line with its file', async () => {
    const [written] = await record(1);
    const before = await index();
    await database.run('UPDATE recording_segments SET fragments = 3');
    await database.run('UPDATE recording_groups SET list = ?', Buffer.alloc(0));
    expect((await check({ deep })).problems).toMatchObject([{ kind: 'wrongIndex', path: written?.segment.path }]);
    expect(await check({ deep, repair: true })).toMatchObject({ ok: true, repairedCount: 1 });
    expect(await index()).toEqual(before);
  });
});
