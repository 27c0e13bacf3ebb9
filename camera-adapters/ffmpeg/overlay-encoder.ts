import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { untilLeft } from '#base/until-left';
import type { OverlaidPart, OverlayEncoder, OverlayInput } from '#contracts/media';
import { OVERLAY_SETTINGS, overlayCommand } from './arguments.ts';
import { startFfmpeg } from './process.ts';
import { createSplitter } from './splitter.ts';

export interface OverlayEncoderOptions {
  readonly ffmpegPath: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** ms without a byte in or out before FFmpeg counts as hung. */
  readonly stallMs?: number;
}

/** Pictures of 4K with what the encoder looks ahead. */
const LIMITS = { memoryMb: 2048, lowPriority: true };
const STALL_MS = 60_000;

/**
 * Burns a picture into recordings by one FFmpeg for each run. Throws `Fault` `unavailable` `export.encodeFailed` when it
 * fails or hangs.
 */
export function createOverlayEncoder(options: OverlayEncoderOptions): OverlayEncoder {
  const { ffmpegPath, clock, log, stallMs = STALL_MS } = options;

  async function* run(input: OverlayInput, signal: AbortSignal): AsyncGenerator<OverlaidPart> {
    signal.throwIfAborted();
    const ffmpeg = startFfmpeg(overlayCommand(input), { path: ffmpegPath, limits: LIMITS });
    const gone = new AbortController();
    const stop = (): void => void ffmpeg.stop();
    signal.addEventListener('abort', stop, { once: true });
    let movedMs = clock.monotonic();
    let stalled = false;
    const moved = (): void => {
      movedMs = clock.monotonic();
    };
    const stopWatching = clock.every(Math.max(1, Math.floor(stallMs / 4)), () => {
      if (clock.monotonic() - movedMs < stallMs) return;
      stalled = true;
      stop();
    });
    let unread: unknown;
    const feeding =
      ffmpeg.stdin === null
        ? Promise.resolve()
        : feed(ffmpeg.stdin, input.mp4, gone.signal, moved).catch((error: unknown) => {
            unread = error;
            stop();
          });
    const parts: OverlaidPart[] = [];
    const splitter = createSplitter({
      init: ({ video }, bytes) => void parts.push({ kind: 'init', bytes, video }),
      fragment: ({ decodeTime, duration }, bytes) => void parts.push({ kind: 'fragment', bytes, decodeTime, duration }),
    });
    let fragments = 0;
    try {
      for await (const chunk of ffmpeg.stdout) {
        moved();
        splitter.push(chunk);
        for (const part of parts.splice(0)) {
          if (part.kind === 'fragment') fragments += 1;
          yield part;
          // Whoever takes the parts may take long: that is not FFmpeg's.
          moved();
        }
      }
      const end = await ffmpeg.ended;
      gone.abort();
      await feeding;
      signal.throwIfAborted();
      if (unread !== undefined) throw unread;
      // FFmpeg leaves with code 0 when nothing that came was a picture.
      if (stalled || end.startError !== null || end.code !== 0 || fragments === 0) {
        const why = stalled ? 'it hung' : (end.startError?.message ?? end.lines.at(-1) ?? `code ${end.code}`);
        log.warn({ lines: end.lines.slice(-5) }, 'encoding for an export ended');
        throw failed(why);
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof Fault || error === unread ? error : failed(messageOf(error), error);
    } finally {
      stopWatching();
      signal.removeEventListener('abort', stop);
      gone.abort();
      await ffmpeg.stop();
      await feeding;
    }
  }

  return { settings: `FFmpeg ${OVERLAY_SETTINGS}`, run };
}

function failed(why: string, cause?: unknown): Fault {
  return new Fault('unavailable', 'export.encodeFailed', `the video cannot be encoded again: ${why}`, { cause });
}

/** Writes as fast as FFmpeg takes it; ends with what is read, or when `gone` says that nobody reads any more. */
async function feed(
  stdin: Writable,
  chunks: AsyncIterable<Uint8Array>,
  gone: AbortSignal,
  moved: () => void,
): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const orLeft = untilLeft(gone);
  try {
    for (;;) {
      const next = await orLeft(iterator.next());
      if (next === 'left' || next.done === true) return;
      if (stdin.destroyed || stdin.writableEnded) return;
      if (!stdin.write(next.value)) await once(stdin, 'drain', { signal: gone }).catch(() => {});
      moved();
    }
  } finally {
    stdin.end();
    // Not awaited: a disk that hangs must not hold up the end.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
