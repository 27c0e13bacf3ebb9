import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { startProgram } from '../e2e/program.ts';
import { round, say, table } from './figures.ts';
import type { IntakeFigures, IntakeKind, IntakeOrder } from './intake-process.ts';
import { cpuMs, mainThreadMs, privateMb } from './process-cost.ts';
import { type SimulatedCameras, startSimulatedCameras } from './simulated-cameras.ts';

const COUNTS = [10, 50];
/** A process for each camera is not measured beyond this. */
const MOST_FFMPEG = 50;
const SECONDS = 20;
/** The ring (12 s) is full, and the code is compiled. */
const WARM_MS = 15_000;
const FRAGMENT_MS = 200;
const LIVE_MS = 120_000;

/**
 * What it costs to take cameras in, for several numbers of them. The same cameras (`tamnhin simulate`) are taken in by
 * a plain Node process that reads and throws away, by our client into fragments of 200 ms in memory (in a process with
 * nothing else, then in the whole program), the same with recording, and by one FFmpeg for each that writes such
 * fragments into a pipe, and into a file, too; one after the other in this run. CPU is user and system time of the whole
 * process trees as the kernel counts it, over 20 s after the rings are full. Memory is what belongs to these processes
 * alone, above what they had before the first camera. `counts`: how many cameras; 10 and 50 where none is given.
 */
export async function benchIntakeScale(counts: readonly number[] = COUNTS): Promise<void> {
  for (const count of counts.length === 0 ? COUNTS : counts) {
    const cameras = await startSimulatedCameras(count);
    try {
      const rows: Row[] = [];
      const done = (row: Row): void => {
        rows.push(row);
        process.stderr.write(`${count} cameras, ${row.what.trim()}: ${round(row.cpu, 2)} ms of CPU a second\n`);
      };
      for (const kind of kindsFor(count)) done(await measure(kind, cameras));
      done(await measureProgram('off', cameras));
      done(await measureProgram('continuous', cameras));
      report(count, rows);
    } finally {
      await cameras.stop();
    }
  }
}

const kindsFor = (count: number): readonly IntakeKind[] => [
  ...(['discard', 'live', 'recorded'] as const),
  ...(count <= MOST_FFMPEG ? (['ffmpeg', 'ffmpeg recording'] as const) : []),
];

export interface Row extends Cost {
  readonly what: string;
  readonly figures: IntakeFigures | null;
}

export interface Cost {
  /** ms for each second of one camera; of those who take it in, and of those who send. */
  readonly cpu: number;
  readonly senderCpu: number;
  /** The part of `cpu` that is the main thread's. */
  readonly mainCpu: number;
  /** MB for each camera. */
  readonly memory: number;
}

const NAMES: Readonly<Record<IntakeKind, string>> = {
  discard: '(a) read and throw away',
  live: '(b) ours, live',
  recorded: '(c) ours, live and recorded',
  ffmpeg: '(d) an FFmpeg each, into a pipe',
  'ffmpeg recording': '    an FFmpeg each, pipe and file',
};

/** A process that takes cameras in and does nothing else. */
export interface Intake {
  readonly pid: number;
  /** Dials all cameras; resolves when every one has sent, its ring is full, and counting has begun. */
  begin(): Promise<void>;
  cost(seconds?: number): Promise<Cost>;
  /** Since `begin`. */
  figures(): Promise<IntakeFigures>;
  end(): Promise<void>;
}

