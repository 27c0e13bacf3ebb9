import { buffer } from 'node:stream/consumers';
import sharp from 'sharp';
import { Fault } from '#base/errors';
import type { Fragment, StillDecoder, StreamInfo } from '#contracts/media';
import { stillCommand } from './arguments.ts';
import { boxBytes, boxesIn } from './boxes.ts';
import { startFfmpeg } from './process.ts';

export interface StillDecoderOptions {
  readonly ffmpegPath: string;
  /** Processes at a time; default 2. */
  readonly concurrency?: number;
  /** Stills that may wait; default 64. More are refused. */
  readonly queue?: number;
  /** ms for one still, waiting not counted; default 5000. */
  readonly timeoutMs?: number;
}

const LIMITS = { memoryMb: 512, cpuSeconds: 10 };
/** A still that is larger is none. */
const MOST_BYTES = 32 * 2 ** 20;
/** Pictures that sharp opens: 16384 × 16384. */
const MOST_PIXELS = 2 ** 28;

/**
 * Stills by a short-lived FFmpeg each; MJPEG by sharp alone. Rejects with `Fault`: `tooMany` when too many wait,
 * `timeout`, or `unavailable` for what cannot be decoded.
 */
export function createStillDecoder(options: StillDecoderOptions): StillDecoder {
  const { concurrency = 2, queue = 64, timeoutMs = 5000 } = options;
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function alone<T>(work: () => Promise<T>): Promise<T> {
    if (busy < concurrency) {
      busy += 1;
    } else {
      if (waiting.length >= queue) throw new Fault('tooMany', 'still.tooMany', 'too many stills at a time');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The place is handed over: whoever waits longest takes it before somebody new can.
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  }

  async function byFfmpeg(info: StreamInfo, keyframe: Fragment, maxWidth: number | undefined): Promise<Uint8Array> {
    const process = startFfmpeg(stillCommand(maxWidth), { path: options.ffmpegPath, limits: LIMITS });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void process.stop();
    }, timeoutMs);
    let size = 0;
    process.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_BYTES) void process.stop();
    });
    const picture = buffer(process.stdout).catch(() => Buffer.alloc(0));
    process.stdin?.write(info.init);
    process.stdin?.end(keyframe.bytes);
    try {
      const [bytes, end] = await Promise.all([picture, process.ended]);
      if (late) throw new Fault('timeout', 'still.timeout', 'the picture was not decoded in time');
      if (end.code !== 0 || bytes.length === 0 || size > MOST_BYTES) {
        throw new Fault('unavailable', 'still.undecodable', 'the picture cannot be decoded');
      }
      return bytes;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    jpeg: (info, keyframe, maxWidth) =>
      alone(() => (info.video.codec === 'mp4v.6C' ? bySharp(keyframe, maxWidth) : byFfmpeg(info, keyframe, maxWidth))),
  };
}

/** Re-encoded in any case: what a camera puts into a JPEG beside the picture (EXIF, comments) does not go on. */
async function bySharp(keyframe: Fragment, maxWidth: number | undefined): Promise<Uint8Array> {
  try {
    const picture = sharp(firstJpeg(keyframe.bytes), { limitInputPixels: MOST_PIXELS, failOn: 'none' });
    if (maxWidth !== undefined) picture.resize({ width: Math.max(2, Math.floor(maxWidth)), withoutEnlargement: true });
    return await picture.jpeg({ quality: 85 }).toBuffer();
  } catch (error) {
    throw new Fault('unavailable', 'still.undecodable', 'the picture cannot be decoded', { cause: error });
  }
}

/** The JPEGs of a fragment stand one after another in its `mdat`; decoders stop at the end of the first. */
function firstJpeg(bytes: Uint8Array): Uint8Array {
  const source = boxBytes(bytes);
  for (const box of boxesIn(source, 0, bytes.length)) {
    if (box.type !== 'mdat') continue;
    const start = Buffer.from(bytes.buffer, bytes.byteOffset + box.start, box.end - box.start).indexOf(
      'ffd8ff',
      0,
      'hex',
    );
    if (start >= 0) return bytes.subarray(box.start + start, box.end);
  }
  return new Uint8Array();
}
