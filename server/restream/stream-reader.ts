import type { Clock } from '#base/clock';
import type { Fragment, StartAt, StreamInfo, StreamItem } from '#contracts/media';
import type { Ring } from './ring.ts';

/**
 * One reader's place in a stream. It holds a number and no fragments, so a slow one costs nothing and slows nobody:
 * when the ring has moved on, it is told what it lost and goes on at the newest key frame.
 */
export interface StreamReader {
  /** The next item, or `undefined` when there is none yet. O(1), except after a loss: O(groups). */
  take(): StreamItem | undefined;
  /** The same, waiting; `undefined` when `signal` aborts first. One call at a time. */
  next(signal: AbortSignal): Promise<StreamItem | undefined>;
  /**
   * Gives up what lies between here and the newest key frame if that one is ahead; the next item is then `lost`.
   * False when no newer key frame is in memory: the reader stays where it is. O(1).
   */
  skipToNewestKey(): boolean;
  /** Fragments in memory that this reader has not taken yet, 1 for an end that it was not told. O(1). */
  readonly behind: number;
  /** Ends the reader and its demand. Idempotent. */
  close(): void;
}

export interface ReaderOptions {
  readonly from: StartAt;
  /** Where it goes on when the ring has moved past it: where the picture is now, or where the least is lost. */
  readonly afterLoss?: 'newest' | 'oldest';
  /** Called in the same turn after something became available; must not throw. */
  readonly wake?: () => void;
}

/** What the stream needs of its readers. */
export interface OwnedReader extends StreamReader {
  /** Something new is in the ring. */
  notify(): void;
  end(reason: string): void;
}

/** Pictures older than this are no "now" to start with: an on-demand stream's leftovers from its last viewer. */
export const STALE_MS = 10_000;

export function createReader(deps: {
  ring: Ring;
  /** Server time at which the newest fragment came in; 0 when none did. */
  lastArrivalMs: () => number;
  clock: Clock;
  options: ReaderOptions;
  onClose: (reader: OwnedReader) => void;
}): OwnedReader {
  const { ring, clock, options } = deps;
  const fresh = clock.monotonic() - deps.lastArrivalMs() <= STALE_MS;
  const begins = {
    oldestGroup: () => ring.keyFrom(ring.start),
    latestGroup: ring.newestKey,
    nextGroup: () => undefined,
  };
  const key = fresh ? begins[options.from]() : undefined;
  let place = key ?? ring.end;
  /** The next fragment to give out must be a key frame. */
  let seekKey = true;
  let lost = 0;
  let begun = false;
  let lastSequence: number | undefined;
  let told: StreamInfo | undefined;
  let ended: string | undefined;
  let endTold = false;
  let closed = false;
  let waiting: (() => void) | undefined;

  /** Moves to the newest key frame at or after `place` and counts what is passed over. */
  function resync(): Fragment | undefined {
    if (place < ring.start) {
      lost += begun ? ring.start - place : 0;
      place = ring.start;
      seekKey = true;
      const newest = ring.newestKey();
      if (newest !== undefined && newest > place && options.afterLoss !== 'oldest') jump(newest);
    }
    if (seekKey) jump(ring.keyFrom(place) ?? ring.end);
    return ring.at(place);
  }

  function jump(target: number): void {
    if (begun) lost += target - place;
    place = target;
  }

  function take(): StreamItem | undefined {
    if (closed) return undefined;
    if (ended !== undefined) {
      if (endTold) return undefined;
      endTold = true;
      return { type: 'end', reason: ended };
    }
    let fragment = resync();
    if (fragment === undefined) return undefined;
    if (!seekKey && lastSequence !== undefined && fragment.sequence !== lastSequence + 1) {
      // Lost before it reached the ring: what refers to the missing pictures would be decoded as smear.
      lost += Math.max(0, fragment.sequence - lastSequence - 1);
      seekKey = true;
      fragment = resync();
      if (fragment === undefined) return undefined;
    }
    if (lost > 0) {
      const item: StreamItem = { type: 'lost', fragments: lost };
      lost = 0;
      lastSequence = undefined;
      return item;
    }
    const info = ring.infoOf(fragment.generation);
    if (info === undefined) return undefined;
    if (told !== info) {
      told = info;
      return { type: 'info', info };
    }
    place += 1;
    seekKey = false;
    begun = true;
    lastSequence = fragment.sequence;
    return { type: 'fragment', fragment, info };
  }

  function release(): void {
    const resolve = waiting;
    waiting = undefined;
    resolve?.();
  }

  function notify(): void {
    release();
    options.wake?.();
  }

  const reader: OwnedReader = {
    take,
    async next(signal) {
      for (;;) {
        const item = take();
        if (item !== undefined || signal.aborted || closed || ended !== undefined) return item;
        await new Promise<void>((resolve) => {
          const done = (): void => {
            signal.removeEventListener('abort', done);
            resolve();
          };
          waiting = done;
          signal.addEventListener('abort', done, { once: true });
        });
      }
    },
    skipToNewestKey() {
      const newest = ring.newestKey();
      if (newest === undefined || newest <= place || closed) return false;
      jump(newest);
      seekKey = true;
      return true;
    },
    get behind() {
      if (closed) return 0;
      if (ended !== undefined) return endTold ? 0 : 1;
      return ring.end - Math.max(place, ring.start);
    },
    close() {
      if (closed) return;
      closed = true;
      deps.onClose(reader);
      release();
    },
    notify,
    end(reason) {
      ended = reason;
      notify();
    },
  };
  return reader;
}
