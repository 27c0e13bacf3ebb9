import type { Clock } from '#base/clock';

/**
 * Who starts FFmpeg waits for a turn: loading it takes a quarter of a second of a core, and fifty that start at a time
 * all come too late, each with the pictures that have waited for it meanwhile.
 */
export interface Starts {
  /** Resolves when it may start, or at once when `signal` aborts. What it gives is to be called when it has started. */
  turn(signal: AbortSignal): Promise<() => void>;
}

/** A start that takes longer keeps nobody waiting, ms: perhaps there is nothing to decode. */
const STARTS_WITHIN_MS = 10_000;

/** `most`: at a time. */
export function createStarts(most: number, clock: Clock): Starts {
  const waiting = new Set<() => void>();
  let starting = 0;

  function begin(): () => void {
    starting += 1;
    let isOver = false;
    const over = (): void => {
      if (isOver) return;
      isOver = true;
      cancel();
      starting -= 1;
      const [next] = waiting;
      next?.();
    };
    const cancel = clock.after(STARTS_WITHIN_MS, over);
    return over;
  }

  return {
    turn(signal) {
      if (signal.aborted) return Promise.resolve(() => {});
      if (starting < most) return Promise.resolve(begin());
      return new Promise((resolve) => {
        const settle = (over: () => void): void => {
          waiting.delete(go);
          signal.removeEventListener('abort', leave);
          resolve(over);
        };
        const go = (): void => settle(begin());
        const leave = (): void => settle(() => {});
        waiting.add(go);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
}
