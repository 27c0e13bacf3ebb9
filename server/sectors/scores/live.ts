import { setImmediate as immediate } from 'node:timers/promises';
import type { FailureCode } from '#contracts/quality';
import type { Indicator, Period } from '#contracts/sectors';
import { answering, owedKey } from '../answering.ts';
import { isOwed } from '../feeds/owed-since.ts';
import type { ScoredValue } from '../observations/score-values.ts';
import { lateMs, nextPeriod, periodOf, previousPeriod } from '../periods.ts';
import { type FeedDay, freshFrom, type ObligedCell, obligedCells, staleMs } from './feed-day.ts';
import { type Interval, intersect, subtract, union } from './intervals.ts';
import type { Tally } from './tally.ts';

/** A sender's clock may be off by so much. */
const SKEW_MS = 300_000;
/** Periods before the day that are looked at for values that never change. */
const MOST_FROZEN = 1000;

/**
 * From when on a cell must be live, by the moment since which it is owed: when the value of the first period that is owed
 * is late. Most cells of a feed are owed since the same.
 */
export function liveFrom({ cadence }: Indicator, timeZone: string): (cell: Pick<ObligedCell, 'sinceMs'>) => number {
  const known = new Map<number, number>();
  return ({ sinceMs }) => {
    let fromMs = known.get(sinceMs);
    if (fromMs === undefined) {
      const running = periodOf(cadence, sinceMs, timeZone);
      const first = isOwed(cadence, running, sinceMs) ? running : nextPeriod(cadence, running, timeZone);
      fromMs = lateMs(cadence, first);
      known.set(sinceMs, fromMs);
    }
    return fromMs;
  };
}

/**
 * Sống: time during which the newest value is no older than it may be ÷ all time. What is written down is each time
 * during which it was not: `stale`, `frozen` (the same value for too many periods), or `clockSkew` (from a sender whose
 * clock is wrong: how old it is, nobody knows). Feeds without a rate of their own are live while their heart beats.
 */
export async function countLive(day: FeedDay, tally: Tally): Promise<void> {
  if (day.feed.heartbeatMinutes !== null) countHeartbeats(day, day.feed.heartbeatMinutes * 60_000, tally);
  if (day.feed.carries === 'events' || day.feed.paused) return;
  const skewed = new Set(
    day.batches.filter(({ skewMs }) => skewMs !== null && Math.abs(skewMs) > SKEW_MS).map(({ id }) => id),
  );
  for (const { indicator, cells } of obligedCells(day)) {
    const liveFromMs = liveFrom(indicator, day.places.timeZone);
    const fromMs = cells.reduce((first, cell) => Math.min(first, Math.max(day.fromMs, liveFromMs(cell))), day.toMs);
    const toMs = Math.min(day.toMs, day.nowMs);
    if (fromMs >= toMs) continue;
    const answers = answering(day.feed.id, cells);
    const byCell = new Map<string, ScoredValue[]>();
    for (const one of await day.values(indicator.code, firstPeriod(day, indicator, fromMs), toMs)) {
      for (const cell of answers(one)) {
        const known = byCell.get(cell);
        if (known === undefined) byCell.set(cell, [one]);
        else known.push(one);
      }
    }
    const stale = new Map<number, number>();
    const staleOf = (period: Period): number => {
      const known = stale.get(period.startMs) ?? staleMs(indicator.cadence, period, day.places);
      stale.set(period.startMs, known);
      return known;
    };
    for (const cell of cells) {
      const ownMs = Math.max(day.fromMs, liveFromMs(cell));
      if (ownMs >= toMs) continue;
      countCell({ day, cell, window: [ownMs, toMs], skewed, staleOf }, byCell.get(owedKey(cell)) ?? [], tally);
    }
    await immediate();
  }
}

/** Where to begin to read: whatever can still be fresh, and as many periods before as make a value frozen. */
function firstPeriod({ feed, places }: FeedDay, { cadence }: Indicator, fromMs: number): number {
  let period = freshFrom(cadence, fromMs, places);
  const back = Math.min(feed.frozenPeriods ?? 0, MOST_FROZEN);
  for (let at = 0; at < back; at += 1) period = previousPeriod(cadence, period, places.timeZone);
  return period.startMs;
}

