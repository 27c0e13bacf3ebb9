import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { made } from './taken-streams.ts';

/** Difficult streams of a real clip, as cameras send them and as GStreamer's server plays them. */
export interface DifficultStream {
  readonly codec: 'h264' | 'h265';
  readonly encoder: readonly string[];
  /** Of whose file this is another one; `encoder` is not used then. */
  readonly of?: string;
  readonly format?: 'mkv' | 'ts' | 'h264';
  readonly sound?: keyof typeof SOUNDS;
  /** Between parser and payloader. */
  readonly through?: string;
  readonly payload?: string;
}

/** Twelve seconds of fifteen pictures each, which are sent at more than three times their rate. */
export const PICTURES = 180;
export const SENT_RATE = 50;
const PIECES = 6;
const FOLDER = join(tmpdir(), 'tamnhin-clips');
export const SENT_SECONDS = PICTURES / SENT_RATE;

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast'];
const LIVE = [...X264, '-tune', 'zerolatency', '-bf', '0', '-g', '30'];
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'];
const FORCED = [0, 7, 8, 150].map((picture) => `eq(n,${picture})`).join('+');
const PACED = 'identity sync=true';
/** What FFmpeg makes of what, and how GStreamer sends it. */
const SOUNDS = {
  aac: {
    source: 'sine=frequency=440:sample_rate=48000',
    encoder: ['-c:a', 'aac', '-b:a', '64k'],
    send: `aacparse ! ${PACED} ! rtpmp4gpay`,
  },
  alaw: {
    source: 'anoisesrc=sample_rate=8000:amplitude=0.4:seed=7',
    encoder: ['-c:a', 'pcm_alaw'],
    send: `${PACED} ! rtppcmapay`,
  },
} as const;
const plain = { codec: 'h264', encoder: LIVE, of: 'h264' } as const;
const SMALL = 'config-interval=1 mtu=1000';

export const STREAMS = {
  h264: { codec: 'h264', encoder: LIVE },
  h265: { codec: 'h265', encoder: [...X265, 'log-level=none:keyint=60:bframes=0'] },
  h265b: { codec: 'h265', encoder: [...X265, 'log-level=none:keyint=90:bframes=3:open-gop=1'] },
  bframes: { codec: 'h264', encoder: [...X264, '-profile:v', 'high', '-bf', '3', '-refs', '4', '-g', '250'] },
  vargop: { codec: 'h264', encoder: [...LIVE, '-g', '300', '-force_key_frames', `expr:${FORCED}`] },
  intrarefresh: { codec: 'h264', encoder: [...LIVE, '-x264-params', 'intra-refresh=1:keyint=60'] },
  reschange: { codec: 'h264', encoder: LIVE, format: 'ts' },
  nosps: { ...plain, payload: 'config-interval=0' },
  tswrap: { ...plain, payload: 'config-interval=1 timestamp-offset=4294800000' },
  // Without times the server repeats the parameter sets before each slice, too.
  frozents: { ...plain, format: 'h264', through: 'identity sleep-time=20000' },
  short: { ...plain, through: `${PACED} eos-after=90` },
  aac: { ...plain, sound: 'aac' },
  alaw: { ...plain, sound: 'alaw' },
  'loss of h264': { ...plain, payload: SMALL },
  'loss of bframes': { ...plain, of: 'bframes', payload: SMALL },
  'loss of h265b': { ...plain, codec: 'h265', of: 'h265b', payload: SMALL },
} as const satisfies Readonly<Record<string, DifficultStream>>;
export type StreamName = keyof typeof STREAMS;

/** All that a stream may be told with. */
export const streamOf = (name: StreamName): DifficultStream => STREAMS[name];
export const STREAM_NAMES = Object.keys(STREAMS) as StreamName[];

