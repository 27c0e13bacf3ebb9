import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { checkRecordings } from '../../recordings/check.ts';
import { IDENTITY_FILE } from '../../recordings/disk-folder.ts';
import { createDisks } from '../../recordings/disks.ts';
import { createRecovery } from '../../recordings/recovery.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';
import { makeClip, writeClip } from '../fakes/clip-camera.ts';
import { recordedFiles, scanFile } from '../fakes/segment-scan.ts';

const root = resolve(import.meta.dirname, '../..');
const KILLS = Number(process.env.TAMNHIN_TEST_KILLS ?? 25);
/** Programs that run, and are killed, at a time. */
const SIDE_BY_SIDE = 6;
const STREAMS = 8;
const MOST_LOST_MS = 1000;

let work: string;
let clipPath: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'tamnhin-kill-'));
  clipPath = join(work, 'clip');
  await writeClip(await makeClip({ seconds: 4 }), clipPath);
});
afterAll(() => rm(work, { recursive: true, force: true }));

interface Sent {
  fragments: number;
  endMs: number;
}

/** Lets a program record, kills it at a moment that nobody chose, and looks at what is there. */
async function killOnce(): Promise<number[]> {
  const folder = await mkdtemp(join(work, 'data-'));
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', join(root, 'tests/fakes/recording-program.ts'), folder, clipPath],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const sent = new Map<string, Sent>();
  try {
    await killAtSomeMoment(child, sent);
    expect(sent.size).toBe(STREAMS);
    await startAgain(folder);
    const lost: number[] = [];
    const found = new Set<string>();
    for (const path of await recordedFiles(join(folder, 'recordings'))) {
      const cameraId = path.split('/').at(-3) ?? '';
      found.add(cameraId);
      lost.push(checkFile(path, sent.get(cameraId)));
    }
    expect(found.size).toBe(STREAMS);
    return lost;
  } finally {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function killAtSomeMoment(child: ChildProcess, sent: Map<string, Sent>): Promise<void> {
  const { stdout } = child;
  if (stdout === null) throw new Error('no standard output');
  const lines = createInterface({ input: stdout });
  const exited = once(child, 'exit');
  const closed = once(lines, 'close');
  await new Promise<void>((begun, failed) => {
    child.once('exit', () => failed(new Error('the program ended by itself')));
    lines.on('line', (line) => {
      if (line === 'recording') return begun();
      const [cameraId = '', sequence, endMs] = line.split(' ');
      sent.set(cameraId, { fragments: Number(sequence) + 1, endMs: Number(endMs) });
    });
  });
  await new Promise((done) => setTimeout(done, Math.random() * 2500));
  child.kill('SIGKILL');
  await Promise.all([exited, closed]);
}

/** The next start, without the rest of it; what the check says then must be nothing. */
async function startAgain(folder: string): Promise<void> {
  const log = silentLogger();
  const database = await createSqliteDatabase({ path: join(folder, 'tamnhin.db'), clock: systemClock, log });
  const disks = await createDisks({
    directories: [],
    defaultDirectory: join(folder, 'recordings'),
    freeBytes: 2 ** 20,
    database,
    clock: systemClock,
    log,
    append: async () => {},
  });
  try {
    await disks.look();
    const store = createSegmentStore(database);
    const { segments } = await (await createRecovery({ store, disks, log })).run();
    expect(segments.map(({ outcome, detail }) => [outcome, detail])).toEqual(
      Array.from({ length: STREAMS }, () => ['closed', expect.stringMatching(/^(torn)?$/)]),
    );
    const deep = { verify: () => 'unknownKey' as const };
    const report = await checkRecordings({ store, disks, deep, ownFiles: [IDENTITY_FILE] });
    expect(report).toMatchObject({ rows: STREAMS, files: STREAMS, open: 0, problems: [], notes: [] });
  } finally {
    disks.close();
    await database.close();
  }
}

/** Read by its bytes alone: whole up to the end, and all there but the last `MOST_LOST_MS`; gives what it lost. */
function checkFile(path: string, sent: Sent | undefined): number {
  const file = scanFile(path);
  if (file === undefined || sent === undefined) throw new Error(`${path} is no recording`);
  expect(file.bytes).toBe(file.wholeBytes);
  expect(file.records.map(({ sequence }) => sequence)).toEqual(file.records.map((_, at) => at));
  const last = file.records.at(-1);
  const endMs = last === undefined ? 0 : last.wallClockMs + (last.duration * 1000) / file.link.timescale;
  return sent.endMs - endMs;
}

const name = `loses at most a second of each stream, and no file, when it is killed ${KILLS} times`;
it(name, { timeout: 60_000 + KILLS * 4000 }, async () => {
  const lost: number[] = [];
  let left = KILLS;
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      while (left > 0) {
        left -= 1;
        lost.push(...(await killOnce()));
      }
    }),
  );
  expect(lost).toHaveLength(KILLS * STREAMS);
  const [most, mean] = [Math.max(...lost), lost.reduce((sum, ms) => sum + ms, 0) / lost.length].map(Math.round);
  process.stdout.write(`${KILLS} kills, ${lost.length} files: lost at most ${most} ms, ${mean} ms on average\n`);
  expect(most).toBeLessThanOrEqual(MOST_LOST_MS);
});