function countCell(
  about: {
    day: FeedDay;
    cell: ObligedCell;
    window: Interval;
    skewed: ReadonlySet<string>;
    staleOf: (period: Period) => number;
  },
  values: readonly ScoredValue[],
  tally: Tally,
): void {
  const { day, cell, window, skewed, staleOf } = about;
  /** The first time that something was said of a period, and what is said of it now. */
  const periods = new Map<number, { period: Period; firstMs: number; skewed: boolean; value: number | null }>();
  for (const one of values) {
    if (one.value === null && one.reason !== 'nothing') continue;
    const known = periods.get(one.period.startMs);
    const value = one.newest && one.reason !== 'nothing' ? one.value : (known?.value ?? null);
    periods.set(one.period.startMs, {
      period: one.period,
      firstMs: Math.min(known?.firstMs ?? Number.MAX_SAFE_INTEGER, one.receivedMs),
      skewed: (known?.skewed ?? true) && skewed.has(one.batchId),
      value,
    });
  }
  const [good, frozen, wrong]: [Interval[], Interval[], Interval[]] = [[], [], []];
  let same = 0;
  let last: number | null = null;
  for (const one of [...periods.values()].sort((a, b) => a.period.startMs - b.period.startMs)) {
    same = one.value !== null && one.value === last ? same + 1 : 1;
    last = one.value;
    const fresh: Interval = [one.firstMs, staleOf(one.period)];
    if (day.feed.frozenPeriods !== null && same > day.feed.frozenPeriods) frozen.push(fresh);
    else if (one.skewed) wrong.push(fresh);
    else good.push(fresh);
  }
  // A value that changes makes it live again, also while the frozen one would still be young.
  const all = [window];
  const frozenTime = intersect(union(frozen), all);
  const gaps = subtract(all, subtract(union(good), laterThan(frozenTime, good)));
  const inFrozen = intersect(gaps, frozenTime);
  const inWrong = intersect(subtract(gaps, frozenTime), union(wrong));
  const rest = subtract(subtract(gaps, frozenTime), union(wrong));
  const write = (code: FailureCode, intervals: readonly Interval[]): void => {
    for (const [fromMs, toMs] of intervals) {
      const untilMs = toMs >= day.nowMs && day.nowMs < day.toMs ? null : toMs;
      tally.fail('live', code, fromMs, {
        ...{ untilMs, unitId: cell.unitId, areaCode: cell.areaCode, indicator: cell.indicator.code },
      });
    }
  };
  write('frozen', inFrozen);
  write('clockSkew', inWrong);
  write('stale', rest);
}

/** Of times of frozen values, what no later good value ends: the good value that came before them does not count then. */
function laterThan(frozen: readonly Interval[], good: readonly Interval[]): readonly Interval[] {
  return frozen.flatMap(([from, to]): Interval[] => {
    const next = good.map(([start]) => start).filter((start) => start > from && start < to);
    return [[from, Math.min(to, ...next)]];
  });
}

function countHeartbeats(day: FeedDay, everyMs: number, tally: Tally): void {
  const { feed, heartbeats, batches } = day;
  const slotOf = (ms: number): number => Math.floor(ms / everyMs);
  const beats = new Set([...heartbeats, ...batches.map(({ receivedMs }) => receivedMs)].map(slotOf));
  // The slot that runs is not over, and one that began before the feed did is not whole.
  const first = Math.ceil(Math.max(day.fromMs, feed.createdMs) / everyMs);
  for (let slot = first; slot * everyMs < day.toMs && (slot + 1) * everyMs <= day.nowMs; slot += 1) {
    const atMs = slot * everyMs;
    const seconds = everyMs / 1000;
    tally.count('live', atMs, feed.ownerUnitId, beats.has(slot) ? seconds : 0, seconds);
    if (beats.has(slot)) continue;
    tally.fail('live', 'noHeartbeat', atMs, { untilMs: atMs + everyMs, unitId: feed.ownerUnitId, detail: { seconds } });
  }
}
