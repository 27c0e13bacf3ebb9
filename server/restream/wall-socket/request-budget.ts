import type { Clock } from '#base/clock';

/** How many requests a client may make: enough to fill the largest wall twice at once, then a steady trickle. */
export interface RequestBudget {
  /** False when the client asks too much. */
  take(): boolean;
}

const BURST = 600;
const PER_SECOND = 60;

export function createRequestBudget(clock: Clock): RequestBudget {
  let left = BURST;
  let atMs = clock.monotonic();
  return {
    take() {
      const nowMs = clock.monotonic();
      left = Math.min(BURST, left + ((nowMs - atMs) * PER_SECOND) / 1000);
      atMs = nowMs;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
