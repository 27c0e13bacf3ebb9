import { buffer } from 'node:stream/consumers';
import sharp, { type Sharp } from 'sharp';
import { systemClock } from '#base/clock';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import { boxesIn, viewOf } from '#base/mp4/boxes';
import type { Fragment, StillDecoder, StreamInfo } from '#contracts/media';
import { stillCommand } from './arguments.ts';
import { createKeyFrameDecoders, type KeyFrameDecoders, SMALL_SIDE, smallSize } from './key-frame-decoders.ts';
import { startFfmpeg } from './process.ts';

export interface StillDecoderOptions {
  readonly ffmpegPath: string;
  /** Shared with others; without them it has its own. */
  readonly decoders?: KeyFrameDecoders;
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
/** Part of the time after which a shared decoder counts as hung; the rest is left for one of its own. */
const SHARED_PART = 0.6;

/**
 * Stills by shared decoders; what those cannot do, by a short-lived FFmpeg of its own; MJPEG by sharp alone. Rejects with
 * `Fault`: `tooMany` when too many wait, `timeout`, or `unavailable` for what cannot be decoded.
 */
export function createStillDecoder(options: StillDecoderOptions): StillDecoder {
  const { queue = 64, timeoutMs = 5000 } = options;
  const { decoders = createKeyFrameDecoders({ ...options, clock: systemClock, log: silentLogger() }) } = options;
  const line = decoders.line(queue);

  async function still(info: StreamInfo, keyframe: Fragment, maxWidth: number | undefined): Promise<Uint8Array> {
    if (info.video.codec === 'mp4v.6C') return bySharp(sharpOf(keyframe), maxWidth);
    const begunMs = performance.now();
    const picture = await decoders.picture(info, keyframe, sideFor(info, maxWidth), timeoutMs * SHARED_PART);
    if (picture !== 'busy' && picture !== 'unable') {
      const { width, height, pixels } = picture;
      return bySharp(sharp(pixels, { raw: { width, height, channels: 3 } }), maxWidth);
    }
    return byItself(info, keyframe, maxWidth, timeoutMs - (performance.now() - begunMs));
  }

  async function byItself(
    info: StreamInfo,
    keyframe: Fragment,
    maxWidth: number | undefined,
    withinMs: number,
  ): Promise<Uint8Array> {
    const process = startFfmpeg(stillCommand(maxWidth), { path: options.ffmpegPath, limits: LIMITS });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void process.stop();
    }, withinMs);
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
      if (end.code !== 0 || bytes.length === 0 || size > MOST_BYTES) throw undecodable();
      return bytes;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async jpeg(info, keyframe, maxWidth) {
      const over = await line.turn();
      try {
        return await still(info, keyframe, maxWidth);
      } finally {
        over();
      }
    },
  };
}

function undecodable(cause?: unknown): Fault {
  return new Fault('unavailable', 'still.undecodable', 'the picture cannot be decoded', { cause });
}

/** How large a decoder must give it, so that nothing is enlarged afterwards. */
function sideFor({ video }: StreamInfo, maxWidth: number | undefined): number {
  const wanted = Math.min(video.width, maxWidth ?? Number.POSITIVE_INFINITY);
  return smallSize(video).width >= wanted ? SMALL_SIDE : Number.POSITIVE_INFINITY;
}

/** What a camera puts into a JPEG beside the picture (EXIF, comments) does not go on: it is encoded again in any case. */
function sharpOf(keyframe: Fragment): Sharp {
  try {
    return sharp(firstJpeg(keyframe.bytes), { limitInputPixels: MOST_PIXELS, failOn: 'none' });
  } catch (error) {
    throw undecodable(error);
  }
}

async function bySharp(picture: Sharp, maxWidth: number | undefined): Promise<Uint8Array> {
  try {
    if (maxWidth !== undefined) picture.resize({ width: Math.max(2, Math.floor(maxWidth)), withoutEnlargement: true });
    return await picture.jpeg({ quality: 85 }).toBuffer();
  } catch (error) {
    throw undecodable(error);
  }
}

/** The JPEGs of a fragment stand one after another in its `mdat`; decoders stop at the end of the first. */
function firstJpeg(bytes: Uint8Array): Uint8Array {
  for (const box of boxesIn(viewOf(bytes), 0, bytes.length)) {
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
