import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '#base/errors';
import { SCENES } from '#contracts/camera';
import type { Loop } from '../camera-adapters/simulator/loop-server/loop.ts';
import { loopOfClip, loopOfScene } from '../camera-adapters/simulator/loop-server/loop-source.ts';
import { type LoopServer, startLoopServer } from '../camera-adapters/simulator/loop-server/server.ts';
import { prepareScenes } from '../camera-adapters/simulator/scenes.ts';

/** `tamnhin simulate …`: RTSP cameras for tests, demonstrations and other people's benchmarks. */

export const SIMULATE_OPTIONS = {
  cameras: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  clip: { type: 'string', multiple: true },
  scene: { type: 'string', multiple: true },
  codec: { type: 'string' },
  bitrate: { type: 'string' },
  fps: { type: 'string' },
  size: { type: 'string' },
  key: { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
} as const;

export const SIMULATE_USAGE = `usage: tamnhin simulate [--cameras N] [--host ADDRESS] [--port PORT] [--clip FILE]… [--scene NAME]…
                        [--codec h264|h265] [--bitrate BITS] [--fps N] [--size WxH] [--key SECONDS]
                        [--user NAME --password TEXT]

  RTSP cameras at rtsp://ADDRESS:PORT/camera/1 and so on, over TCP and UDP, until Ctrl+C.

  --cameras    how many, 1 to 10000; 10 when left out
  --host       address to listen on; 127.0.0.1 when left out
  --port       8554 when left out; 0 takes a free one
  --clip       a file with H.264 or H.265, shown again and again as it is; of several, the cameras show one each in turn
  --scene      a drawn scene, where there is no clip: ${SCENES.slice(0, 5).join(', ')},
               ${SCENES.slice(5).join(', ')}; «${SCENES[0]}» when left out
  --codec, --bitrate, --fps, --size, --key
               of drawn scenes: h264, 2M, 25, 1280x720, and 2 seconds between key frames when left out
  --user, --password
               what players must know (Digest); nothing when left out
`;

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
const SIDE = { least: 240, most: 7680 } as const;

const rateSchema = z
  .string()
  .regex(/^\d+(\.\d+)?[kKmM]?$/, 'bits per second, for example 2M or 800k')
  .transform((text) => Number.parseFloat(text) * (/k$/i.test(text) ? 1e3 : /m$/i.test(text) ? 1e6 : 1))
  .pipe(z.number().min(50_000).max(200_000_000));

const sizeSchema = z
  .string()
  .regex(/^\d+x\d+$/, 'width and height, for example 1280x720')
  .transform((text) => text.split('x').map(Number))
  .pipe(z.tuple([even(SIDE.least), even(136)]))
  .transform(([width, height]) => ({ width, height }));

const optionsSchema = z
  .object({
    cameras: z.coerce.number().int().min(1).max(10_000).default(10),
    host: z.string().default('127.0.0.1'),
    port: z.coerce.number().int().min(0).max(65_535).default(8554),
    clip: z.array(z.string()).default([]),
    scene: z.array(z.enum(SCENES)).default([]),
    codec: z.enum(['h264', 'h265']).default('h264'),
    bitrate: rateSchema.default(2_000_000),
    fps: z.coerce.number().int().min(1).max(60).default(25),
    size: sizeSchema.default({ width: 1280, height: 720 }),
    key: z.coerce.number().min(0.2).max(60).default(2),
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    message: 'user and password come together',
    path: ['user'],
  })
  .refine(({ clip, scene }) => clip.length === 0 || scene.length === 0, {
    message: 'clips or scenes, not both',
    path: ['scene'],
  });

type Options = z.output<typeof optionsSchema>;

function even(least: number) {
  return z.number().int().min(least).max(SIDE.most).multipleOf(2);
}

/** Exit code 0 after `stopAsked`, 1 when it could not begin, 2 for options that are none. */
export async function simulateCommand(
  ffmpegPath: string,
  given: Readonly<Record<string, unknown>>,
  stopAsked: Promise<void>,
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<number> {
  const parsed = optionsSchema.safeParse(given);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) write(`--${path.join('.')}: ${message}\n`);
    write(`\n${SIMULATE_USAGE}`);
    return EXIT.usage;
  }
  const { cameras, host, port, user, password } = parsed.data;
  let server: LoopServer;
  const ending = new AbortController();
  void stopAsked.then(() => ending.abort());
  try {
    const loops = await prepareLoops(ffmpegPath, parsed.data, ending.signal);
    const auth = user === undefined || password === undefined ? {} : { auth: { username: user, password } };
    server = await startLoopServer({ host, port, cameras, loops, ...auth });
    write(announcement(server, loops, parsed.data));
  } catch (error) {
    if (ending.signal.aborted) return EXIT.ok;
    write(`The cameras could not be started: ${messageOf(error)}\n`);
    return EXIT.failed;
  }
  await stopAsked;
  const { units, skipped, dropped } = server.figures;
  await server.stop();
  write(`${units} pictures were sent, ${skipped} skipped, ${dropped} players dropped because they did not read.\n`);
  return EXIT.ok;
}

async function prepareLoops(ffmpegPath: string, options: Options, signal: AbortSignal): Promise<readonly Loop[]> {
  const { clip, scene, size, key, ...rest } = options;
  if (clip.length > 0) return Promise.all(clip.map((file) => loopOfClip(ffmpegPath, file, signal)));
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-simulate-'));
  try {
    const scenes = await prepareScenes(folder, { ffmpegPath });
    const loops: Loop[] = [];
    for (const name of scene.length === 0 ? [SCENES[0]] : scene) {
      loops.push(await loopOfScene({ ffmpegPath, scenes }, name, { ...rest, ...size, keyEvery: key }, signal));
    }
    return loops;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const CODEC_NAMES = { h264: 'H.264', h265: 'H.265', aac: 'AAC', pcma: 'G.711', pcmu: 'G.711' } as const;

function announcement(server: LoopServer, loops: readonly Loop[], options: Options): string {
  const shown = loops.map((loop, index) => {
    const seconds = loop.durationMs / 1000;
    const what = options.clip[index] ?? `«${options.scene[index] ?? SCENES[0]}»`;
    const codecs = loop.tracks.map(({ codec }) => CODEC_NAMES[codec]).join(' and ');
    const rate = (loop.pictureBytes * 8) / seconds / 1e6;
    return `  ${what}: ${codecs}, ${rate.toFixed(2)} Mbit/s, ${(loop.pictures / seconds).toFixed(1)} pictures a second, ${seconds.toFixed(1)} s in a loop\n`;
  });
  const last = options.cameras === 1 ? '' : ` … ${server.url(options.cameras)}`;
  const who = options.user === undefined ? 'whoever asks' : `user «${options.user}»`;
  return [
    `\n${options.cameras} simulated cameras for ${who}: ${server.url(1)}${last}\n`,
    ...shown,
    'These are no real cameras. Stop with Ctrl+C.\n\n',
  ].join('');
}
