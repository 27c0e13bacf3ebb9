import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import { fittingSize, type Size } from '#base/fitting-size';
import type { Logger } from '#base/log';
import type { Fragment, FrameDecoder, FrameOptions, VideoTrack } from '#contracts/media';
import { framesCommand, frameTicks } from './arguments.ts';
import { createStamps, feedFragments } from './fragment-feed.ts';
import { startFfmpeg } from './process.ts';
import { createStarts } from './starts.ts';

export interface FrameDecoderOptions {
  readonly ffmpegPath: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** ms without a frame, after a key frame was fed, before FFmpeg counts as hung. */
  readonly stallMs?: number;
}

/** 4K with all that it refers to. */
const LIMITS = { memoryMb: 768 };
const STALL_MS = 30_000;
/** FFmpegs that are loaded at a time. */
const MOST_STARTS = 2;
/** Times whose pixels have not come: the two pipes are not read in step. */
const MOST_TIMES = 256;

/** Small pictures by one FFmpeg for each run. Rejects with `Fault` `unavailable` `frames.failed`. */
export function createFrameDecoder(options: FrameDecoderOptions): FrameDecoder {
  const { clock, log, stallMs = STALL_MS } = options;
  const starts = createStarts(MOST_STARTS, clock);
  return {
    async run({ info, fragments }, wanted, onFrame, signal) {
      const hasStarted = await starts.turn(signal);
      if (signal.aborted) {
        hasStarted();
        return;
      }
      const { size, share } = shownOf(info.video, wanted);
      const failure: { error: unknown } = { error: undefined };
      const fail = (error: unknown): void => {
        failure.error ??= error;
        void process.stop();
      };
      const stamps = createStamps(info.timescale, { fromZero: false });
      const frames = createFrameReader(size, (pixels, ticks) => {
        hasStarted();
        // A key frame that comes too soon behind a frame is left out.
        const seenTo = ticks + info.timescale / wanted.framesPerSecond;
        awaited = awaited.filter(({ decodeTime }) => decodeTime > seenTo);
        const wallClockMs = stamps.at((ticks * 1000) / info.timescale);
        const release = (): void => frames.reuse(pixels);
        if (wallClockMs === null) release();
        else onFrame({ ...size, pixels, wallClockMs, release });
      });
      const reading = (read: () => void): void => {
        if (signal.aborted || failure.error !== undefined) return;
        try {
          read();
        } catch (error) {
          fail(error);
        }
      };
      const process = startFfmpeg(
        framesCommand({
          ...{ ...size, share, isOfSquares: wanted.side !== undefined },
          ...{ framesPerSecond: wanted.framesPerSecond, timescale: info.timescale },
        }),
        {
          path: options.ffmpegPath,
          limits: LIMITS,
          onLine(line) {
            const ticks = frameTicks(line);
            if (ticks !== undefined) reading(() => frames.time(ticks));
          },
        },
      );
      process.stdout.on('data', (chunk: Buffer) => reading(() => frames.pixels(chunk)));

      /** Key frames that were fed and of which nothing was seen. */
      let awaited: { readonly decodeTime: number; readonly fedMs: number }[] = [];
      async function* watched(): AsyncGenerator<Fragment> {
        for await (const fragment of stamps.note(fragments)) {
          const { keyframe, decodeTime } = fragment;
          if (keyframe && awaited.length < MOST_TIMES) awaited.push({ decodeTime, fedMs: clock.monotonic() });
          yield fragment;
        }
      }
      const stopWatching = clock.every(stallMs / 4, () => {
        const [oldest] = awaited;
        if (oldest !== undefined && clock.monotonic() - oldest.fedMs >= stallMs) fail(failed('it hung'));
      });
      const abort = (): void => void process.stop();
      signal.addEventListener('abort', abort, { once: true });
      const gone = new AbortController();
      const { stdin } = process;
      const feeding =
        stdin === null ? undefined : feedFragments(stdin, info, watched(), gone.signal).catch((error) => fail(error));
      try {
        const end = await process.ended;
        gone.abort();
        const fedAll = await feeding;
        if (signal.aborted) return;
        if (failure.error !== undefined) throw failure.error;
        // FFmpeg leaves with code 0 where a stream breaks, and when nothing that came was a picture.
        if (end.startError !== null || end.code !== 0 || fedAll !== true || awaited.length > 0) {
          log.warn({ lines: end.lines.slice(-5) }, 'decoding to look at pictures ended');
          throw failed(end.startError?.message ?? end.lines.at(-1) ?? `code ${end.code}`);
        }
      } catch (error) {
        throw error instanceof Fault ? error : failed(messageOf(error), error);
      } finally {
        hasStarted();
        stopWatching();
        gone.abort();
        signal.removeEventListener('abort', abort);
      }
    },
  };
}

function failed(why: string, cause?: unknown): Fault {
  return new Fault('unavailable', 'frames.failed', `the video cannot be decoded: ${why}`, { cause });
}

/** How large the pictures are, and what share of the stream's they show. */
function shownOf(video: VideoTrack, wanted: FrameOptions): { size: Size; share: Size } {
  const { width, height } = fittingSize(video, wanted);
  const { side = 1 } = wanted;
  const size = { width: Math.max(1, Math.floor(width / side)), height: Math.max(1, Math.floor(height / side)) };
  return {
    size,
    share: { width: Math.min(1, (size.width * side) / width), height: Math.min(1, (size.height * side) / height) },
  };
}

/** Memory of pictures that nobody needs any more; to be given new memory costs more than decoding into it. */
const MOST_FREE = 2;

/** Cuts pixels into frames and brings each together with its time: the first with the first, as FFmpeg gives them. */
function createFrameReader({ width, height }: Size, onFrame: (pixels: Uint8Array<ArrayBuffer>, ticks: number) => void) {
  const bytes = width * height * 3;
  const times: number[] = [];
  const whole: Uint8Array<ArrayBuffer>[] = [];
  const free: Uint8Array<ArrayBuffer>[] = [];
  let current = new Uint8Array(bytes);
  let filled = 0;

  function match(): void {
    for (;;) {
      const [pixels, ticks] = [whole[0], times[0]];
      if (pixels === undefined || ticks === undefined) return;
      whole.shift();
      times.shift();
      onFrame(pixels, ticks);
    }
  }

  return {
    time(ticks: number): void {
      times.push(ticks);
      if (times.length > MOST_TIMES) throw failed('pictures do not come');
      match();
    },
    pixels(chunk: Uint8Array): void {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + bytes - filled);
        current.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < bytes) return;
        whole.push(current);
        if (whole.length > MOST_TIMES) throw failed('pictures come without their times');
        current = free.pop() ?? new Uint8Array(bytes);
        filled = 0;
      }
      match();
    },
    reuse(pixels: Uint8Array<ArrayBuffer>): void {
      if (free.length < MOST_FREE) free.push(pixels);
    },
  };
}
