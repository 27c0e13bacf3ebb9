import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { SCENES } from '#contracts/camera';
import { createIngest } from '../ffmpeg/ingest.ts';
import { ageMs, readClockStrip } from './clock-strip.ts';
import { startPublisher } from './publisher.ts';
import { createRtspSimulator, type RtspSimulator } from './rtsp-server/server.ts';
import { prepareScenes, type Scenes } from './scenes.ts';

const run = promisify(execFile);
const log = silentLogger();
let folder: string;
let scenes: Scenes;
let server: RtspSimulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-scenes-'));
  scenes = await prepareScenes(folder);
  server = createRtspSimulator({ host: '127.0.0.1', port: 0, publishSecret: 'sec' });
  await server.start();
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

describe('scenes', () => {
  it.each(SCENES)('%s is drawn by FFmpeg, in motion and with the clock on it', async (scene) => {
    const size = { width: 320, height: 180, fps: 15 };
    const { inputs, filter } = scenes.arguments(scene, size);
    const words = ['-loglevel', 'error', ...inputs, '-filter_complex', filter, '-frames:v', '4', '-f', 'rawvideo'];
    const before = Date.now();
    const { stdout, stderr } = await run('ffmpeg', [...words, '-pix_fmt', 'rgba', '-'], {
      encoding: 'buffer',
      maxBuffer: 2 ** 24,
    });
    expect(stderr.toString()).toBe('');
    const bytes = size.width * size.height * 4;
    expect(stdout.length).toBe(4 * bytes);
    const units = readClockStrip(new Uint8ClampedArray(stdout.subarray(0, bytes)), size.width, size.height);
    expect(ageMs(units ?? Number.NaN, Date.now())).toBeGreaterThanOrEqual(0);
    expect(ageMs(units ?? Number.NaN, before)).toBeLessThanOrEqual(10);
    const middle = (at: number) => stdout.subarray(at * bytes + bytes / 3, at * bytes + bytes * 0.9);
    expect(middle(0).equals(middle(3))).toBe(false);
  });

  it('fit into the memory that a virtual camera may have', async () => {
    const ingest = createIngest({
      ffmpegPath: 'ffmpeg',
      fragmentMs: 200,
      readTimeoutMs: 5000,
      clock: systemClock,
      log,
    });
    const size = { width: 1280, height: 720, fps: 15 };
    const until = new AbortController();
    let fragments = 0;
    await ingest.run({
      name: 'market',
      input: { kind: 'drawn', ...scenes.arguments('market', size), fps: size.fps },
      signal: until.signal,
      sink: {
        info: ({ video }) => expect(video).toMatchObject({ width: 1280, height: 720, frameRate: 15 }),
        fragment() {
          fragments += 1;
          if (fragments === 2) until.abort();
        },
      },
    });
    expect(fragments).toBeGreaterThanOrEqual(2);
  });

  it('are drawn once and found again', async () => {
    const before = await readdir(folder);
    await prepareScenes(folder);
    expect(await readdir(folder)).toEqual(before);
    expect(before.some((name) => name.endsWith('.part'))).toBe(false);
  });
});

describe('a publisher', () => {
  it('sends two sizes by one FFmpeg, and starts again when it is killed', async () => {
    const target = { fps: 15, codec: 'h264' } as const;
    const publisher = startPublisher({
      ffmpegPath: 'ffmpeg',
      scenes,
      scene: 'bridge',
      targets: [
        { ...target, url: server.publishUrl('/cam/main'), width: 640, height: 360 },
        { ...target, url: server.publishUrl('/cam/sub'), width: 320, height: 180 },
      ],
      clock: systemClock,
      log,
    });
    try {
      const here = () => server.has('/cam/main') && server.has('/cam/sub');
      await expect.poll(here, { timeout: 10_000, interval: 20 }).toBe(true);
      const show =
        '-v error -fpsprobesize 0 -analyzeduration 500000 -rtsp_transport tcp -show_entries stream=width,codec_name -of csv=p=0';
      const seen = await run('ffprobe', [...show.split(' '), server.playUrl('/cam/sub')], { timeout: 10_000 });
      expect(seen.stdout.trim()).toBe('h264,320');
      process.kill(publisher.pid ?? 0, 'SIGKILL');
      await expect.poll(here, { timeout: 10_000, interval: 5 }).toBe(false);
      await expect.poll(here, { timeout: 10_000, interval: 20 }).toBe(true);
      expect(publisher.starts).toBe(2);
    } finally {
      await publisher.stop();
    }
    await expect.poll(() => server.has('/cam/main'), { timeout: 5000, interval: 5 }).toBe(false);
  });

  it('goes on trying where nobody listens, and leaves nothing when it is stopped', async () => {
    const publisher = startPublisher({
      ffmpegPath: 'ffmpeg',
      scenes,
      scene: 'lobby',
      targets: [{ url: 'rtmp://127.0.0.1:9/live/key', codec: 'h264', width: 320, height: 180, fps: 15 }],
      clock: systemClock,
      log,
    });
    await expect.poll(() => publisher.starts, { timeout: 10_000, interval: 20 }).toBeGreaterThan(1);
    await publisher.stop();
    const starts = publisher.starts;
    expect(() => process.kill(publisher.pid ?? 0, 0)).toThrow();
    expect(publisher.starts).toBe(starts);
  });

  it('says when FFmpeg is missing, and can be stopped all the same', async () => {
    const publisher = startPublisher({
      ffmpegPath: '/nowhere/ffmpeg',
      scenes,
      scene: 'lobby',
      targets: [{ url: 'rtmp://127.0.0.1:9/live/key', codec: 'h264', width: 320, height: 180, fps: 15 }],
      clock: systemClock,
      log,
    });
    await publisher.stop();
    expect(publisher.starts).toBe(1);
  });
});
