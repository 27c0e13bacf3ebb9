import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { startPublisher } from '../../camera-adapters/simulator/publisher.ts';
import { createRtspSimulator } from '../../camera-adapters/simulator/rtsp-server/server.ts';
import { prepareScenes } from '../../camera-adapters/simulator/scenes.ts';

/** A camera whose pictures carry the time at which they were drawn, see `simulator/clock-strip`. */
export interface GlassCamera {
  /** rtsp:// */
  readonly url: string;
  stop(): Promise<void>;
}

const PATH = '/glass';
const READY_MS = 20_000;

/** Drawn and encoded by FFmpeg (640×360, 15 pictures a second, a key frame every two seconds), relayed by this process. */
export async function startGlassCamera(): Promise<GlassCamera> {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-glass-'));
  const scenes = await prepareScenes(folder);
  const server = createRtspSimulator({ host: '127.0.0.1', port: 0, publishSecret: 'glass' });
  await server.start();
  const size = { width: 640, height: 360, fps: 15, codec: 'h264' } as const;
  const publisher = startPublisher({
    ...{ ffmpegPath: 'ffmpeg', scenes, scene: 'market', clock: systemClock, log: silentLogger() },
    targets: [{ ...size, url: server.publishUrl(PATH) }],
  });
  const stop = async (): Promise<void> => {
    await publisher.stop();
    await server.stop();
    await rm(folder, { recursive: true });
  };
  for (const begun = performance.now(); !server.has(PATH); await new Promise((done) => setTimeout(done, 100))) {
    if (performance.now() - begun < READY_MS) continue;
    await stop();
    throw new Error('the drawn camera is not there in time');
  }
  return { url: server.playUrl(PATH), stop };
}
