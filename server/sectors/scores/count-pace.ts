import type { Clock } from '#base/clock';

/**
 * Counting is a guest of the thread that carries live video: a fifth of all time in the long run. What was saved up
 * while nothing was counted lets somebody who has just delivered see the scores at once; what nobody waits for, days
 * that were never looked at, leaves a part of it for them.
 */
export interface CountPace {
  /** ms from now until it may be gone on with; 0: now. */
  waitMs(urgent: boolean): number;
  /** Runs a piece of work, and takes its time off what was saved up. */
  spend<T>(work: () => Promise<T>): Promise<T>;
}

const SHARE = 0.2;
/** ms of counting that are saved up at most, and that are kept for what somebody waits for. */
const MOST_SAVED = 800;
const KEPT_FOR_URGENT = 500;
/** What one long piece of work may take off in advance: nobody who delivers waits for longer than three quarters of a second. */
const MOST_OWED = 150;

export function createCountPace({ monotonic }: Pick<Clock, 'monotonic'>): CountPace {
  let saved = MOST_SAVED;
  let knownAt = monotonic();

  function now(): number {
    const at = monotonic();
    saved = Math.min(MOST_SAVED, saved + (at - knownAt) * SHARE);
    knownAt = at;
    return saved;
  }

  return {
    waitMs(urgent) {
      const short = (urgent ? 0 : KEPT_FOR_URGENT) - now();
      return short < 0 ? 0 : Math.ceil((short + 1) / SHARE);
    },
    async spend(work) {
      const begun = monotonic();
      try {
        return await work();
      } finally {
        now();
        saved = Math.max(-MOST_OWED, saved - (monotonic() - begun));
      }
    },
  };
}
