import { type Clock, wait } from '#base/clock';
import { messageOf } from '#base/errors';
import { fittingSize } from '#base/fitting-size';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import type { Fragment, Frame, FrameDecoder, KeyFrameDecoder, StreamInfo, StreamKey } from '#contracts/media';
import { createFeed } from './feed.ts';
import { createGeneration, type Generation } from './generation.ts';
import type { WatchReader, WatchSource } from './interfaces.ts';
import { lumaGrid } from './picture.ts';

/**
 * Keeps a stream decoded: its key frames by decoders that all share while it is quiet; by one of its own while something
 * may be happening, which is started again when it fails, and when the stream changes. Where the sizes of pictures tell
 * nothing, its own makes them just large enough to see whether anything moves.
 */
export interface CameraWatch {
  /** Something is going on: everything is decoded for a while. */
  wake(atMs: number): void;
  /** Resolves when no decoder is left. */
  close(): Promise<void>;
}

export interface CameraWatchOptions {
  readonly key: StreamKey;
  readonly source: WatchSource;
  readonly decoder: FrameDecoder;
  /** Without it a quiet camera keeps its own decoder, too. */
  readonly keyFrames?: KeyFrameDecoder;
  readonly framesPerSecond: number;
  /** Everything is decoded, always. */
  readonly whole: boolean;
  readonly onFrame: (frame: Frame) => void;
  /** Of squares as `lumaOf` makes them of a whole frame: enough to see whether anything moves, and for nothing else. */
  readonly onGlimpse: (frame: Frame) => void;
  /** Whether a frame is due at this time, ms since 1970, though nothing moves. */
  readonly wantsFrame: (atMs: number) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY = { firstMs: 1000, maxMs: 60_000 };
/** Pixels: more than any model looks at in one piece. */
const SIZE = { maxWidth: 640, maxHeight: 640 };
/** A decoder of one's own stays for so long after it was last needed: in that time it costs what two more starts do, ms. */
const KEEPS_MS = 20_000;
/** The same where those that are shared were unable: what was wrong with them may have passed. */
const UNABLE_KEEPS_MS = 600_000;

export function createCameraWatch(options: CameraWatchOptions): CameraWatch {
  const { key, source, decoder, keyFrames, clock, log, framesPerSecond, whole } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const feed = createFeed({ framesPerSecond, whole });
  /** While motion alone is looked for. */
  let wakeUp: (() => void) | undefined;
  const working = work();

  async function work(): Promise<void> {
    const retry = backOff(RETRY);
    while (!signal.aborted) {
      try {
        if ((await attempt(retry.reset)) === 'removed') return;
      } catch (error) {
        log.warn({ camera: key.cameraId, stream: key.role, reason: messageOf(error) }, 'a decoder for watching failed');
      }
      if (!signal.aborted) await wait(clock, retry.next(), signal);
    }
  }

  async function attempt(onFrame: () => void): Promise<'removed' | 'over'> {
    const reader = source.read(key, { from: 'latestGroup' });
    feed.lose();
    const told = (frame: Frame): void => {
      onFrame();
      if (!signal.aborted) options.onFrame(frame);
    };
    try {
      let info = await firstInfo(reader, signal);
      while (info !== undefined && !signal.aborted) {
        const generation = createGeneration({ reader, info, feed, clock, signal });
        await watch(info, generation, told);
        info = generation.following();
      }
      return signal.aborted ? 'over' : 'removed';
    } finally {
      reader.close();
    }
  }

  async function watch(info: StreamInfo, generation: Generation, told: (frame: Frame) => void): Promise<void> {
    for (;;) {
      const wanted = await generation.next();
      if (wanted === undefined || signal.aborted) return;
      const [first] = wanted;
      if (first === undefined) continue;
      let keepsMs = keyFrames === undefined ? Number.POSITIVE_INFINITY : KEEPS_MS;
      if (keyFrames !== undefined) {
        const needed = feed.needs(first.wallClockMs);
        let isUnable = false;
        if (needed === 'keyFrames' && wanted.length === 1 && first.keyframe) {
          const frame = await keyFrames.frame(info, first, SIZE);
          isUnable = frame === 'unable';
          if (frame !== 'unable' && frame !== 'busy') told(frame);
          if (!isUnable) continue;
        } else if (needed === 'motion') {
          const why = await glimpse(info, generation, { keyFrames, told });
          isUnable = why === 'unable';
          if (why === 'quiet' || signal.aborted) continue;
        }
        if (isUnable) keepsMs = UNABLE_KEEPS_MS;
      }
      const fragments = generation.from(keepsMs);
      await decoder.run({ info, fragments }, { ...SIZE, framesPerSecond }, told, signal);
    }
  }

  /** Until everything is needed, key frames are `unable` to be decoded by others, or neither has been needed for long. */
  async function glimpse(
    info: StreamInfo,
    generation: Generation,
    { keyFrames, told }: { keyFrames: KeyFrameDecoder; told: (frame: Frame) => void },
  ): Promise<'everything' | 'unable' | 'quiet'> {
    const gone = new AbortController();
    let why: 'everything' | 'unable' | 'quiet' = 'quiet';
    const end = (because: typeof why): void => {
      if (!gone.signal.aborted) why = because;
      gone.abort();
    };
    const abort = (): void => gone.abort();
    async function* wanted(): AsyncGenerator<Fragment> {
      let hasBegun = false;
      let neededMs = Number.NEGATIVE_INFINITY;
      for (let more: readonly Fragment[] | undefined = [...generation.group()]; more !== undefined; ) {
        for (const fragment of more) {
          const atMs = fragment.wallClockMs;
          const needed = feed.needs(atMs);
          if (needed === 'everything') end('everything');
          if (needed !== 'keyFrames' || atMs < neededMs) neededMs = atMs;
          if (gone.signal.aborted || atMs - neededMs > KEEPS_MS) return;
          if (fragment.keyframe && options.wantsFrame(atMs)) {
            const frame = await keyFrames.frame(info, fragment, SIZE);
            if (frame === 'unable') end('unable');
            else if (frame !== 'busy') told(frame);
          }
          hasBegun ||= fragment.keyframe;
          if (hasBegun) yield fragment;
        }
        more = await generation.next();
      }
    }
    const { width, height } = fittingSize(info.video, SIZE);
    const { side } = lumaGrid(width, height);
    wakeUp = () => end('everything');
    signal.addEventListener('abort', abort, { once: true });
    try {
      await decoder.run(
        { info, fragments: wanted() },
        { ...SIZE, side, framesPerSecond },
        (frame) => {
          if (gone.signal.aborted) frame.release?.();
          else options.onGlimpse(frame);
        },
        gone.signal,
      );
      return why;
    } finally {
      wakeUp = undefined;
      signal.removeEventListener('abort', abort);
    }
  }

  return {
    wake(atMs) {
      feed.wake(atMs);
      if (feed.needs(atMs) === 'everything') wakeUp?.();
    },
    async close() {
      controller.abort();
      await working;
    },
  };
}

/** `undefined` when the camera was removed, or nobody wants it any more. */
async function firstInfo(reader: WatchReader, signal: AbortSignal): Promise<StreamInfo | undefined> {
  for (;;) {
    const item = await reader.next(signal);
    if (item === undefined || item.type === 'end') return undefined;
    if (item.type === 'info') return item.info;
  }
}
