import { type Clock, wait } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import type { Fragment, Frame, FrameDecoder, KeyFrameDecoder, StreamInfo, StreamKey } from '#contracts/media';
import { createFeed, type Feed } from './feed.ts';
import type { WatchReader, WatchSource } from './interfaces.ts';

/**
 * Keeps a stream decoded: its key frames by decoders that all share while it is quiet, by one of its own while something
 * may be happening, which is started again when it fails, and when the stream changes.
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
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY = { firstMs: 1000, maxMs: 60_000 };
/** Pixels: more than any model looks at in one piece. */
const SIZE = { maxWidth: 640, maxHeight: 640 };
/** A decoder of one's own stays for so long after it was last needed: what has moved moves again. */
const KEEPS_MS = 30_000;
/** The same where those that are shared were unable: what was wrong with them may have passed. */
const UNABLE_KEEPS_MS = 600_000;
/** A decoder that is so far behind looks at what is now instead, ms. */
const MOST_BEHIND_MS = 2000;

export function createCameraWatch(options: CameraWatchOptions): CameraWatch {
  const { key, source, decoder, keyFrames, clock, log, framesPerSecond, whole } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const feed = createFeed({ framesPerSecond, whole });
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
      if (keyFrames !== undefined && wanted.length === 1 && isQuiet(first)) {
        const frame = await keyFrames.frame(info, first, SIZE);
        if (frame !== 'unable') {
          if (frame !== 'busy') told(frame);
          continue;
        }
        keepsMs = UNABLE_KEEPS_MS;
      }
      const fragments = generation.from(wanted, keepsMs);
      await decoder.run({ info, fragments }, { ...SIZE, framesPerSecond }, told, signal);
    }
  }

  const isQuiet = ({ keyframe, wallClockMs }: Fragment): boolean => keyframe && !feed.isAwake(wallClockMs);

  return {
    wake: feed.wake,
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

/** What is decoded of a stream until it changes. */
interface Generation {
  /** What is to be decoded now; `undefined` when it is over. */
  next(): Promise<readonly Fragment[] | undefined>;
  /** For a decoder of one's own: from the key frame on that `wanted` needs, until nothing needed it for `keepsMs`. */
  from(wanted: readonly Fragment[], keepsMs: number): AsyncGenerator<Fragment>;
  /** To what the stream has changed; `undefined` that it ended. */
  following(): StreamInfo | undefined;
}

function createGeneration(parts: {
  reader: WatchReader;
  info: StreamInfo;
  feed: Feed;
  clock: Clock;
  signal: AbortSignal;
}): Generation {
  const { reader, info, feed, clock, signal } = parts;
  let following: StreamInfo | undefined;
  let isOver = false;
  /** Of the group of what came last. */
  let groupKey: Fragment | undefined;
  let returned: readonly Fragment[] | undefined;

  async function next(): Promise<readonly Fragment[] | undefined> {
    if (returned !== undefined) {
      const again = returned;
      returned = undefined;
      return again;
    }
    if (isOver) return undefined;
    const item = await reader.next(signal);
    if (item === undefined || item.type === 'end' || item.type === 'info') {
      isOver = true;
      if (item?.type === 'info') following = item.info;
      return undefined;
    }
    const isLate = item.type === 'fragment' && clock.now() - item.fragment.wallClockMs > MOST_BEHIND_MS;
    if (item.type === 'lost' || (isLate && reader.skipToNewestKey())) {
      feed.lose();
      return [];
    }
    const wanted = feed.push(item.fragment, info);
    const key = wanted.findLast(({ keyframe }) => keyframe);
    if (key !== undefined) groupKey = key;
    return wanted;
  }

  return {
    next,
    async *from(wanted, keepsMs) {
      if (wanted[0]?.keyframe !== true && groupKey !== undefined) yield groupKey;
      yield* wanted;
      let neededMs = wanted.at(-1)?.wallClockMs ?? 0;
      for (;;) {
        const more = await next();
        if (more === undefined) return;
        const [first] = more;
        if (first === undefined) continue;
        const atMs = first.wallClockMs;
        if (more.length > 1 || !first.keyframe || feed.isAwake(atMs) || atMs < neededMs) neededMs = atMs;
        else if (atMs - neededMs > keepsMs) {
          returned = more;
          return;
        }
        yield* more;
      }
    },
    following: () => following,
  };
}
