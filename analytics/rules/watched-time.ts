/**
 * Time in which a camera was watched. Pictures that stay away, or a clock that is set, are no time in which anything
 * happened: a car has not stood for an hour because the clock was moved by one.
 */
export interface WatchedTime {
  /** A picture of `atMs` is looked at. `true` where it does not go on from the one before. */
  step(atMs: number): boolean;
  /** The moment on the clock of watched time, ms. Of moments before the last picture, too. */
  of(atMs: number): number;
}

/** Pictures come at any rate; a pause is longer than this and than what was usual. */
const LEAST_PAUSE_MS = 10_000;
const USUAL_TIMES = 4;
/** As long as it counts: what was before it and what is after it are not at once. */
const PAUSE_COUNTS_MS = 250;
const KEPT_INTERVALS = 8;
const KEPT_PAUSES = 10_000;

export function createWatchedTime(): WatchedTime {
  let lastMs: number | undefined;
  const intervals: number[] = [];
  /** What counts not at all: up to when, and how much in all by then. */
  const pauses: { readonly untilMs: number; readonly allMs: number }[] = [];

  return {
    step(atMs) {
      if (lastMs === undefined) {
        lastMs = atMs;
        return true;
      }
      const passedMs = Math.max(0, atMs - lastMs);
      const isPause = passedMs > Math.max(LEAST_PAUSE_MS, USUAL_TIMES * Math.max(0, ...intervals));
      intervals.push(passedMs);
      if (intervals.length > KEPT_INTERVALS) intervals.shift();
      if (isPause) {
        pauses.push({ untilMs: atMs, allMs: passedMs - PAUSE_COUNTS_MS + (pauses.at(-1)?.allMs ?? 0) });
        if (pauses.length > KEPT_PAUSES) pauses.shift();
      }
      lastMs = Math.max(lastMs, atMs);
      return isPause;
    },
    of(atMs) {
      const last = pauses.findLast(({ untilMs }) => untilMs <= atMs);
      return atMs - (last?.allMs ?? 0);
    },
  };
}
