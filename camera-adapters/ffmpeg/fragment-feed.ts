import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { untilLeft } from '#base/until-left';
import type { Fragment, StreamInfo } from '#contracts/media';

/**
 * Writes a stream to FFmpeg as fast as it takes it: what waits meanwhile waits with the reader, which knows what to
 * skip. Resolves to true when the fragments came to their end, to false when `gone` says that nobody reads any more, or
 * the pipe broke.
 */
export async function feedFragments(
  stdin: Writable,
  info: StreamInfo,
  fragments: AsyncIterable<Fragment>,
  gone: AbortSignal,
): Promise<boolean> {
  const iterator = fragments[Symbol.asyncIterator]();
  const orLeft = untilLeft(gone);
  try {
    stdin.write(info.init);
    for (;;) {
      const next = await orLeft(iterator.next());
      if (next === 'left') return false;
      if (next.done === true) return true;
      if (stdin.destroyed || stdin.writableEnded) return false;
      if (!stdin.write(next.value.bytes)) await once(stdin, 'drain', { signal: gone }).catch(() => {});
    }
  } finally {
    stdin.end();
    // Not awaited: an iterator that waits for a fragment ends only with its reader, and that is the caller's.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/** What was fed, so that the pictures that come out keep the time at which they were taken. */
export interface Stamps {
  /** Remembers what passes. */
  note(fragments: AsyncIterable<Fragment>): AsyncGenerator<Fragment>;
  /** Wall-clock of a picture, ms since 1970; `null` when nothing was fed. `mediaMs`: its time as FFmpeg tells it. */
  at(mediaMs: number): number | null;
}

/** Fragments that may be inside FFmpeg at a time; far more than anything of low latency holds. */
const MOST_STAMPS = 256;

/** `fromZero`: FFmpeg moves media time so that the first fragment is at zero, and changes nothing else about it. */
export function createStamps(timescale: number, { fromZero }: { fromZero: boolean }): Stamps {
  const known: { readonly mediaMs: number; readonly wallClockMs: number }[] = [];
  let startMs: number | undefined = fromZero ? undefined : 0;
  return {
    async *note(fragments) {
      for await (const fragment of fragments) {
        const mediaMs = (fragment.decodeTime * 1000) / timescale;
        startMs ??= mediaMs;
        known.push({ mediaMs: mediaMs - startMs, wallClockMs: fragment.wallClockMs });
        if (known.length > MOST_STAMPS) known.shift();
        yield fragment;
      }
    },
    at(mediaMs) {
      // Half a picture of tolerance: both sides round to their own ticks.
      const stamp = known.findLast((candidate) => candidate.mediaMs <= mediaMs + 10) ?? known[0];
      return stamp === undefined ? null : Math.round(stamp.wallClockMs + mediaMs - stamp.mediaMs);
    },
  };
}
