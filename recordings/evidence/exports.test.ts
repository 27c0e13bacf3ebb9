import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, statfs, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import type { PrivacyMask } from '#contracts/camera';
import { manifestSchema } from '#contracts/evidence';
import type { OverlayEncoder } from '#contracts/media';
import type { ExportView } from '#contracts/recordings';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import {
  createFakeDisks,
  fakeSigner,
  plainFragments,
  plainInfo,
  writeSegment,
} from '../../tests/fakes/segment-files.ts';
import { RECORD_BYTES } from '../segment-file.ts';
import { createSegmentStore } from '../segment-store.ts';
import { createExports, type Exports, type ExportsDeps } from './exports.ts';
import { createEvidenceKeys } from './keys.ts';

const T0 = Date.UTC(2026, 10, 25, 1);
const DAY = 86_400_000;
const WANT = {
  cameraIds: ['cam-1'],
  fromMs: T0,
  toMs: T0 + 20_000,
  reason: 'va chạm giao thông',
  caseNumber: '',
  masks: true,
  watermark: false,
};
const AN = { ownerId: 'an', name: 'an.nguyen' };

let folder: string;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let deps: ExportsDeps;
let clock: ReturnType<typeof createFakeClock>;
const open: Exports[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-exports-'));
  database = await createTemporaryDatabase();
  clock = createFakeClock(T0 + DAY);
  const disk = { id: 'disk', root: join(folder, 'disk') };
  const store = createSegmentStore(database);
  const written = await writeSegment({ disk, info: plainInfo, fragments: plainFragments(T0, 100, 20_000) });
  await store.close(await store.open(written.segment), written.end);
  deps = {
    sources: {
      store,
      disks: createFakeDisks([disk]),
      open: { of: () => undefined, find: () => undefined },
    },
    keys: await createEvidenceKeys({
      database,
      secretBox: createSecretBox(new Uint8Array(32).fill(7)),
      clock: systemClock,
      log: silentLogger(),
    }),
    database,
    folder: join(folder, 'exports'),
    verifier: async () => '<!doctype html>',
    cameraOf: (id) => ({ camera: { id, number: 3, name: 'Cổng chợ', place: null }, clock: null }),
    masksOf: () => [],
    encoder: fakeEncoder().encoder,
    program: 'test',
    clock,
    log: silentLogger(),
  };
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await database.close();
  await rm(folder, { recursive: true });
});

/**
 * Gives the recording out again as it came in; `hold` makes a run wait behind its first fragment until it is stopped.
 */
function fakeEncoder(hold: (run: number) => boolean = () => false) {
  const runs: { ended: boolean }[] = [];
  let holding: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    holding = resolve;
  });
  const encoder: OverlayEncoder = {
    settings: 'fake',
    async *run({ mp4 }, signal) {
      const own = { ended: false };
      runs.push(own);
      let at = 0;
      try {
        for await (const bytes of mp4) {
          signal.throwIfAborted();
          if (at === 0) yield { kind: 'init', bytes, video: plainInfo.video };
          else yield { kind: 'fragment', bytes, decodeTime: (at - 1) * 18_000, duration: 18_000 };
          at += 1;
          if (at === 2 && hold(runs.length)) {
            holding();
            await new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason), { once: true });
            });
          }
        }
      } finally {
        own.ended = true;
      }
    },
  };
  return { encoder, runs, held };
}

const MASK: PrivacyMask = {
  name: 'cửa sổ',
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
};

async function start(): Promise<Exports> {
  const made = await createExports(deps);
  open.push(made);
  return made;
}

function until(exports: Exports, state: ExportView['state']): Promise<ExportView> {
  return new Promise((resolve) => {
    const stop = exports.onChanged((_, view) => {
      if (view.state !== state) return;
      stop();
      resolve(view);
    });
  });
}

