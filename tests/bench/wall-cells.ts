import { type ApiClient, addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { type Program, startProgram } from '../e2e/program.ts';
import { percentile, round, say, table } from './figures.ts';
import { cpuMs, privateMb } from './process-cost.ts';
import { type SimulatedCameras, startSimulatedCameras } from './simulated-cameras.ts';
import { openWallReader } from './wall-reader.ts';

export const CELLS = 64;
export const RATE = 15;
const CAMERA = ['--size', '640x360', '--fps', String(RATE), '--bitrate', '400k'];
const SECONDS = 60;
/** All rings are full: 12 s and a group of pictures. */
const WARM_MS = 20_000;
const LIVE_MS = 120_000;
const FRAGMENT_MS = 200;
const LONGEST_LOOK_S = 60;

/** The program with 64 cameras of 640×360 at 15 pictures a second, all live and their rings full. */
export interface ManyCameras {
  readonly program: Program;
  readonly admin: ApiClient;
  readonly ids: readonly string[];
  stop(): Promise<void>;
}

export async function startManyCameras(): Promise<ManyCameras> {
  const cameras: SimulatedCameras = await startSimulatedCameras(CELLS, CAMERA);
  const program = await startProgram({
    env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8', TAMNHIN_LIVE_FRAGMENT_MS: String(FRAGMENT_MS) },
  });
  const stop = async (): Promise<void> => {
    await program.stop();
    await program.remove();
    await cameras.stop();
  };
  try {
    const admin = await setUp(program.announced);
    const ids: string[] = [];
    for (const [at, mainUrl] of cameras.urls.entries()) {
      ids.push((await addCamera(admin, { name: `Camera ${at + 1}`, source: { kind: 'rtsp', mainUrl } })).id);
    }
    for (const id of ids) await untilStream(admin, id, 'live', LIVE_MS);
    await pause(WARM_MS);
    return { program, admin, ids, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What one cell has got. */
interface Got {
  pictures: number;
  lastMs: number;
  longestGapMs: number;
  readonly agesMs: number[];
}

/**
 * A wall of 64 cells, one camera each, 640×360 at 15 pictures a second, from the server's side: one WebSocket that
 * reads all and decodes nothing. Cost is the program's CPU with the wall open less that without. The age of a picture
 * is from its wall-clock to its arrival here, and its fragment holds three. Memory is told for each minute, in MB: of
 * the program alone, of the decoders below it that look at key frames, and what the program says of itself. `seconds`:
 * how long; 60 where it is not said.
 */
export async function benchWallCells([seconds = SECONDS]: readonly number[] = []): Promise<void> {
  const { program, admin, ids, stop } = await startManyCameras();
  try {
    const without = await costOf(program, Math.min(seconds, 20));
    const wall = await openWall(program, admin, ids);
    await pause(5000);
    wall.startOver();
    say(`\n## A wall of ${CELLS} cells of 640×360 at ${RATE} pictures a second, seen from the server\n`);
    let [tookS, cpu] = [0, 0];
    for (let leftS = seconds; leftS > 0; leftS -= LONGEST_LOOK_S) {
      const look = await costOf(program, Math.min(leftS, LONGEST_LOOK_S));
      tookS += look.seconds;
      cpu += look.cpu * look.seconds;
      say(`${round(tookS, 0)} s: CPU ${round(look.cpu)} ms per s; ${await memoryLine(program, admin)}`);
    }
    report(without.cpu, cpu / tookS, tookS, wall.cells);
    wall.close();
  } finally {
    await stop();
  }
}

/** `cpu`: ms for each second of the program and all below it. */
async function costOf({ pid }: Program, seconds: number): Promise<{ seconds: number; cpu: number }> {
  const [used, begun] = [cpuMs([pid]), performance.now()];
  await pause(seconds * 1000);
  const took = (performance.now() - begun) / 1000;
  return { seconds: took, cpu: (cpuMs([pid]) - used) / took };
}

/** What the program's memory is made of now. */
export async function memoryLine({ pid, url }: Program, { cookie }: ApiClient): Promise<string> {
  const text = await (await fetch(`${url}/metrics`, { headers: { cookie } })).text();
  const mb = (name: string): number =>
    round(Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN) / 2 ** 20);
  const [own, all] = [privateMb([pid], 'alone'), privateMb([pid])];
  return [
    `program ${round(own)}`,
    `decoders ${round(all - own)}`,
    `rings ${mb('tamnhin_hub_bytes')}`,
    `outside of the heap ${mb('nodejs_external_memory_bytes')}`,
    `heap ${mb('nodejs_heap_size_used_bytes')} of ${mb('nodejs_heap_size_total_bytes')}`,
    `waiting for the wall ${mb('tamnhin_wall_queued_bytes')}`,
  ].join(', ');
}

async function openWall(program: Program, admin: ApiClient, ids: readonly string[]) {
  const fresh = (): Got => ({ pictures: 0, lastMs: performance.now(), longestGapMs: 0, agesMs: [] });
  const cells = ids.map(fresh);
  const reader = await openWallReader(program, admin, ({ cell: number, kind, wallClockMs, payload }) => {
    const cell = cells[number];
    if (cell === undefined || kind !== 'fragment') return;
    const now = performance.now();
    cell.longestGapMs = Math.max(cell.longestGapMs, now - cell.lastMs);
    cell.lastMs = now;
    cell.agesMs.push(Date.now() - wallClockMs);
    cell.pictures += picturesIn(payload);
  });
  for (const [cell, cameraId] of ids.entries()) {
    reader.ask({ type: 'subscribe', cell, cameraId, quality: 'auto', priority: 5 });
  }
  return {
    cells,
    startOver() {
      cells.splice(0, cells.length, ...ids.map(fresh));
    },
    close: reader.close,
  };
}

/** `sample_count` of the first `trun` (ISO/IEC 14496-12 §8.8.8), which is the picture's. */
function picturesIn(fragment: Uint8Array): number {
  const bytes = Buffer.from(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const at = bytes.indexOf('trun');
  return at < 0 ? 0 : bytes.readUInt32BE(at + 8);
}

function report(cpuWithout: number, cpuWith: number, seconds: number, cells: readonly Got[]): void {
  const rates = cells.map(({ pictures }) => pictures / seconds);
  const ages = cells.flatMap(({ agesMs }) => agesMs);
  say(
    `\n${table([
      {
        'CPU ms per s, cameras alone': round(cpuWithout),
        'and the wall': round(cpuWith),
        'a cell': round((cpuWith - cpuWithout) / CELLS, 2),
        'pictures/s p50': round(percentile(rates, 0.5)),
        'slowest cell': round(Math.min(...rates)),
        'longest gap ms': round(Math.max(...cells.map(({ longestGapMs }) => longestGapMs)), 0),
        'age p50 ms': round(percentile(ages, 0.5), 0),
        'p95 ms': round(percentile(ages, 0.95), 0),
      },
    ])}`,
  );
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
