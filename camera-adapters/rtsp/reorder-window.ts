import type { Clock } from '#base/clock';
import { RTP_HEAD, uint32 } from './rtp.ts';

/**
 * Puts datagrams back into the order of their numbers. Waits for a missing one as long as its bounds allow, and hands on
 * what is there then: what is missing is the receiver's to count. Datagrams are kept as they are, not copied.
 */
export interface ReorderWindow {
  push(datagram: Uint8Array, arrivedMs: number): void;
  /** Forgets what waits. */
  close(): void;
}

export const MOST_WAITING = 64;
export const LONGEST_WAIT_MS = 100;
/** As far back as a number counts as late, and not as a new beginning. */
const MOST_LATE = 100;

export function createReorderWindow(
  clock: Clock,
  deliver: (datagram: Uint8Array, arrivedMs: number) => void,
): ReorderWindow {
  const waiting: (Uint8Array | undefined)[] = new Array<undefined>(MOST_WAITING).fill(undefined);
  let held = 0;
  let next = 0;
  let ssrc = -1;
  let cancel: (() => void) | undefined;

  /** Hands on what waits without a gap from `next` on. */
  function drain(arrivedMs: number): void {
    for (;;) {
      const slot = next % MOST_WAITING;
      const datagram = waiting[slot];
      if (datagram === undefined) break;
      waiting[slot] = undefined;
      held -= 1;
      next = (next + 1) & 0xffff;
      deliver(datagram, arrivedMs);
    }
    cancel?.();
    cancel = held === 0 ? undefined : clock.after(LONGEST_WAIT_MS, giveUp);
  }

  /** The missing ones do not come any more. */
  function giveUp(): void {
    skip();
    drain(clock.monotonic());
  }

  function skip(): void {
    while (held > 0 && waiting[next % MOST_WAITING] === undefined) next = (next + 1) & 0xffff;
  }

  function flush(arrivedMs: number): void {
    while (held > 0) {
      skip();
      drain(arrivedMs);
    }
  }

  return {
    push(datagram, arrivedMs) {
      if (datagram.length < RTP_HEAD) return deliver(datagram, arrivedMs);
      const sequence = ((datagram[2] ?? 0) << 8) | (datagram[3] ?? 0);
      const source = uint32(datagram, 8);
      if (source !== ssrc) {
        flush(arrivedMs);
        ssrc = source;
        next = sequence;
      }
      const ahead = (sequence - next) & 0xffff;
      if (ahead >= 0x1_0000 - MOST_LATE) return deliver(datagram, arrivedMs);
      if (ahead >= MOST_WAITING) {
        flush(arrivedMs);
        next = sequence;
      } else if (ahead > 0) {
        const slot = sequence % MOST_WAITING;
        if (waiting[slot] !== undefined) return;
        waiting[slot] = datagram;
        held += 1;
        cancel ??= clock.after(LONGEST_WAIT_MS, giveUp);
        return;
      }
      next = (sequence + 1) & 0xffff;
      deliver(datagram, arrivedMs);
      if (held > 0) drain(arrivedMs);
    },
    close() {
      cancel?.();
      cancel = undefined;
      waiting.fill(undefined);
      held = 0;
    },
  };
}
