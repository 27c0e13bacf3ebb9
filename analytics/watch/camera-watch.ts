import { type Clock, wait } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import type { Fragment, Frame, FrameDecoder, StreamInfo, StreamKey } from '#contracts/media';
import { createFeed, type Feed } from './feed.ts';
import type { WatchReader, WatchSource } from './interfaces.ts';

/** Keeps a decoder at work on one stream: started again when it fails, and when the stream changes. */
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
  readonly framesPerSecond: number;
  /** Everything is decoded, always. */
  readonly whole: boolean;
  readonly onFrame: (frame: Frame) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY = { firstMs: 1000, maxMs: 60_000 };
/** Pixels: more than any model looks at in one piece. */
const MOST_SIDE = 640;
/** A decoder that is so far behind looks at what is now instead, ms. */
const MOST_BEHIND_MS = 2000;

export function createCameraWatch(options: CameraWatchOptions): CameraWatch {
  const { key, source, decoder, clock, log, framesPerSecond, whole } = options;
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
    try {
      let info = await firstInfo(reader, signal);
      while (info !== undefined && !signal.aborted) {
        const generation = createGeneration({ reader, info, feed, clock, signal });
        await decoder.run(
          { info, fragments: generation.fragments() },
          { maxWidth: MOST_SIDE, maxHeight: MOST_SIDE, framesPerSecond },
          (frame) => {
            onFrame();
            if (!signal.aborted) options.onFrame(frame);
          },
          signal,
        );
        info = generation.following();
      }
      return signal.aborted ? 'over' : 'removed';
    } finally {
      reader.close();
    }
  }

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

/** What is decoded of a stream until it changes; then `following` says to what, `undefined` that it ended. */
function createGeneration(parts: {
  reader: WatchReader;
  info: StreamInfo;
  feed: Feed;
  clock: Clock;
  signal: AbortSignal;
}) {
  const { reader, info, feed, clock, signal } = parts;
  let following: StreamInfo | undefined;
  return {
    following: () => following,
    async *fragments(): AsyncGenerator<Fragment> {
      for (;;) {
        const item = await reader.next(signal);
        if (item === undefined || item.type === 'end') return;
        if (item.type === 'info') {
          following = item.info;
          return;
        }
        const isLate = item.type === 'fragment' && clock.now() - item.fragment.wallClockMs > MOST_BEHIND_MS;
        if (item.type === 'lost' || (isLate && reader.skipToNewestKey())) feed.lose();
        else yield* feed.push(item.fragment, info);
      }
    },
  };
}
