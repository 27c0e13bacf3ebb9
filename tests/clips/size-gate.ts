import { spawn } from 'node:child_process';
import type { Fragment, StreamInfo } from '#contracts/media';
import { createMotionGate } from '../../analytics/motion/motion-gate.ts';
import { createFeed } from '../../analytics/watch/feed.ts';
import { createSplitter } from '../../camera-adapters/ffmpeg/splitter.ts';

/** A clip as a camera would send it. */
export interface Encoding {
  readonly what: string;
  /** Pixels of width, and pictures a second; `null`: as the clip is, not encoded again. */
  readonly width: number;
  readonly pps: number;
  readonly encoder: readonly string[] | null;
}

const X264 = ['-c:v', 'libx264', '-preset', 'superfast', '-tune', 'zerolatency'];
const rate = (kbit: number): readonly string[] =>
  ['-b:v', '-minrate', '-maxrate', '-bufsize'].flatMap((name) => [name, `${kbit}k`]);

/** As cameras do it: constant quality and constant rate, with a key frame every two seconds. */
export const ENCODINGS: readonly Encoding[] = [
  { what: 'constant quality, 640, 25/s', width: 640, pps: 25, encoder: [...X264, '-crf', '26'] },
  { what: 'constant quality, 352, 15/s', width: 352, pps: 15, encoder: [...X264, '-crf', '28'] },
  { what: 'constant quality, 1280, 15/s', width: 1280, pps: 15, encoder: [...X264, '-crf', '26'] },
  {
    ...{ what: 'constant quality, B-frames, 640, 25/s', width: 640, pps: 25 },
    encoder: ['-c:v', 'libx264', '-preset', 'superfast', '-bf', '2', '-crf', '26'],
  },
  {
    ...{ what: 'H.265, constant quality, 640, 15/s', width: 640, pps: 15 },
    encoder: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-tune', 'zerolatency', '-crf', '28'],
      ...['-x265-params', 'log-level=none:scenecut=0:keyint=30:min-keyint=30'],
    ],
  },
  {
    ...{ what: 'constant quality up to 1000 kbit/s, 640, 15/s', width: 640, pps: 15 },
    encoder: [...X264, '-crf', '26', '-maxrate', '1000k', '-bufsize', '1000k'],
  },
  {
    ...{ what: 'average rate of 500 kbit/s, 640, 15/s', width: 640, pps: 15 },
    encoder: [...X264, '-b:v', '500k', '-maxrate', '1000k', '-bufsize', '1000k'],
  },
  { what: 'constant rate, 800 kbit/s, 640, 25/s', width: 640, pps: 25, encoder: [...X264, ...rate(800)] },
  {
    ...{ what: 'constant rate, filled to 1500 kbit/s, 640, 15/s', width: 640, pps: 15 },
    encoder: [...X264, ...rate(1500), '-nal-hrd', 'cbr'],
  },
];

/** What moves in each clip, s from its start, that was not there before. */
export const MOVES: Readonly<Record<string, number>> = {
  indoor_one_by_one_person: 4.5,
  campus_pedestrians_vtest: 0,
  street_cars: 0,
  parking_topdown_cars: 3,
  store_aisle: 0,
  fire_dollhouse: 0,
};

/** What a sensor adds to each picture: a picture that is the same as the one before is of no camera. */
const NOISE = 'noise=alls=4:allf=t';

export interface Encoded {
  readonly info: StreamInfo;
  readonly fragments: readonly Fragment[];
  /** Pictures of each fragment. */
  readonly pictures: readonly number[];
  /** Grey, as the gate looks at them, all of them in the order in which they are shown. */
  readonly luma: { readonly width: number; readonly height: number; readonly bytes: Uint8Array };
}

const LUMA_WIDTH = 160;

/** How a clip is shown: as it is, or as a place where little happens: it stands still, and now and then it moves there and back. */
export interface Shown {
  readonly seconds?: number;
  readonly rests?: { readonly fromS: number; readonly stillS: number; readonly movesS: number };
}

