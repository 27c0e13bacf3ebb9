import type { FeedView } from '#contracts/feeds';
import type { Cadence, Indicator, Period } from '#contracts/sectors';
import type { BatchFacts, Catalogue, Places, RowFacts } from '../interfaces.ts';
import type { ScoredValue, ScoreValues } from '../observations/score-values.ts';
import { ABOUT_MS, lateMs, nextPeriod, periodOf, periodsBetween, previousPeriod } from '../periods.ts';
import { DAY_MS } from './tally.ts';

/** What one feed is scored by on one day (of UTC), and how far that day has gone. Times are ms since 1970. */
export interface FeedDay {
  readonly feed: FeedView;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly places: Pick<Places, 'timeZone' | 'isDueDay' | 'rootArea' | 'areas'>;
  readonly catalogue: Pick<Catalogue, 'indicator' | 'indicators' | 'identities'>;
  readonly batches: readonly BatchFacts[];
  readonly badRows: readonly RowFacts[];
  readonly heartbeats: readonly number[];
  /** Every revision whose period begins in the range; asked once for each range. */
  readonly values: (indicator: string, fromMs: number, toMs: number) => Promise<readonly ScoredValue[]>;
  readonly touched: ScoreValues['touched'];
  /** A person has confirmed this very value. */
  readonly isConfirmed: (indicator: string, areaCode: string, periodStartMs: number, value: number) => boolean;
}

/** What a feed must deliver: one value of an indicator for an area, each period. */
export interface ObligedCell {
  readonly indicator: Indicator;
  readonly areaCode: string;
  readonly unitId: string;
  /** From when on it is owed, ms since 1970. */
  readonly sinceMs: number;
}

export function obligedCells({
  feed,
  catalogue,
  places,
}: Pick<FeedDay, 'feed'> & {
  readonly catalogue: Pick<Catalogue, 'indicator'>;
  readonly places: Pick<Places, 'rootArea'>;
}): readonly { readonly indicator: Indicator; readonly cells: readonly ObligedCell[] }[] {
  return feed.obliged.flatMap(({ indicator: code, cells, sinceMs: wholeSinceMs }) => {
    const indicator = catalogue.indicator(code);
    if (indicator === undefined) return [];
    const whole = { areaCode: places.rootArea(), unitId: null, sinceMs: wholeSinceMs };
    return [
      {
        indicator,
        cells: (cells.length === 0 ? [whole] : cells).map(({ areaCode, unitId, sinceMs }) => ({
          ...{ indicator, areaCode, unitId: unitId ?? feed.ownerUnitId, sinceMs: sinceMs ?? feed.createdMs },
        })),
      },
    ];
  });
}

/** A value is due for it at all: not on days on which nobody works, where the cadence says so. */
export function isDue(cadence: Cadence, period: Period, places: Pick<Places, 'timeZone' | 'isDueDay'>): boolean {
  if (cadence.days === 'all' || ABOUT_MS[cadence.every] > DAY_MS) return true;
  const day = periodOf({ ...cadence, every: 'day', startMinute: 0 }, period.startMs, places.timeZone);
  return places.isDueDay(day.startMs, cadence.days);
}

/** Those whose values are late in the range if they are not there, oldest first. */
export function periodsLateIn(
  cadence: Cadence,
  fromMs: number,
  toMs: number,
  places: Pick<Places, 'timeZone' | 'isDueDay'>,
): readonly Period[] {
  const lagMs = (cadence.lagMinutes + cadence.graceMinutes) * 60_000;
  const about = ABOUT_MS[cadence.every] * 1.2 + DAY_MS / 12;
  return periodsBetween(cadence, fromMs - lagMs - about, toMs - lagMs, places.timeZone).filter((period) => {
    const late = lateMs(cadence, period);
    return late >= fromMs && late < toMs && isDue(cadence, period, places);
  });
}

/** When the value of a period is too old: the one that is due next is late. */
export function staleMs(cadence: Cadence, period: Period, places: Pick<Places, 'timeZone' | 'isDueDay'>): number {
  let next = nextPeriod(cadence, period, places.timeZone);
  // A long holiday is no more than some weeks.
  for (let tried = 0; tried < 60 * 24 * 60 && !isDue(cadence, next, places); tried += 1) {
    next = nextPeriod(cadence, next, places.timeZone);
  }
  return lateMs(cadence, next);
}

/** The first period of which a value can be fresh at a moment, or its predecessor where nothing is due for a while. */
export function freshFrom(cadence: Cadence, atMs: number, places: Pick<Places, 'timeZone' | 'isDueDay'>): Period {
  let period = periodOf(cadence, atMs, places.timeZone);
  for (let tried = 0; tried < 60 * 24 * 60; tried += 1) {
    const before = previousPeriod(cadence, period, places.timeZone);
    if (staleMs(cadence, before, places) <= atMs) return period;
    period = before;
  }
  return period;
}
