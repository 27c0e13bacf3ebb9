/** What a trial looks at, in the time zone of the screen. Pure. */
export const TRIAL_RANGES = ['hour', 'night', 'yesterday', 'own'] as const;
export type TrialRange = (typeof TRIAL_RANGES)[number];

export interface Span {
  /** ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

export const MOST_TRIAL_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** Last night is the newest one that has begun; while it lasts, it ends now. */
export function spanOf(range: Exclude<TrialRange, 'own'>, nowMs: number): Span {
  if (range === 'hour') return { fromMs: nowMs - HOUR_MS, toMs: nowMs };
  const at = (daysBack: number, hour: number): number => {
    const date = new Date(nowMs);
    return new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBack, hour).getTime();
  };
  // Where a clock is put back, a day has 25 hours, and a trial 24.
  if (range === 'yesterday') return { fromMs: Math.max(at(1, 0), at(0, 0) - MOST_TRIAL_MS), toMs: at(0, 0) };
  const evening = at(0, 22) <= nowMs ? at(0, 22) : at(1, 22);
  const morning = at(0, 22) <= nowMs ? at(-1, 6) : at(0, 6);
  return { fromMs: evening, toMs: Math.min(morning, nowMs) };
}

export const isSpan = ({ fromMs, toMs }: Span): boolean => fromMs < toMs && toMs - fromMs <= MOST_TRIAL_MS;
