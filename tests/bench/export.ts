import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { createOverlayEncoder } from '../../camera-adapters/ffmpeg/overlay-encoder.ts';
import { createExports } from '../../recordings/evidence/exports.ts';
import { createEvidenceKeys } from '../../recordings/evidence/keys.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { fakeDisks, fakeOpenSegments } from '../fakes/recorded.ts';
import { plainFragments, plainInfo, writeSegment } from '../fakes/segment-files.ts';
import { round, say, table } from './figures.ts';

const run = promisify(execFile);
const CAMERAS = 4;
const MINUTES = 5;
/** 2 Mbit/s in fragments of 200 ms. */
const FRAGMENT_BYTES = 50_000;
const ROUNDS = 3;

/**
 * How fast evidence is written: an export of four cameras × five minutes of 2 Mbit/s (300 MB), with manifest, hashes
 * and signature, against `cp` of the same files into the same folder, and `cp` followed by `sync` of them; and against
 * `sha256sum` of them, since every byte is hashed. The files were just written: they are read from memory, by all of
 * them. The fastest of three rounds counts.
 */
export async function benchExport(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  const [clock, log] = [systemClock, silentLogger()];
  const database = await createTemporaryDatabase();
  const store = createSegmentStore(database);
  const disks = fakeDisks(join(folder, 'disk'));
  const startMs = Date.now() - 3_600_000;
  const files: string[] = [];
  const ids = Array.from({ length: CAMERAS }, (_, at) => `camera-${at}`);
  for (const cameraId of ids) {
    const fragments = plainFragments(startMs, MINUTES * 300, FRAGMENT_BYTES);
    const { file, segment, end } = await writeSegment({ disk: disks.disk, cameraId, info: plainInfo, fragments });
    const { groups, ...ended } = end;
    await store.adopt({ ...segment, ...ended }, groups);
    files.push(file);
  }
  const keys = await createEvidenceKeys({ database, secretBox: createSecretBox(new Uint8Array(32)), clock, log });
  const exports = await createExports({
    sources: { store, disks, open: fakeOpenSegments() },
    ...{ keys, database, clock, log },
    folder: join(folder, 'exports'),
    verifier: async () => '',
    program: 'bench',
    cameraOf: (id) => ({ camera: { id, number: 1, name: id, place: null }, clock: null }),
    masksOf: () => [],
    encoder: createOverlayEncoder({ ffmpegPath: 'ffmpeg', clock, log }),
  });
  try {
    const copies = join(folder, 'exports', 'copies');
    const cp = async (): Promise<void> => {
      await run('cp', ['--recursive', disks.disk.root, copies]);
    };
    const ways: Record<string, () => Promise<void>> = {
      cp,
      'cp and sync': async () => {
        await cp();
        await run('sync', await copied(copies));
      },
      sha256sum: async () => void (await run('sha256sum', files)),
      export: async () => {
        const asked = { cameraIds: ids, fromMs: startMs, toMs: startMs + MINUTES * 60_000, reason: 'bench' };
        await written(exports, { ...asked, caseNumber: '', masks: false, watermark: false });
      },
    };
    const fastest = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [way, work] of Object.entries(ways)) {
        const begun = performance.now();
        await work();
        fastest.set(way, Math.min(fastest.get(way) ?? Number.POSITIVE_INFINITY, performance.now() - begun));
        await rm(copies, { recursive: true, force: true });
      }
    }
    const bytes = (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);
    const rows = [...fastest].map(([what, ms]) => ({
      what,
      'MB/s': round(bytes / 1000 / ms, 0),
      '÷ cp': round((fastest.get('cp') ?? Number.NaN) / ms, 2),
    }));
    say(`\n## Export of ${round(bytes / 1e6, 0)} MB, speed against cp\n`);
    say(table(rows));
  } finally {
    await exports.close();
    await database.close();
    await rm(folder, { recursive: true });
  }
}

const copied = async (folder: string): Promise<string[]> =>
  (await run('find', [folder, '-type', 'f'])).stdout.trim().split('\n');

/** Resolves when the export's zip is whole; its removal is not timed, but part of the round. */
async function written(
  exports: Awaited<ReturnType<typeof createExports>>,
  input: Parameters<typeof exports.start>[0],
): Promise<void> {
  const done = new Promise<string>((resolve, reject) => {
    const stop = exports.onChanged((_, { id, state, error }) => {
      if (state !== 'done' && state !== 'failed') return;
      stop();
      if (state === 'done') resolve(id);
      else reject(new Error(`the export failed: ${error}`));
    });
  });
  await exports.start(input, { ownerId: 'bench', name: 'bench' });
  await exports.remove(await done);
}