/** How a file's pictures come to their encoder: `from` up to `until`, counted anew. */
const filtered = (from: number, until: number, more = ''): string[] => [
  '-map',
  '0:v',
  '-vf',
  `fps=15,trim=start_frame=${from}:end_frame=${until},settb=1/${SENT_RATE},setpts=N${more}`,
  '-r',
  String(SENT_RATE),
];

/** Makes all files from `clip`, once for all runs, and tells where each stream's lies. */
export async function makeStreams(clip: string): Promise<(name: StreamName) => string> {
  const key = createHash('sha256')
    .update(JSON.stringify([clip, STREAMS, SOUNDS, filtered(0, PICTURES)]))
    .digest('hex');
  const folder = join(FOLDER, `difficult-${key.slice(0, 16)}`);
  if (!existsSync(folder)) {
    const own = `${folder}.${process.pid}`;
    mkdirSync(own, { recursive: true });
    await encode(clip, own);
    renameSync(own, folder);
  }
  return (name) => join(folder, fileName(name));
}

function fileName(name: StreamName): string {
  const { of, format = 'mkv', sound } = streamOf(name);
  return `${of ?? name}${sound === undefined ? '' : ` with ${sound}`}.${format}`;
}

async function encode(clip: string, folder: string): Promise<void> {
  const pieces = Array.from({ length: PIECES }, (_, at) => join(folder, `piece ${at}.ts`));
  const outputs = STREAM_NAMES.flatMap((name) => {
    const { encoder, of, format } = streamOf(name);
    if (of !== undefined) return [];
    if (format !== 'ts') return [...filtered(0, PICTURES), ...encoder, join(folder, fileName(name))];
    const each = PICTURES / PIECES;
    return pieces.flatMap((piece, at) => {
      const size = at % 2 === 0 ? '' : ',scale=640:360';
      const begins = ['-output_ts_offset', String((at * SENT_SECONDS) / PIECES)];
      return [...filtered(at * each, (at + 1) * each, size), ...encoder, ...begins, piece];
    });
  });
  await made(['-t', '13', '-i', clip, ...outputs]);
  writeFileSync(join(folder, fileName('reschange')), Buffer.concat(pieces.map((piece) => readFileSync(piece))));
  const whole = join(folder, fileName('h264'));
  for (const name of ['aac', 'alaw'] as const) {
    const { source, encoder } = SOUNDS[name];
    const tone = ['-f', 'lavfi', '-i', `${source}:duration=${SENT_SECONDS}`];
    await made(['-i', whole, ...tone, '-c:v', 'copy', ...encoder, join(folder, fileName(name))]);
  }
  await made(['-i', whole, '-c', 'copy', join(folder, fileName('frozents'))]);
}

/** How GStreamer's server plays it. */
export function launchOf(name: StreamName, file: string): string {
  const { codec, format = 'mkv', through = PACED, payload = 'config-interval=1', sound } = streamOf(name);
  const demux = { mkv: '! matroskademux name=d', ts: '! tsdemux name=d', h264: '' }[format];
  const picture = `! queue ! ${codec}parse ! ${through} ! rtp${codec}pay name=pay0 pt=96 ${payload}`;
  const tone = sound === undefined ? '' : `d. ! queue ! ${SOUNDS[sound].send} name=pay1 pt=97`;
  return `( filesrc location="${file}" ${demux} ${picture} ${tone} )`;
}

/** A whole clip with all its pictures as they are, to be sent so many times as fast. */
export async function hastened(clip: string, times: number): Promise<string> {
  const file = join(FOLDER, `${times} times ${basename(clip)}`);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  const own = `${file}.${process.pid}.mp4`;
  await made(['-itsscale', String(1 / times), '-i', clip, '-an', '-c', 'copy', own]);
  renameSync(own, file);
  return file;
}

export const clipLaunchOf = (file: string): string =>
  `( filesrc location="${file}" ! qtdemux ! queue ! h264parse ! ${PACED} ! rtph264pay name=pay0 pt=96 config-interval=1 )`;
