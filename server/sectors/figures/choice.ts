import type { Indicator, Period } from '#contracts/sectors';
import type { Places } from '../interfaces.ts';
import { ABOUT_MS, isBelowDay, lateMs, nextPeriod, periodOf, previousPeriod } from '../periods.ts';
import { type Amount, amountOver, isCoarser, leavesOf } from './amounts.ts';
import type { View } from './view.ts';

/** Which period a figure is of, and how long it stays fresh. */

/** How far back a value is looked for before it is said to be missing, in periods. */
const LOOK_BACK = { below: 1000, day: 400, above: 60 };
/** Periods without all parts of a ratio that are looked through. */
const MOST_STEPS = 70;
/** Days on which nothing is due, in a row: the longest holidays of schools and more. */
const MOST_FREE_DAYS = 200;

export interface Chosen {
  readonly period: Period;
  readonly amount: Amount;
  readonly reporting: Reporting;
}
export interface Reporting {
  readonly delivered: number;
  readonly obliged: number;
}

/**
 * The newest period with values that is over or, of what is delivered more than once a day or is due before the period
 * ends, that has begun. One that is not late yet and for which some have not delivered gives way to an older one that is
 * still fresh: a sum of those who were quick is not the province. `undefined`: there is none.
 */
export async function choosePeriod(
  view: View,
  indicator: Indicator,
  areaCode: string,
  reportingOf: (period: Period) => Promise<Reporting>,
): Promise<Chosen | undefined> {
  const { cadence } = indicator;
  const zone = view.places.timeZone;
  const anchorMs = await newestStart(view, indicator, areaCode);
  if (anchorMs === null) return undefined;
  let period = periodOf(cadence, anchorMs, zone);
  let early: Chosen | undefined;
  for (let step = 0; step < MOST_STEPS; step += 1, period = previousPeriod(cadence, period, zone)) {
    if (!counts(indicator, period, view.atMs)) continue;
    const amount = await amountOver(view, indicator, areaCode, period);
    if (!amount.complete) continue;
    const chosen = { period, amount, reporting: await reportingOf(period) };
    if (early !== undefined) return staleFromMs(view.places, indicator, period) > view.atMs ? chosen : early;
    const { delivered, obliged } = chosen.reporting;
    if (delivered >= obliged || view.atMs >= lateMs(cadence, period)) return chosen;
    early = chosen;
  }
  return early;
}

/** Begin of the newest period of which all parts may be there. */
async function newestStart(view: View, indicator: Indicator, areaCode: string): Promise<number | null> {
  const leaves = leavesOf(indicator, view.indicator);
  const quick = leaves.filter((leaf) => !isCoarser(leaf.cadence, indicator.cadence));
  let newest: number | null = null;
  for (const leaf of quick.length > 0 ? quick : leaves) {
    const number = view.numberOf(leaf.code);
    const back = isBelowDay(leaf.cadence)
      ? LOOK_BACK.below
      : leaf.cadence.every === 'day'
        ? LOOK_BACK.day
        : LOOK_BACK.above;
    const fromMs = view.atMs - back * ABOUT_MS[leaf.cadence.every];
    const startMs =
      number < 0 ? null : await view.readings.newest(number, view.areasOf(areaCode), fromMs, view.atMs + 1);
    if (startMs === null) return null;
    newest = Math.min(newest ?? startMs, startMs);
  }
  return newest;
}

function counts({ cadence }: Indicator, period: Period, atMs: number): boolean {
  if (period.endMs <= atMs) return true;
  return period.startMs <= atMs && (isBelowDay(cadence) || cadence.lagMinutes < 0);
}

/** From then on the value of the period is too old: that of the next one for which a value is due is late. */
export function staleFromMs(
  places: Pick<Places, 'timeZone' | 'isDueDay'>,
  indicator: Indicator,
  period: Period,
): number {
  const { cadence } = indicator;
  let next = nextPeriod(cadence, period, places.timeZone);
  if (cadence.days !== 'all' && (isBelowDay(cadence) || cadence.every === 'day')) {
    const day = { ...cadence, every: 'day', startMinute: 0 } as const;
    for (let days = 0; days < MOST_FREE_DAYS && !places.isDueDay(next.startMs, cadence.days); days += 1) {
      const dayEndMs = periodOf(day, next.startMs, places.timeZone).endMs;
      next = periodOf(cadence, dayEndMs, places.timeZone);
      if (next.startMs < dayEndMs) next = nextPeriod(cadence, next, places.timeZone);
    }
  }
  return lateMs(cadence, next);
}

/** The one that is named where there is no value: the last that is over. */
export function missingPeriod({ timeZone }: Pick<Places, 'timeZone'>, { cadence }: Indicator, atMs: number): Period {
  return previousPeriod(cadence, periodOf(cadence, atMs, timeZone), timeZone);
}

/** When the choice may change by itself, without anything being delivered: a period ends, or is late. */
export function nextChoiceMs({ timeZone }: Pick<Places, 'timeZone'>, { cadence }: Indicator, atMs: number): number {
  const current = periodOf(cadence, atMs, timeZone);
  const before = previousPeriod(cadence, current, timeZone);
  const moments = [current.endMs, lateMs(cadence, current), lateMs(cadence, before)];
  return Math.min(...moments.filter((ms) => ms > atMs));
}
