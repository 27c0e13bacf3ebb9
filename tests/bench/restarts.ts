import type { CameraView } from '#contracts/camera';
import { type ApiClient, addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { startProgram } from '../e2e/program.ts';
import { startCameras } from './cameras.ts';
import { round, say, table } from './figures.ts';
import { openFiles, privateMb, residentMb, tree } from './process-cost.ts';

const CAMERAS = 4;
const ROUNDS = 50;
/** Longer than the program keeps fragments in memory and connections open. */
const SETTLE_S = 20;
const LIVE_AGAIN_MS = 30_000;

/**
 * What restarts leave behind: nothing may grow. Four RTSP cameras (GStreamer's server, H.264, 2 Mbit/s) are told by
 * the API to restart, all at once, again as soon as each has shown a new picture, until 200 restarts are done.
 * Processes, open files and sockets are those of the program and everything below it, ended children that nobody
 * waited for included; memory is the same tree's. Each row is read 20 s after its last restart; the row before the
 * first one and the one at half way tell what is start-up and what would be growth.
 */
export async function benchRestarts(): Promise<void> {
  const source = await startCameras(CAMERAS);
  const program = await startProgram({ env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8' } });
  try {
    const admin = await setUp(program.announced);
    for (const [at, mainUrl] of source.urls.entries()) {
      const { id } = await addCamera(admin, { name: `Camera ${at + 1}`, source: { kind: 'rtsp', mainUrl } });
      await untilStream(admin, id, 'live', LIVE_AGAIN_MS);
    }
    const rows = [await settled(program.pid, 0)];
    for (let done = 1; done <= ROUNDS; done += 1) {
      await restartAll(admin);
      if (done === ROUNDS / 2 || done === ROUNDS) rows.push(await settled(program.pid, done * CAMERAS));
    }
    say(`\n## After forced restarts of ${CAMERAS} cameras, ${SETTLE_S} s after the last one\n`);
    say(table(rows));
  } finally {
    await program.stop();
    await program.remove();
    await source.stop();
  }
}

/** Resolves when each camera was dialled anew and its picture has come. */
async function restartAll(admin: ApiClient): Promise<void> {
  const cameras = (): Promise<readonly CameraView[]> => admin.request('GET', '/api/cameras');
  const startsOf = ({ streams }: CameraView): number => streams.reduce((sum, { starts }) => sum + starts, 0);
  const before = new Map((await cameras()).map((camera) => [camera.id, startsOf(camera)]));
  await Promise.all([...before.keys()].map((id) => admin.request('POST', `/api/cameras/${id}/restart`)));
  const deadline = performance.now() + LIVE_AGAIN_MS;
  for (;;) {
    const now = await cameras();
    const back = now.filter(
      (camera) =>
        startsOf(camera) > (before.get(camera.id) ?? 0) && camera.streams.some(({ state }) => state === 'live'),
    );
    if (back.length === before.size) return;
    if (performance.now() > deadline) throw new Error(`${back.length} of ${before.size} cameras came back`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function settled(pid: number, restarts: number): Promise<Record<string, number>> {
  await new Promise((done) => setTimeout(done, SETTLE_S * 1000));
  const files = openFiles([pid]);
  return {
    restarts,
    'child processes': tree(pid).length - 1,
    'open files': files.length,
    'of these sockets': files.filter((file) => file.startsWith('socket:')).length,
    'resident MB': round(residentMb([pid])),
    'private MB': round(privateMb([pid])),
  };
}
