import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { startProgram } from '../e2e/program.ts';
import { type CameraBank, startCameras } from './cameras.ts';
import { round, say, table } from './figures.ts';
import { cpuMs, privateMb } from './process-cost.ts';

const CAMERAS = 10;
const SECONDS = 20;

/**
 * What a camera costs. The same ten RTSP cameras (GStreamer's server, H.264, 2 Mbit/s, 25 pictures a second) are taken
 * in by Tamnhin (fragments in memory, nobody watching) and by one plain `ffmpeg -c copy` to HLS files for each, one
 * after the other in this run. CPU is user and system time of the whole process trees as the kernel counts it, over
 * the same number of seconds after every camera is live; memory is what belongs to these processes alone.
 */
export async function benchIngest(): Promise<void> {
  const source = await startCameras(CAMERAS);
  try {
    const ours = await measureOurs(source);
    const plain = await measurePlain(source);
    say(`\n## One camera of 2 Mbit/s in, ${CAMERAS} at a time, over ${SECONDS} s\n`);
    say(
      table(
        [
          { what: 'Tamnhin (main process and one FFmpeg each)', ...ours, ratio: '' },
          { what: 'ffmpeg -c copy to HLS files', ...plain, ratio: '' },
          {
            what: 'Tamnhin ÷ ffmpeg',
            'CPU ms per s': round(ours['CPU ms per s'] / plain['CPU ms per s'], 2),
            'private MB': round(ours['private MB'] / plain['private MB'], 2),
            ratio: '',
          },
        ].map(({ ratio: _, ...row }) => row),
      ),
    );
  } finally {
    await source.stop();
  }
}

interface Cost {
  readonly 'CPU ms per s': number;
  readonly 'private MB': number;
}

async function measureOurs(source: CameraBank): Promise<Cost> {
  const program = await startProgram({ env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8' } });
  try {
    const admin = await setUp(program.announced);
    for (const [at, url] of source.urls.entries()) {
      const camera = await addCamera(admin, { name: `Camera ${at + 1}`, source: { kind: 'rtsp', mainUrl: url } });
      await untilStream(admin, camera.id, 'live', 30_000);
    }
    return await costOf([program.pid]);
  } finally {
    await program.stop();
    await program.remove();
  }
}

async function measurePlain(source: CameraBank): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  const children: ChildProcess[] = source.urls.map((url, at) =>
    spawn(
      'ffmpeg',
      [
        '-nostdin',
        '-loglevel',
        'error',
        '-rtsp_transport',
        'tcp',
        '-i',
        url,
        '-c',
        'copy',
        '-f',
        'hls',
        '-hls_time',
        '2',
        '-hls_list_size',
        '6',
        '-hls_flags',
        'delete_segments',
        join(folder, `${at}.m3u8`),
      ],
      { stdio: 'ignore' },
    ),
  );
  try {
    await new Promise((done) => setTimeout(done, 8000));
    return await costOf(children.flatMap((child) => child.pid ?? []));
  } finally {
    for (const child of children) {
      if (child.exitCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true });
  }
}

async function costOf(pids: readonly number[]): Promise<Cost> {
  await new Promise((done) => setTimeout(done, 3000));
  const [before, start] = [cpuMs(pids), performance.now()];
  await new Promise((done) => setTimeout(done, SECONDS * 1000));
  const seconds = (performance.now() - start) / 1000;
  return {
    'CPU ms per s': round((cpuMs(pids) - before) / seconds / CAMERAS, 2),
    'private MB': round(privateMb(pids) / CAMERAS),
  };
}
