import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Fragment, StreamInfo, Transcoder } from '#contracts/media';
import { transcodeCommand } from './arguments.ts';
import { startFfmpeg } from './process.ts';
import { createPublisher } from './publisher.ts';
import { createSplitter } from './splitter.ts';

export interface TranscoderOptions {
  readonly ffmpegPath: string;
  /** ms; longest fragment that comes out. */
  readonly fragmentMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const LIMITS = { memoryMb: 1024 };
/** Fragments that may be inside FFmpeg at a time; far more than the low-latency encoder holds. */
const MOST_STAMPS = 256;

/** Re-encodes by one FFmpeg for each run. */
export function createTranscoder(options: TranscoderOptions): Transcoder {
  return {
    async run({ info, fragments }, sink, signal) {
      if (signal.aborted) return;
      const process = startFfmpeg(transcodeCommand(options), { path: options.ffmpegPath, limits: LIMITS });
      const { stdin } = process;
      const stamps = createStamps(info.timescale);
      const publisher = createPublisher({
        sink,
        clock: options.clock,
        declaredRate: () => info.video.frameRate,
        wallClockOf: stamps.at,
      });
      const splitter = createSplitter(publisher);
      const failure: { error: unknown } = { error: undefined };
      const fail = (error: unknown): void => {
        failure.error ??= error;
        void process.stop();
      };
      const abort = (): void => void process.stop();
      signal.addEventListener('abort', abort, { once: true });
      process.stdout.on('data', (chunk: Buffer) => {
        if (signal.aborted || failure.error !== undefined) return;
        try {
          splitter.push(chunk);
        } catch (error) {
          fail(error);
        }
      });

      const gone = new AbortController();
      const feeding =
        stdin === null ? Promise.resolve() : feed(stdin, info, stamps.note(fragments), gone.signal).catch(fail);
      try {
        const end = await process.ended;
        gone.abort();
        await feeding;
        if (signal.aborted) return;
        if (failure.error !== undefined) throw failure.error;
        // FFmpeg leaves with code 0 when nothing that came was a picture.
        if (end.startError !== null || end.code !== 0 || publisher.fragments === 0) {
          const why = end.startError?.message ?? end.lines.at(-1) ?? `code ${end.code}`;
          options.log.warn({ lines: end.lines.slice(-5) }, 'transcoding ended');
          throw new Fault('unavailable', 'transcode.failed', `the video cannot be converted: ${why}`);
        }
      } catch (error) {
        throw error instanceof Fault
          ? error
          : new Fault('unavailable', 'transcode.failed', messageOf(error), { cause: error });
      } finally {
        gone.abort();
        signal.removeEventListener('abort', abort);
      }
    },
  };
}

/**
 * Writes as fast as FFmpeg takes it: what waits meanwhile waits with the reader, which knows what to skip. Ends when
 * the fragments do, or when `gone` says that nobody reads any more.
 */
async function feed(
  stdin: Writable,
  info: StreamInfo,
  fragments: AsyncIterable<Fragment>,
  gone: AbortSignal,
): Promise<void> {
  const iterator = fragments[Symbol.asyncIterator]();
  const left = new Promise<'left'>((resolve) => {
    if (gone.aborted) resolve('left');
    gone.addEventListener('abort', () => resolve('left'), { once: true });
  });
  try {
    stdin.write(info.init);
    for (;;) {
      const next = await Promise.race([iterator.next(), left]);
      if (next === 'left' || next.done === true) break;
      if (stdin.destroyed || stdin.writableEnded) break;
      if (!stdin.write(next.value.bytes))
        await Promise.race([once(stdin, 'drain', { signal: gone }).catch(() => {}), left]);
    }
  } finally {
    stdin.end();
    // Not awaited: an iterator that waits for a fragment ends only with its reader, and that is the caller's.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/**
 * The pictures keep the time at which they were taken: FFmpeg moves media time so that the first is at zero, and
 * changes nothing else about it.
 */
function createStamps(timescale: number) {
  const known: { readonly mediaMs: number; readonly wallClockMs: number }[] = [];
  let startMs: number | undefined;
  return {
    async *note(fragments: AsyncIterable<Fragment>): AsyncGenerator<Fragment> {
      for await (const fragment of fragments) {
        const mediaMs = (fragment.decodeTime * 1000) / timescale;
        startMs ??= mediaMs;
        known.push({ mediaMs: mediaMs - startMs, wallClockMs: fragment.wallClockMs });
        if (known.length > MOST_STAMPS) known.shift();
        yield fragment;
      }
    },
    at(mediaMs: number): number | null {
      // Half a picture of tolerance: both sides round to their own ticks.
      const stamp = known.findLast((candidate) => candidate.mediaMs <= mediaMs + 10) ?? known[0];
      return stamp === undefined ? null : Math.round(stamp.wallClockMs + mediaMs - stamp.mediaMs);
    },
  };
}
