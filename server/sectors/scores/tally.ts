import type { FailingRow, FailureCode, Quality } from '#contracts/quality';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Failing rows that are kept of one quality of one feed and day; all are counted. */
const MOST_FAILURES = 5000;

export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

export interface NewFailure extends Omit<FailingRow, 'feedId' | 'detail'> {
  readonly quality: Quality;
  /** Of what lasts: when it was over; `null` while it is not. */
  readonly untilMs: number | null;
  readonly detail: FailingRow['detail'];
}
export interface Count {
  readonly hourMs: number;
  /** Empty: of the whole feed. */
  readonly unitId: string;
  readonly quality: Quality;
  a: number;
  b: number;
}

/** What is counted of one feed and day. */
export interface Tally {
  /** `unitId`: `null` counts for the feed alone. `only`: for the unit alone. */
  count(quality: Quality, atMs: number, unitId: string | null, a: number, b: number, only?: 'unit' | 'feed'): void;
  fail(
    quality: Quality,
    code: FailureCode,
    atMs: number,
    about?: Partial<Omit<NewFailure, 'quality' | 'code' | 'atMs'>>,
  ): void;
  counts(): readonly Count[];
  failures(): readonly NewFailure[];
}

export function createTally(): Tally {
  const counts = new Map<string, Count>();
  const failures: NewFailure[] = [];
  const failed = new Map<Quality, number>();

  function add(quality: Quality, hourMs: number, unitId: string, a: number, b: number): void {
    const key = `${quality} ${hourMs} ${unitId}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { hourMs, unitId, quality, a, b });
    else {
      known.a += a;
      known.b += b;
    }
  }

  return {
    count(quality, atMs, unitId, a, b, only) {
      const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
      if (only !== 'unit') add(quality, hourMs, '', a, b);
      if (only !== 'feed' && unitId !== null) add(quality, hourMs, unitId, a, b);
    },
    fail(quality, code, atMs, about = {}) {
      const n = (failed.get(quality) ?? 0) + 1;
      failed.set(quality, n);
      // Those of live are what live is reckoned from.
      if (n > MOST_FAILURES && quality !== 'live') return;
      failures.push({
        ...{ quality, code, atMs, untilMs: null, unitId: null, areaCode: null, indicator: null },
        ...{ periodStartMs: null, batchId: null, row: null, value: null, detail: {}, ...about },
      });
    },
    counts: () => [...counts.values()],
    failures: () => failures,
  };
}
