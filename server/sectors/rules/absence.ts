import type { FeedView } from '#contracts/feeds';
import type { SectorRule } from '#contracts/sector-events';
import type { Indicator, Period } from '#contracts/sectors';
import { answering, owedKey } from '../answering.ts';
import { isOwed } from '../feeds/owed-since.ts';
import type { Feeds, Observations, Places, StoredObservation } from '../interfaces.ts';
import { lateMs, periodOf, previousPeriod } from '../periods.ts';
import { isDue, obligedCells } from '../scores/feed-day.ts';

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

/** The first of so many due periods in a row that end with this one. */
export function firstOf(
  { cadence }: Indicator,
  last: Period,
  periods: number,
  places: Pick<Places, 'timeZone' | 'isDueDay'>,
): Period {
  let first = last;
  let period = last;
  for (let [left, tried] = [periods - 1, 0]; left > 0 && tried < MOST_TRIED; tried += 1) {
    period = previousPeriod(cadence, period, places.timeZone);
    if (!isDue(cadence, period, places)) continue;
    first = period;
    left -= 1;
  }
  return first;
}

type Deliverer = Pick<StoredObservation, 'areaCode' | 'unitId' | 'feedId'>;
/** Who delivered for an area, each once. */
function deliverersOf(values: readonly Deliverer[]): ReadonlyMap<string, readonly Deliverer[]> {
  const once = new Map(values.map((one) => [`${one.areaCode} ${one.unitId} ${one.feedId}`, one]));
  const found = new Map<string, Deliverer[]>();
  for (const one of once.values()) {
    const known = found.get(one.areaCode);
    if (known === undefined) found.set(one.areaCode, [one]);
    else known.push(one);
  }
  return found;
}

/** Units that owe the indicator and are silent for so many periods, of all feeds that are not paused. */
export async function silentUnits(
  indicator: Indicator,
  nowMs: number,
  {
    periods,
    feeds,
    places,
    observations,
  }: {
    periods: number;
    feeds: Pick<Feeds, 'feeds'>;
    places: Pick<Places, 'timeZone' | 'isDueDay' | 'rootArea'>;
    observations: Pick<Observations, 'newest'>;
  },
): Promise<readonly Silence[]> {
  const period = newestLate(indicator, nowMs, places);
  if (period === undefined) return [];
  const first = firstOf(indicator, period, periods, places);
  const catalogue = { indicator: (code: string) => (code === indicator.code ? indicator : undefined) };
  const obliged = feeds.feeds().flatMap((feed) => {
    if (feed.paused) return [];
    return obligedCells({ feed, catalogue, places }).flatMap(({ cells }) =>
      cells.some(({ sinceMs }) => isOwed(indicator.cadence, first, sinceMs)) ? [{ feed, cells }] : [],
    );
  });
  if (obliged.length === 0) return [];
  // "Not measured" says why there is nothing: somebody is there.
  const there = deliverersOf(
    await observations.newest({ indicator: indicator.code, fromMs: first.startMs, toMs: nowMs + 1 }),
  );
  const silent = new Map<string, Silence & { areaCodes: string[] }>();
  for (const { feed, cells } of obliged) {
    const answers = answering(feed.id, cells);
    const areas = new Set(cells.map(({ areaCode }) => areaCode));
    const answered = new Set([...areas].flatMap((area) => (there.get(area) ?? []).flatMap(answers)));
    for (const cell of cells) {
      if (!isOwed(indicator.cadence, first, cell.sinceMs) || answered.has(owedKey(cell))) continue;
      const { areaCode, unitId } = cell;
      const known = silent.get(unitId);
      if (known === undefined) {
        silent.set(unitId, { unitId, areaCodes: [areaCode], period, lateMs: lateMs(indicator.cadence, period), feed });
      } else known.areaCodes.push(areaCode);
    }
  }
  return [...silent.values()];
}
