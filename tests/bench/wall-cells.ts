import { WebSocket } from 'ws';
import { decodeFrame, WALL_SOCKET_PATH, type WallRequest } from '#contracts/wall-frame';
import { type ApiClient, addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { type Program, startProgram } from '../e2e/program.ts';
import { percentile, round, say, table } from './figures.ts';
import { cpuMs, privateMb } from './process-cost.ts';
import { startSimulatedCameras } from './simulated-cameras.ts';

const CELLS = 64;
const RATE = 15;
const CAMERA = ['--size', '640x360', '--fps', String(RATE), '--bitrate', '400k'];
const SECONDS = 60;
const WARM_MS = 15_000;
const LIVE_MS = 120_000;
const FRAGMENT_MS = 200;
const SAMPLES = 12;

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
 * is from its wall-clock to its arrival here, and its fragment holds three. `seconds`: how long; 60 where it is not
 * said.
 */
export async function benchWallCells([seconds = SECONDS]: readonly number[] = []): Promise<void> {
  const cameras = await startSimulatedCameras(CELLS, CAMERA);
  const program = await startProgram({
    env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8', TAMNHIN_LIVE_FRAGMENT_MS: String(FRAGMENT_MS) },
  });
  try {
    const admin = await setUp(program.announced);
    const ids: string[] = [];
    for (const [at, mainUrl] of cameras.urls.entries()) {
      ids.push((await addCamera(admin, { name: `Camera ${at + 1}`, source: { kind: 'rtsp', mainUrl } })).id);
    }
    for (const id of ids) await untilStream(admin, id, 'live', LIVE_MS);
    await pause(WARM_MS);
    const without = await costOf(program, Math.min(seconds, 20));
    const wall = await openWall(program, admin, ids);
    await pause(WARM_MS);
    wall.startOver();
    const withWall = await costOf(program, seconds);
    report(without, withWall, wall.cells);
    wall.close();
  } finally {
    await program.stop();
    await program.remove();
    await cameras.stop();
  }
}

interface Cost {
  /** How long it was looked at. */
  readonly seconds: number;
  /** ms for each second. */
  readonly cpu: number;
  /** MB, evenly spread over the time. */
  readonly memory: readonly number[];
}

async function costOf({ pid }: Program, seconds: number): Promise<Cost> {
  const memory: number[] = [];
  const [used, begun] = [cpuMs([pid]), performance.now()];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await pause((seconds * 1000) / SAMPLES);
    memory.push(privateMb([pid]));
  }
  const took = (performance.now() - begun) / 1000;
  return { seconds: took, cpu: (cpuMs([pid]) - used) / took, memory };
}

async function openWall(program: Program, { cookie }: ApiClient, ids: readonly string[]) {
  const ws = new WebSocket(`${program.url.replace('http', 'ws')}${WALL_SOCKET_PATH}`, {
    headers: { cookie, origin: program.url },
  });
  await new Promise((done, failed) => ws.once('open', done).once('error', failed));
  const fresh = (): Got => ({ pictures: 0, lastMs: performance.now(), longestGapMs: 0, agesMs: [] });
  const cells = ids.map(fresh);
  ws.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) return;
    const frame = decodeFrame(data);
    const cell = cells[frame.cell];
    if (cell === undefined || frame.kind !== 'fragment') return;
    const now = performance.now();
    cell.longestGapMs = Math.max(cell.longestGapMs, now - cell.lastMs);
    cell.lastMs = now;
    cell.agesMs.push(Date.now() - frame.wallClockMs);
    cell.pictures += picturesIn(frame.payload);
  });
  const ask = (request: WallRequest): void => ws.send(JSON.stringify(request));
  ask({ type: 'hello', cannotPlay: [] });
  for (const [cell, cameraId] of ids.entries()) {
    ask({ type: 'subscribe', cell, cameraId, quality: 'auto', priority: 5 });
  }
  return {
    cells,
    startOver() {
      cells.splice(0, cells.length, ...ids.map(fresh));
    },
    close: () => ws.terminate(),
  };
}

/** `sample_count` of the first `trun` (ISO/IEC 14496-12 §8.8.8), which is the picture's. */
function picturesIn(fragment: Uint8Array): number {
  const bytes = Buffer.from(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const at = bytes.indexOf('trun');
  return at < 0 ? 0 : bytes.readUInt32BE(at + 8);
}

function report(without: Cost, withWall: Cost, cells: readonly Got[]): void {
  const { seconds } = withWall;
  const rates = cells.map(({ pictures }) => pictures / seconds);
  const ages = cells.flatMap(({ agesMs }) => agesMs);
  const third = Math.floor(SAMPLES / 3);
  say(
    `\n## A wall of ${CELLS} cells of 640×360 at ${RATE} pictures a second, seen from the server, ${round(seconds, 0)} s\n`,
  );
  say(
    table([
      {
        'CPU ms per s, cameras alone': round(without.cpu),
        'and the wall': round(withWall.cpu),
        'a cell': round((withWall.cpu - without.cpu) / CELLS, 2),
        'pictures/s p50': round(percentile(rates, 0.5)),
        'slowest cell': round(Math.min(...rates)),
        'longest gap ms': round(Math.max(...cells.map(({ longestGapMs }) => longestGapMs)), 0),
        'age p50 ms': round(percentile(ages, 0.5), 0),
        'p95 ms': round(percentile(ages, 0.95), 0),
        'private MB, first third': round(percentile(withWall.memory.slice(0, third), 0.5), 0),
        'last third': round(percentile(withWall.memory.slice(-third), 0.5), 0),
      },
    ]),
  );
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