export async function openIntake(kind: IntakeKind, cameras: SimulatedCameras, threads = 0): Promise<Intake> {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  const child = fork(resolve(import.meta.dirname, 'intake-process.ts'), [], {
    execArgv: ['--conditions=source', '--import', 'tsx'],
  });
  const pid = child.pid ?? 0;
  await said(child, 'ready');
  const before = privateMb([pid]);
  return {
    pid,
    async begin() {
      const order: IntakeOrder = { kind, urls: cameras.urls, fragmentMs: FRAGMENT_MS, threads, folder };
      child.send(order);
      await said(child, 'live');
      await pause(WARM_MS);
      child.send('count');
    },
    cost: (seconds) => costOf([pid], before, cameras, seconds),
    async figures() {
      child.send('figures');
      const [figures] = (await once(child, 'message')) as [IntakeFigures];
      return figures;
    },
    async end() {
      child.send('end');
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

export async function measure(kind: IntakeKind, cameras: SimulatedCameras, threads = 0): Promise<Row> {
  const intake = await openIntake(kind, cameras, threads);
  try {
    await intake.begin();
    return { what: NAMES[kind], ...(await intake.cost()), figures: await intake.figures() };
  } finally {
    await intake.end();
  }
}

async function measureProgram(mode: 'off' | 'continuous', cameras: SimulatedCameras): Promise<Row> {
  const program = await startProgram({
    env: {
      TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8',
      TAMNHIN_LIVE_FRAGMENT_MS: String(FRAGMENT_MS),
      TAMNHIN_RECORDINGS_MODE: mode,
    },
  });
  try {
    const admin = await setUp(program.announced);
    const before = privateMb([program.pid]);
    const ids: string[] = [];
    for (const [at, mainUrl] of cameras.urls.entries()) {
      ids.push((await addCamera(admin, { name: `Camera ${at + 1}`, source: { kind: 'rtsp', mainUrl } })).id);
    }
    for (const id of ids) await untilStream(admin, id, 'live', LIVE_MS);
    await pause(WARM_MS);
    const what = mode === 'off' ? '(b) the whole program, live' : '(c) the whole program, recording';
    return { what, ...(await costOf([program.pid], before, cameras)), figures: null };
  } finally {
    await program.stop();
    await program.remove();
  }
}

async function costOf(
  pids: readonly number[],
  beforeMb: number,
  cameras: SimulatedCameras,
  seconds = SECONDS,
): Promise<Cost> {
  const count = cameras.urls.length;
  const [begun, sender, start] = [cpuMs(pids), cpuMs([cameras.pid]), performance.now()];
  const mains = (): number => pids.reduce((sum, pid) => sum + mainThreadMs(pid), 0);
  const mainBegun = mains();
  await pause(seconds * 1000);
  const cameraSeconds = ((performance.now() - start) / 1000) * count;
  return {
    cpu: (cpuMs(pids) - begun) / cameraSeconds,
    mainCpu: (mains() - mainBegun) / cameraSeconds,
    senderCpu: (cpuMs([cameras.pid]) - sender) / cameraSeconds,
    memory: (privateMb(pids) - beforeMb) / count,
  };
}

function report(count: number, rows: readonly Row[]): void {
  const cpuOf = (kind: IntakeKind): number | undefined => rows.find(({ what }) => what === NAMES[kind])?.cpu;
  const beside = (cpu: number, reference: number | undefined): number | string =>
    reference === undefined ? '' : round(cpu / reference, 2);
  say(`\n## ${count} cameras of 2 Mbit/s in, fragments of ${FRAGMENT_MS} ms, over ${SECONDS} s\n`);
  say(
    table(
      rows.map(({ what, cpu, senderCpu, memory, figures }) => ({
        what,
        'CPU ms per s': round(cpu, 2),
        '÷ (a)': beside(cpu, cpuOf('discard')),
        '÷ (d)': beside(cpu, cpuOf('ffmpeg')),
        '÷ FFmpeg recording': beside(cpu, cpuOf('ffmpeg recording')),
        'private MB': round(memory),
        'first ms p50': figures === null ? '' : Math.round(figures.firstP50),
        p95: figures === null ? '' : Math.round(figures.firstP95),
        'longest stall ms': figures === null || figures.longestStall === 0 ? '' : Math.round(figures.longestStall),
        lost: figures?.lost ?? '',
        'cameras’ own CPU': round(senderCpu, 2),
      })),
    ),
  );
}

async function said(child: ReturnType<typeof fork>, word: string): Promise<void> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the process that takes cameras in has ended');
  });
  const timer = AbortSignal.timeout(LIVE_MS);
  for (;;) {
    const [message] = (await Promise.race([once(child, 'message', { signal: timer }), ended])) as [unknown];
    if (message === word) return;
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
