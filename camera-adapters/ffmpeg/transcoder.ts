import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Transcoder } from '#contracts/media';
import { createPublisher } from '../publisher.ts';
import { transcodeCommand } from './arguments.ts';
import { createStamps, feedFragments } from './fragment-feed.ts';
import { startFfmpeg } from './process.ts';
import { createSplitter } from './splitter.ts';

export interface TranscoderOptions {
  readonly ffmpegPath: string;
  /** ms; longest fragment that comes out. */
  readonly fragmentMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const LIMITS = { memoryMb: 1024 };

/** Re-encodes by one FFmpeg for each run. */
export function createTranscoder(options: TranscoderOptions): Transcoder {
  return {
    async run({ info, fragments }, sink, signal) {
      if (signal.aborted) return;
      const process = startFfmpeg(transcodeCommand(options), { path: options.ffmpegPath, limits: LIMITS });
      const { stdin } = process;
      const stamps = createStamps(info.timescale, { fromZero: true });
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
        stdin === null ? undefined : feedFragments(stdin, info, stamps.note(fragments), gone.signal).catch(fail);
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