describe('exports', () => {
  it('are written while nobody waits, and are there as a zip', async () => {
    const exports = await start();
    const done = until(exports, 'done');
    const asked = await exports.start(WANT, AN);
    expect(asked).toMatchObject({ createdBy: 'an.nguyen', bytes: null });
    expect(await done).toMatchObject({ id: asked.id, progress: 1, expiresMs: T0 + 8 * DAY });
    const { path, bytes } = await exports.archive(asked.id);
    const { stdout } = await promisify(execFile)('python3', ['-m', 'zipfile', '-l', path]);
    expect(stdout).toMatch(/camera-3-main\.mp4.*manifest\.json.*manifest\.sig.*verify\.html/s);
    expect((await exports.list('an'))[0]?.bytes).toBe(bytes);
    expect(await exports.list('binh')).toEqual([]);
  });

  it('are refused where nothing was recorded', async () => {
    const exports = await start();
    const later = { ...WANT, fromMs: T0 + DAY, toMs: T0 + DAY + 1000 };
    await expect(exports.start(later, AN)).rejects.toMatchObject({ code: 'export.nothingRecorded' });
    await expect(exports.archive('nothing')).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('go on after a stop of the program, and leave no half file', async () => {
    let release = (): void => {};
    const held = new Promise<string>((resolve) => {
      release = () => resolve('<!doctype html>');
    });
    deps = { ...deps, verifier: () => held };
    const first = await start();
    const running = until(first, 'running');
    const { id } = await first.start(WANT, AN);
    await running;
    const closing = first.close();
    release();
    await closing;
    const second = await createExports({ ...deps, verifier: async () => '' });
    open.push(second);
    const done = (await second.find(id)).state === 'done' ? await second.find(id) : await until(second, 'done');
    expect(done.id).toBe(id);
    expect(await readdir(deps.folder)).toEqual([`${id}.zip`]);
  });

  it('can be stopped, and removed', async () => {
    deps = { ...deps, verifier: () => new Promise((resolve) => setImmediate(() => resolve(''))) };
    const exports = await start();
    const running = until(exports, 'running');
    const { id } = await exports.start(WANT, AN);
    await running;
    const cancelled = until(exports, 'cancelled');
    await exports.remove(id);
    await cancelled;
    expect(await readdir(deps.folder)).toEqual([]);
    await exports.remove(id);
    await expect(exports.find(id)).rejects.toMatchObject({ code: 'export.unknown' });
  });

  it('go after a week', async () => {
    const exports = await start();
    const done = until(exports, 'done');
    const { id } = await exports.start(WANT, AN);
    await done;
    clock.advance(8 * DAY);
    await expect.poll(() => exports.find(id).catch(({ code }: { code: string }) => code)).toBe('export.unknown');
    expect(await readdir(deps.folder)).toEqual([]);
  });

  it('fail with a word where the disk has gone', async () => {
    deps = { ...deps, sources: { ...deps.sources, disks: createFakeDisks([]) } };
    const exports = await start();
    await expect(exports.start(WANT, AN)).rejects.toMatchObject({ code: 'export.diskMissing' });
  });

  it('fail with a word where the disk is full, leave nothing, and the next one is written', async () => {
    let isFull = true;
    deps = {
      ...deps,
      verifier: async () => {
        const row = await database.get<{ id: string }>("SELECT id FROM evidence_exports WHERE state = 'running'");
        // What is written there meets the end of a disk, as the system tells it.
        if (isFull) await symlink('/dev/full', join(deps.folder, `${row?.id}.zip.part`));
        isFull = false;
        return '<!doctype html>';
      },
    };
    const exports = await start();
    const failed = until(exports, 'failed');
    const done = until(exports, 'done');
    await exports.start(WANT, AN);
    const { id } = await exports.start(WANT, AN);
    expect(await failed).toMatchObject({ error: 'export.noRoom' });
    expect(await done).toMatchObject({ id });
    expect(await readdir(deps.folder)).toEqual([`${id}.zip`]);
  });

  it('are refused where the room that is left is promised to others', async () => {
    const { store } = deps.sources;
    const { bavail, bsize } = await statfs(deps.folder.replace(/\/exports$/, ''));
    const [segment] = await store.between('cam-1', 'main', T0, T0 + 1, 1);
    if (segment === undefined) expect.fail('nothing was recorded');
    const groups = await store.groups(segment);
    const bytes = Math.round(bavail * bsize * 0.6);
    const large = groups.map((group, at) => (at === groups.length - 1 ? { ...group, bytes } : group));
    await store.close(segment.id, { ...segment, groups: large });
    let release = (): void => {};
    const held = new Promise<string>((resolve) => {
      release = () => resolve('<!doctype html>');
    });
    deps = { ...deps, verifier: () => held };
    const exports = await start();
    const done = until(exports, 'done');
    await exports.start(WANT, AN);
    await expect(exports.start(WANT, AN)).rejects.toMatchObject({ code: 'export.noRoom' });
    release();
    await done;
    // It took less than it was promised.
    await exports.start(WANT, AN);
  });

  it('are of a disk that failed but answers, and not begun on one that hangs', async () => {
    const exports = await start();
    const disks = createFakeDisks([{ id: 'disk', root: join(folder, 'disk'), state: 'failed' }]);
    Object.assign(deps.sources, { disks });
    await exports.start(WANT, AN);
    disks.set('disk', { hangs: true });
    await expect(exports.start(WANT, AN)).rejects.toMatchObject({ code: 'export.diskMissing' });
  });

  it('are at most 50 at a time', async () => {
    // The first one runs and does not end.
    deps = { ...deps, verifier: () => new Promise(() => {}) };
    const exports = await start();
    const running = until(exports, 'running');
    for (let at = 0; at < 50; at += 1) await exports.start(WANT, AN);
    await running;
    await expect(exports.start(WANT, AN)).rejects.toMatchObject({ kind: 'tooMany', code: 'export.tooMany' });
    const [, waiting] = await exports.list();
    // One that goes makes room.
    await exports.remove(waiting?.id ?? '');
    await exports.start(WANT, AN);
    await expect(exports.start(WANT, AN)).rejects.toMatchObject({ code: 'export.tooMany' });
    open.length = 0;
  });
});

describe('exports of damaged recordings', () => {
  it('lose nothing to a damaged seal', async () => {
    const disk = { id: 'disk', root: join(folder, 'disk') };
    const seals = { every: 10, signer: fakeSigner };
    const fragments = plainFragments(T0, 100);
    const written = await writeSegment({ disk, cameraId: 'cam-2', info: plainInfo, fragments, seals });
    await deps.sources.store.close(await deps.sources.store.open(written.segment), written.end);
    const bytes = Buffer.from(written.bytes);
    bytes.writeUInt8(0, (written.places[30] ?? 0) - 20);
    await writeFile(written.file, bytes);
    const exports = await start();
    const done = until(exports, 'done');
    const { id } = await exports.start({ ...WANT, cameraIds: ['cam-2'] }, AN);
    await done;
    const [file] = (await manifestIn(exports, id)).files;
    expect([file?.fragments.length, file?.gaps]).toEqual([100, []]);
  });

  /** A record box that is none any more: nothing behind it can be proved. */
  async function damage(fragment: number): Promise<void> {
    const [segment] = await deps.sources.store.between('cam-1', 'main', T0, T0 + 1, 1);
    const file = join(folder, 'disk', segment?.path ?? '');
    const bytes = await readFile(file);
    const record = 20_000 + RECORD_BYTES;
    const at = (segment?.headBytes ?? 0) + fragment * record + 10;
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    await writeFile(file, bytes);
  }

  it.each([
    { what: 'in the middle', fromMs: 0, toMs: 20_000, gap: [6000, 20_000], fragments: 30, masked: false },
    { what: 'in front of them', fromMs: 10_000, toMs: 14_000, gap: [10_000, 14_000], fragments: 0, masked: false },
    { what: 'in the middle, with masks', fromMs: 0, toMs: 20_000, gap: [6000, 20_000], fragments: 30, masked: true },
  ])('say what of them is missing: $what', async ({ fromMs, toMs, gap, fragments, masked }) => {
    await damage(30);
    deps = { ...deps, masksOf: () => (masked ? [MASK] : []) };
    const exports = await start();
    const done = until(exports, 'done');
    const { id } = await exports.start({ ...WANT, fromMs: T0 + fromMs, toMs: T0 + toMs }, AN);
    await done;
    const [file] = (await manifestIn(exports, id)).files;
    expect(file?.fragments).toHaveLength(fragments);
    expect(file?.gaps).toEqual([{ fromMs: T0 + (gap[0] ?? 0), toMs: T0 + (gap[1] ?? 0) }]);
  });
});

async function manifestIn(exports: Exports, id: string) {
  const { path } = await exports.archive(id);
  const read = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('manifest.json').decode())";
  const { stdout } = await promisify(execFile)('python3', ['-c', read, path], { maxBuffer: 2 ** 26 });
  return manifestSchema.parse(JSON.parse(stdout));
}

describe('exports with masks', () => {
  async function record(cameraId: string): Promise<void> {
    const disk = { id: 'disk', root: join(folder, 'disk') };
    const fragments = plainFragments(T0, 100, 20_000);
    const written = await writeSegment({ disk, cameraId, info: plainInfo, fragments });
    await deps.sources.store.close(await deps.sources.store.open(written.segment), written.end);
  }

  it('burn in those of the cameras that have some, and leave the others as they were recorded', async () => {
    await record('cam-2');
    let masks = [MASK];
    deps = { ...deps, masksOf: (id) => (id === 'cam-2' ? masks : []) };
    const exports = await start();
    const done = until(exports, 'done');
    const { id } = await exports.start({ ...WANT, cameraIds: ['cam-1', 'cam-2'] }, AN);
    await done;
    const { files } = await manifestIn(exports, id);
    expect(files.map(({ name, processing }) => [name, processing.kind])).toEqual([
      ['camera-3-main.mp4', 'none'],
      ['camera-3-main-masked.mp4', 'reencoded'],
    ]);
    expect(files[1]?.processing).toMatchObject({ masks: [MASK], watermark: null, encoder: 'test, fake' });
    // What was encoded is in the zip and nowhere else.
    expect(await readdir(deps.folder)).toEqual([`${id}.zip`]);

    const view = await exports.find(id);
    expect(exports.isMasked(view, 'cam-2')).toBe(true);
    masks = [{ ...MASK, name: 'đổi tên' }];
    expect(exports.isMasked(view, 'cam-2')).toBe(true);
    masks = [
      MASK,
      {
        ...MASK,
        points: [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
      },
    ];
    expect(exports.isMasked(view, 'cam-2')).toBe(false);
  });

  it('can leave them out, and say then that they are not masked', async () => {
    deps = { ...deps, masksOf: () => [MASK] };
    const exports = await start();
    const done = until(exports, 'done');
    const { id } = await exports.start({ ...WANT, masks: false }, AN);
    await done;
    expect((await manifestIn(exports, id)).files[0]?.processing.kind).toBe('none');
    expect(exports.isMasked(await exports.find(id), 'cam-1')).toBe(false);
  });

  it('say who, when and which case in the watermark', async () => {
    const exports = await start();
    const done = until(exports, 'done');
    const { id } = await exports.start({ ...WANT, watermark: true, caseNumber: 'AG-17' }, AN);
    await done;
    const [file] = (await manifestIn(exports, id)).files;
    expect(file?.name).toBe('camera-3-main-watermarked.mp4');
    expect(file?.processing).toMatchObject({ masks: [], watermark: ['an.nguyen', expect.stringMatching(/ · AG-17$/)] });
  });

  it('go on after a stop with the file that was not encoded yet', async () => {
    await record('cam-2');
    const first = fakeEncoder((run) => run === 2);
    deps = { ...deps, masksOf: () => [MASK], encoder: first.encoder };
    const before = await start();
    const { id } = await before.start({ ...WANT, cameraIds: ['cam-1', 'cam-2'] }, AN);
    await first.held;
    await before.close();
    expect(first.runs).toEqual([{ ended: true }, { ended: true }]);

    const second = fakeEncoder();
    deps = { ...deps, encoder: second.encoder };
    const after = await start();
    if ((await after.find(id)).state !== 'done') await until(after, 'done');
    expect(second.runs).toHaveLength(1);
    expect((await manifestIn(after, id)).files.map(({ processing }) => processing.kind)).toEqual([
      'reencoded',
      'reencoded',
    ]);
    expect(await readdir(deps.folder)).toEqual([`${id}.zip`]);
  });

  it('encode anew what was encoded with other masks', async () => {
    await record('cam-2');
    const first = fakeEncoder((run) => run === 2);
    deps = { ...deps, masksOf: () => [MASK], encoder: first.encoder };
    const before = await start();
    const { id } = await before.start({ ...WANT, cameraIds: ['cam-1', 'cam-2'] }, AN);
    await first.held;
    await before.close();
    const second = fakeEncoder();
    deps = {
      ...deps,
      masksOf: () => [
        {
          ...MASK,
          points: [
            [0, 0],
            [1, 0],
            [0, 1],
          ],
        },
      ],
      encoder: second.encoder,
    };
    const after = await start();
    if ((await after.find(id)).state !== 'done') await until(after, 'done');
    expect(second.runs).toHaveLength(2);
  });

  it('end their encoder when they are stopped, and leave nothing', async () => {
    const { encoder, runs, held } = fakeEncoder(() => true);
    deps = { ...deps, masksOf: () => [MASK], encoder };
    const exports = await start();
    const cancelled = until(exports, 'cancelled');
    const { id } = await exports.start(WANT, AN);
    await held;
    await exports.remove(id);
    await cancelled;
    expect(runs).toEqual([{ ended: true }]);
    expect(await readdir(deps.folder)).toEqual([]);
  });

  it('fail with a word where the video cannot be encoded', async () => {
    const encoder: OverlayEncoder = {
      settings: 'broken',
      // biome-ignore lint/correctness/useYield: it never comes to one.
      async *run() {
        throw new Fault('unavailable', 'export.encodeFailed', 'no');
      },
    };
    deps = { ...deps, masksOf: () => [MASK], encoder };
    const exports = await start();
    const failed = until(exports, 'failed');
    await exports.start(WANT, AN);
    expect(await failed).toMatchObject({ error: 'export.encodeFailed' });
    expect(await readdir(deps.folder)).toEqual([]);
  });
});
