import { Agent, get } from 'node:http';
import { type ApiClient, addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { type Program, startProgram } from '../e2e/program.ts';
import { percentile, round, say, table } from './figures.ts';
import { cpuMs } from './process-cost.ts';
import { startSimulatedCameras } from './simulated-cameras.ts';

const COUNTS = [50];
/** Of our client; 0 for the main thread. */
const THREADS = [0, 1, 2];
const SECONDS = 15;
const WARM_MS = 15_000;
const LIVE_MS = 180_000;
/** Not a divisor of the fragments' 200 ms, so that every moment between them is met. */
const ASK_EVERY_MS = 23;
const FRAGMENT_MS = 200;

/**
 * How fast the console is answered while cameras come in. The program takes in `tamnhin simulate` (2 Mbit/s, fragments
 * of 200 ms), and another process asks on a kept connection, 43 times a second, for one's own session (small, from
 * memory) and each second for all cameras. The row without cameras is the same program before the first one: what the
 * machine and everything else on it add. `counts`: how many cameras; 50 where none is given.
 */
export async function benchAnswers(counts: readonly number[] = COUNTS): Promise<void> {
  for (const count of counts.length === 0 ? COUNTS : counts) {
    const rows: Row[] = [];
    const cameras = await startSimulatedCameras(count);
    try {
      for (const [mode, threads] of WAYS) {
        const program = await startProgram({
          env: {
            TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8',
            TAMNHIN_LIVE_FRAGMENT_MS: String(FRAGMENT_MS),
            TAMNHIN_RECORDINGS_MODE: mode,
            TAMNHIN_CAMERAS_INTAKE_THREADS: String(threads),
          },
        });
        try {
          const admin = await setUp(program.announced);
          if (mode === 'off' && threads === 0) rows.push(await ask('no camera', program, admin));
          const ids: string[] = [];
          for (const [at, mainUrl] of cameras.urls.entries()) {
            ids.push((await addCamera(admin, { name: `Camera ${at + 1}`, source: { kind: 'rtsp', mainUrl } })).id);
          }
          for (const id of ids) await untilStream(admin, id, 'live', LIVE_MS);
          await pause(WARM_MS);
          const what = `${count} cameras, ${mode === 'off' ? 'live' : 'recorded'}, ${threads} threads`;
          rows.push(await ask(what, program, admin));
        } finally {
          await program.stop();
          await program.remove();
        }
      }
    } finally {
      await cameras.stop();
    }
    say(`\n## Answers while ${count} cameras of 2 Mbit/s come in, ms, over ${SECONDS} s\n`);
    say(table(rows));
  }
}

const WAYS = (['off', 'continuous'] as const).flatMap((mode) => THREADS.map((threads) => [mode, threads] as const));

type Row = Readonly<Record<string, string | number>>;

async function ask(what: string, program: Program, { cookie }: ApiClient): Promise<Row> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const small: number[] = [];
  const all: number[] = [];
  const time = async (path: string, into: number[]): Promise<void> => {
    const asked = performance.now();
    await answered(`${program.url}${path}`, cookie, agent);
    into.push(performance.now() - asked);
  };
  // The first of each compiles.
  await time('/api/cameras', []);
  const [used, begun] = [cpuMs([program.pid]), performance.now()];
  const waiting: Promise<void>[] = [];
  for (let asked = 0; performance.now() - begun < SECONDS * 1000; asked += 1) {
    waiting.push(time('/api/session', small));
    if (asked % 43 === 20) waiting.push(time('/api/cameras', all));
    await pause(ASK_EVERY_MS);
  }
  await Promise.all(waiting);
  const cores = (cpuMs([program.pid]) - used) / (performance.now() - begun);
  agent.destroy();
  return {
    what,
    'session p50': round(percentile(small, 0.5)),
    p95: round(percentile(small, 0.95)),
    p99: round(percentile(small, 0.99)),
    most: round(Math.max(...small)),
    'all cameras p50': round(percentile(all, 0.5)),
    'p95 ': round(percentile(all, 0.95)),
    'cores in use': round(cores, 2),
  };
}

function answered(url: string, cookie: string, agent: Agent): Promise<void> {
  return new Promise((done, failed) => {
    get(url, { agent, headers: { cookie } }, (answer) => {
      if (answer.statusCode !== 200) failed(new Error(`${url}: ${answer.statusCode}`));
      answer.on('end', done).on('error', failed).resume();
    }).on('error', failed);
  });
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
