import type { Clock } from '#base/clock';
import type { Fragment } from '#contracts/media';
import type { IntakeNews, OutboxLimits } from './intake-messages.ts';

/**
 * What a thread of intake has for the main thread: what happens within a few ms goes in one message, as each wakes who
 * gets it. Fragments are handed over, not copied.
 */
export interface IntakeOutbox {
  add(news: IntakeNews): void;
  /**
   * False where so much waits for the main thread already, of this stream or of all, that nothing was taken in. One
   * fragment is always taken.
   */
  fragment(stream: number, backlog: Backlog, fragment: Fragment): boolean;
}

/** Bytes of one stream that the main thread has not dealt with. Only the outbox writes to it. */
export interface Backlog {
  bytes: number;
}

export interface IntakeOutboxDeps {
  readonly post: (news: readonly IntakeNews[], transfer: readonly ArrayBuffer[]) => void;
  /** As of `IntakeThreadData`. */
  readonly taken: Int32Array;
  readonly limits: OutboxLimits;
  readonly clock: Pick<Clock, 'after'>;
}

/** ms; with fifty cameras it takes a third off what the main thread has to do. */
const COLLECT_MS = 5;

/** The fragments of one message. */
interface Crowd {
  readonly backlogs: Backlog[];
  readonly sizes: number[];
}

export function createIntakeOutbox(deps: IntakeOutboxDeps): IntakeOutbox {
  const { post, taken, limits, clock } = deps;
  let news: IntakeNews[] = [];
  let transfer: ArrayBuffer[] = [];
  let open: Crowd = { backlogs: [], sizes: [] };
  /** Sent and not dealt with, oldest first. */
  const underWay: Crowd[] = [];
  /** How many crowds were dealt with, as far as is accounted for; wraps as `taken` does. */
  let settled = 0;
  let allBytes = 0;

  function settle(): void {
    const now = Atomics.load(taken, 0);
    while (settled !== now) {
      settled = (settled + 1) | 0;
      const crowd = underWay.shift();
      if (crowd === undefined) continue;
      for (const [at, backlog] of crowd.backlogs.entries()) {
        const size = crowd.sizes[at] ?? 0;
        backlog.bytes -= size;
        allBytes -= size;
      }
    }
  }

  function send(): void {
    const [sent, handedOver] = [news, transfer];
    news = [];
    transfer = [];
    underWay.push(open);
    open = { backlogs: [], sizes: [] };
    post(sent, handedOver);
  }

  function add(one: IntakeNews): void {
    if (news.push(one) === 1) clock.after(COLLECT_MS, send);
  }

  return {
    add,
    fragment(stream, backlog, fragment) {
      settle();
      const size = fragment.bytes.byteLength;
      if (backlog.bytes > 0 && backlog.bytes + size > limits.streamBytes) return false;
      if (allBytes > 0 && allBytes + size > limits.allBytes) return false;
      backlog.bytes += size;
      allBytes += size;
      open.backlogs.push(backlog);
      open.sizes.push(size);
      const { buffer } = fragment.bytes;
      if (buffer instanceof ArrayBuffer) transfer.push(buffer);
      add({ kind: 'fragment', stream, fragment });
      return true;
    },
  };
}
