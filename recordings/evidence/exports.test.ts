import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import type { ExportView } from '#contracts/recordings';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createFakeDisks, plainFragments, plainInfo, writeSegment } from '../../tests/fakes/segment-files.ts';
import { createSegmentStore } from '../segment-store.ts';
import { createExports, type Exports, type ExportsDeps } from './exports.ts';
import { createEvidenceKeys } from './keys.ts';

const T0 = Date.UTC(2026, 10, 25, 1);
const DAY = 86_400_000;
const WANT = { cameraIds: ['cam-1'], fromMs: T0, toMs: T0 + 20_000, reason: 'va chạm giao thông', caseNumber: '' };
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
    cameraOf: (id) => ({ camera: { id, number: 3, name: 'Cổng chợ', place: null }, clockOffsetMs: null }),
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
});
