/**
 * Back-off with full jitter between a floor and a growing ceiling, so that a thousand cameras behind one broken switch
 * do not dial in step when it comes back.
 */
export interface BackOff {
  /** ms to wait before the next attempt; grows with each call. */
  next(): number;
  /** After a success: the next wait is short again. */
  reset(): void;
}

export function backOff(limits: { firstMs: number; maxMs: number; random?: () => number }): BackOff {
  const random = limits.random ?? Math.random;
  let attempt = 0;
  return {
    next() {
      const ceiling = Math.min(limits.maxMs, limits.firstMs * 2 ** Math.min(attempt, 30));
      attempt += 1;
      return Math.round(ceiling / 2 + (random() * ceiling) / 2);
    },
    reset() {
      attempt = 0;
    },
  };
}
