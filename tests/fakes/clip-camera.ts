import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import type { Fragment, FragmentSink, StreamInfo } from '#contracts/media';
import { createSplitter } from '../../camera-adapters/ffmpeg/splitter.ts';

/** A moving test picture from FFmpeg, cut as a camera's stream is; every picture of it can be decoded. */
export interface Clip {
  readonly info: StreamInfo;
  /** Decode times from 0; wall-clock 0. */
  readonly fragments: readonly Fragment[];
}

/** Pixels. */
const MARK_PX = 64;
/** How a video file becomes pictures of a clip. */
const FROM_FILE = 'scale=640:360,fps=25';

export async function makeClip(options: {
  seconds: number;
  /** Seconds from key frame to key frame. */
  groupSeconds?: number;
  codec?: 'libx264' | 'libx265';
  /** A video file instead of the test picture; begun anew when it is shorter. */
  file?: string;
  /** What FFmpeg does to the picture. */
  filter?: string;
  /** The number of one picture that has a square of this colour in its upper left corner. */
  mark?: { readonly picture: number; readonly colour: string };
}): Promise<Clip> {
  const { seconds, groupSeconds = 1, codec = 'libx264', file, filter = 'null', mark } = options;
  const square = mark && `drawbox=0:0:${MARK_PX}:${MARK_PX}:${mark.colour}:fill:enable='eq(n,${mark.picture})'`;
  const input =
    file === undefined
      ? ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25', '-vf', filter]
      : ['-stream_loop', '-1', '-i', file, '-an', '-vf', [FROM_FILE, square, filter].filter(Boolean).join()];
  const child = spawn(
    'ffmpeg',
    [
      ['-v', 'error', ...input, '-t', String(seconds)],
      ['-c:v', codec, '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', String(groupSeconds * 25)],
      ['-pix_fmt', 'yuv420p', '-sc_threshold', '0', '-f', 'mp4', '-frag_duration', '200000'],
      ['-movflags', '+frag_keyframe+empty_moov+default_base_moof', 'pipe:1'],
    ].flat(),
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let info: StreamInfo | undefined;
  const fragments: Fragment[] = [];
  const splitter = createSplitter({
    init: ({ video, audio, timescale }, bytes) => {
      info = { generation: 1, video: { ...video, frameRate: 25 }, audio, timescale, init: bytes };
    },
    fragment: ({ decodeTime, duration, keyframe }, bytes) => {
      const sequence = fragments.length;
      fragments.push({ generation: 1, sequence, decodeTime, duration, keyframe, wallClockMs: 0, bytes });
    },
  });
  for await (const chunk of child.stdout) splitter.push(chunk);
  if (info === undefined) throw new Error('FFmpeg made no clip');
  return { info, fragments };
}

/** Brightness of 64×36 places of one picture of a video file, numbered as in a clip that was made of it. */
export async function stillOfFile(file: string, picture: number): Promise<Uint8Array> {
  const one = `${FROM_FILE},trim=start_frame=${picture}:end_frame=${picture + 1},scale=64:36:flags=area,format=gray`;
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    ['-v', 'error', '-stream_loop', '-1', '-i', file, '-vf', one, '-frames:v', '1', '-f', 'rawvideo', 'pipe:1'],
    { encoding: 'buffer' },
  );
  return stdout;
}

/** For another process, which need not make it again. */
export async function writeClip(clip: Clip, path: string): Promise<void> {
  await writeFile(path, serialize(clip));
}

export async function readClip(path: string): Promise<Clip> {
  return deserialize(await readFile(path)) as Clip;
}

/** Plays a clip into a stream: a part of it at once, the rest in real time until stopped or at its end. */
export function playClip(clip: Clip, sink: FragmentSink, options: { atOnceSeconds: number }): () => void {
  const { timescale } = clip.info;
  const startMs = Date.now() - options.atOnceSeconds * 1000;
  let next = 0;
  const play = (): void => {
    for (let fragment = clip.fragments[next]; fragment !== undefined; fragment = clip.fragments[next]) {
      const wallClockMs = startMs + (fragment.decodeTime * 1000) / timescale;
      if (wallClockMs + (fragment.duration * 1000) / timescale > Date.now()) return;
      sink.fragment({ ...fragment, wallClockMs });
      next += 1;
    }
  };
  sink.info(clip.info);
  play();
  const timer = setInterval(play, 20);
  return () => clearInterval(timer);
}