export async function encode(
  path: string,
  { width, pps, encoder }: Encoding,
  { seconds, rests }: Shown = {},
): Promise<Encoded> {
  const sized = `fps=${pps},scale=${width}:-2`;
  const filter = `${rests === undefined ? sized : `${sized},${restingFilter(rests, pps)}`},${NOISE}`;
  const mp4 = await output([
    ...['-ss', String(rests?.fromS ?? 0), '-i', path, '-an', ...(seconds === undefined ? [] : ['-t', String(seconds)])],
    ...(encoder === null
      ? ['-c:v', 'copy']
      : ['-vf', filter, '-pix_fmt', 'yuv420p', '-g', String(2 * pps), ...encoder, '-sc_threshold', '0']),
    ...['-f', 'mp4', '-frag_duration', '200000', '-movflags', '+frag_keyframe+empty_moov+default_base_moof', 'pipe:1'],
  ]);
  let info: StreamInfo | undefined;
  const fragments: Fragment[] = [];
  const pictures: number[] = [];
  const splitter = createSplitter({
    init: ({ video, timescale }, bytes) => {
      info = { generation: 1, video: { ...video, frameRate: null }, audio: null, timescale, init: bytes };
    },
    fragment: ({ decodeTime, duration, keyframe, samples }, bytes) => {
      const wallClockMs = (decodeTime * 1000) / (info?.timescale ?? 1);
      const sequence = fragments.length;
      fragments.push({
        ...{ generation: 1, sequence, decodeTime, duration, keyframe, wallClockMs },
        ...{ pictures: samples, bytes: Uint8Array.from(bytes) },
      });
      pictures.push(samples);
    },
  });
  splitter.push(mp4);
  if (info === undefined) throw new Error('FFmpeg made no clip');
  const height = Math.round((LUMA_WIDTH * info.video.height) / info.video.width);
  const small = ['-vf', `scale=${LUMA_WIDTH}:${height}:flags=area,format=gray`, '-fps_mode', 'passthrough'];
  const bytes = await output(['-i', 'pipe:0', ...small, '-f', 'rawvideo', 'pipe:1'], mp4);
  return { info, fragments, pictures, luma: { width: LUMA_WIDTH, height, bytes } };
}

function restingFilter({ stillS, movesS }: { stillS: number; movesS: number }, pps: number): string {
  const first = `trim=end_frame=1,loop=loop=${Math.round(stillS * pps) - 1}:size=1,setpts=N/${pps}/TB`;
  const moves = `trim=end=${movesS},setpts=N/${pps}/TB`;
  const all = 2 * Math.round(movesS * pps) + Math.round(stillS * pps);
  return [
    'hqdn3d,split=3[a][b][c]',
    `[a]${first}[still]`,
    `[b]${moves}[there]`,
    `[c]${moves},reverse,setpts=N/${pps}/TB[back]`,
    `[still][there][back]concat=n=3,loop=loop=-1:size=${all},setpts=N/${pps}/TB`,
  ].join(';');
}

export interface GateFigures {
  /** Seconds in which the gate of pixels sees motion when it looks at all. */
  readonly motionSeconds: number;
  /** Those of them in which a picture with motion was decoded. */
  readonly seenSeconds: number;
  readonly missed: readonly number[];
  readonly seconds: number;
  /** Of all pictures. */
  readonly decodedShare: number;
}

const FRAMES_PER_SECOND = 5;
const APART_S = 1 / FRAMES_PER_SECOND - 0.01;

/** What is decoded of a clip, and what of the motion in it is in that. `wakes`: motion that is seen keeps it awake. */
export function measureGate({ info, fragments, pictures, luma }: Encoded, wakes = true): GateFigures {
  const size = luma.width * luma.height;
  const total = pictures.reduce((sum, count) => sum + count, 0);
  const last = fragments.at(-1);
  const seconds = last === undefined ? 0 : (last.decodeTime + last.duration) / info.timescale;
  const timeOf = (picture: number): number => (picture * seconds) / total;
  const lumaOf = (picture: number): Uint8Array => luma.bytes.subarray(picture * size, (picture + 1) * size);
  const moving = new Set<number>();
  const all = createMotionGate(luma);
  let lastS = Number.NEGATIVE_INFINITY;
  for (let picture = 0; picture < total; picture += 1) {
    const atS = timeOf(picture);
    if (atS - lastS < APART_S) continue;
    lastS = atS;
    const { regions, allChanged } = all.look(lumaOf(picture), atS * 1000);
    if (regions.length > 0 || allChanged) moving.add(picture);
  }
  const feed = createFeed({ framesPerSecond: FRAMES_PER_SECOND, whole: false });
  const some = createMotionGate(luma);
  const firstOf: number[] = [];
  let first = 0;
  for (const count of pictures) {
    firstOf.push(first);
    first += count;
  }
  const decoded = new Uint8Array(total);
  lastS = Number.NEGATIVE_INFINITY;
  for (const fragment of fragments) {
    for (const { sequence } of feed.push(fragment, info)) {
      const from = firstOf[sequence] ?? 0;
      for (let picture = from; picture < from + (pictures[sequence] ?? 0); picture += 1) {
        decoded[picture] = 1;
        const atS = timeOf(picture);
        if (atS - lastS < APART_S) continue;
        lastS = atS;
        const { regions, allChanged } = some.look(lumaOf(picture), atS * 1000);
        if (wakes && (regions.length > 0 || allChanged)) feed.wake(atS * 1000);
      }
    }
  }
  const [motion, seen] = [new Set<number>(), new Set<number>()];
  for (const picture of moving) {
    motion.add(Math.floor(timeOf(picture)));
    if (decoded[picture] === 1) seen.add(Math.floor(timeOf(picture)));
  }
  return {
    motionSeconds: motion.size,
    seenSeconds: seen.size,
    missed: [...motion].filter((second) => !seen.has(second)),
    seconds,
    decodedShare: decoded.reduce((sum, one) => sum + one, 0) / total,
  };
}

async function output(args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...args], {
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}
