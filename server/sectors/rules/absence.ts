import type { FeedView } from '#contracts/feeds';
import type { SectorRule } from '#contracts/sector-events';
import type { Indicator, Period } from '#contracts/sectors';
import type { Feeds, Observations, Places } from '../interfaces.ts';
import { lateMs, periodOf, previousPeriod } from '../periods.ts';
import { isDue, owesFromMs } from '../scores/feed-day.ts';

export type AbsenceRule = Extract<SectorRule, { kind: 'absence' }>;

/** A unit whose value is not there although it is late by now. */
export interface Silence {
  readonly unitId: string;
  readonly areaCodes: readonly string[];
  /** The first period that is missing, as far as it is the newest that is due. */
  readonly period: Period;
  /** Since then. */
  readonly lateMs: number;
  readonly feed: FeedView;
}

/** How far back a period that is due is looked for: over the longest holiday of the shortest cadence. */
const MOST_TRIED = 20_000;

/** The newest period whose value must be there by now. */
export function newestLate(
  { cadence }: Indicator,
  nowMs: number,
  places: Pick<Places, 'timeZone' | 'isDueDay'>,
): Period | undefined {
  let period = periodOf(cadence, nowMs - (cadence.lagMinutes + cadence.graceMinutes) * 60_000, places.timeZone);
  for (let tried = 0; tried < MOST_TRIED; tried += 1) {
    if (lateMs(cadence, period) <= nowMs && isDue(cadence, period, places)) return period;
    period = previousPeriod(cadence, period, places.timeZone);
  }
  return undefined;
}

/** Units that owe the indicator and are silent, of all feeds that are not paused. */
export async function silentUnits(
  indicator: Indicator,
  nowMs: number,
  {
    feeds,
    places,
    observations,
  }: {
    feeds: Pick<Feeds, 'feeds'>;
    places: Pick<Places, 'timeZone' | 'isDueDay' | 'rootArea'>;
    observations: Pick<Observations, 'newest'>;
  },
): Promise<readonly Silence[]> {
  const period = newestLate(indicator, nowMs, places);
  if (period === undefined) return [];
  const obliged = feeds.feeds().flatMap((feed) => {
    const own = feed.paused ? undefined : feed.obliged.find((one) => one.indicator === indicator.code);
    if (own === undefined || period.startMs < owesFromMs({ feed, places }, indicator.cadence)) return [];
    const cells = own.cells.length === 0 ? [{ areaCode: places.rootArea(), unitId: null }] : own.cells;
    return cells.map(({ areaCode, unitId }) => ({ feed, areaCode, unitId: unitId ?? feed.ownerUnitId }));
  });
  if (obliged.length === 0) return [];
  const there = new Set<string>();
  for (const one of await observations.newest({ indicator: indicator.code, fromMs: period.startMs, toMs: nowMs + 1 })) {
    // "Not measured" says why there is nothing: somebody is there.
    there.add(one.areaCode);
  }
  const silent = new Map<string, Silence & { areaCodes: string[] }>();
  for (const { feed, areaCode, unitId } of obliged) {
    if (there.has(areaCode)) continue;
    const known = silent.get(unitId);
    if (known === undefined) {
      silent.set(unitId, { unitId, areaCodes: [areaCode], period, lateMs: lateMs(indicator.cadence, period), feed });
    } else known.areaCodes.push(areaCode);
  }
  return [...silent.values()];
}
