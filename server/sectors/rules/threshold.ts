import { median } from '#base/median';
import type { SectorRule } from '#contracts/sector-events';
import type { Figure, FigureBand, Indicator, Period } from '#contracts/sectors';
import { ABOUT_MS, periodOf, previousPeriod, samePeriodBefore } from '../periods.ts';
import type { RuleState } from './rule-store.ts';

export type ThresholdRule = Extract<SectorRule, { kind: 'threshold' }>;

const ORDER: readonly FigureBand[] = ['normal', 'warn', 'critical'];
/** Days, or longer periods, that a median is taken of, and weeks that a weekday is held against. */
const MEDIAN_OF = 28;
const WEEKS = 4;
/** Same periods for a standard deviation, and how few tell nothing. */
const SIGMA_WEEKS = 8;
const LEAST_SAME = 4;

/** Values of the same area before, by where their period begins. */
export type Before = ReadonlyMap<number, number>;

/** A figure says all that the rule asks. */
export function isByItself({ basis }: ThresholdRule): boolean {
  return basis === 'value' || basis === 'target' || basis === 'plan';
}

/** The periods before a figure that a rule holds it against: no others are read. */
export function periodsBefore(
  rule: ThresholdRule,
  { cadence }: Pick<Indicator, 'cadence'>,
  period: Period,
  zone: string,
): readonly Period[] {
  const back = (times: number, before: (at: Period) => Period): Period[] => {
    const found: Period[] = [];
    for (let at = period; found.length < times; found.push(at)) at = before(at);
    return found;
  };
  const same = (by: 'day' | 'weekday' | 'year') => (at: Period) => samePeriodBefore(cadence, at, by, zone);
  const daily = ABOUT_MS[cadence.every] <= ABOUT_MS.day;
  switch (rule.basis) {
    case 'value':
    case 'target':
    case 'plan':
      return [];
    case 'median':
      // Nights are not held against days.
      return back(MEDIAN_OF, daily ? same('day') : (at) => previousPeriod(cadence, at, zone));
    case 'weekday':
      return back(WEEKS, same('weekday'));
    case 'sigma':
      return back(SIGMA_WEEKS, same('weekday'));
    case 'year':
      return ABOUT_MS[cadence.every] < ABOUT_MS.day ? [] : back(1, same('year'));
  }
}

/** What a rule looks at; `null` where there is nothing to hold the figure against, or too little of it. */
export function measureOf(
  rule: ThresholdRule,
  figure: Pick<Figure, 'value' | 'target' | 'period' | 'denominator'>,
  { indicator, before, zone }: { indicator: Indicator; before: Before; zone: string },
): number | null {
  const { value, target, period } = figure;
  if (value === null) return null;
  if (indicator.kind === 'ratio' && (figure.denominator ?? 0) < indicator.minVolume) return null;
  const { cadence } = indicator;
  switch (rule.basis) {
    case 'value':
      return value;
    case 'target':
    case 'plan':
      return target === null ? null : value - target;
    case 'year': {
      const earlier = before.get(samePeriodBefore(cadence, period, 'year', zone).startMs);
      return earlier === undefined ? null : change(value, earlier);
    }
    case 'weekday': {
      const same = sameWeekdays(WEEKS);
      return same.length < 2 ? null : change(value, mean(same));
    }
    case 'sigma': {
      const same = sameWeekdays(SIGMA_WEEKS);
      if (same.length < LEAST_SAME) return null;
      const middle = mean(same);
      const spread = Math.sqrt(mean(same.map((one) => (one - middle) ** 2)));
      // Counts that were always the same jump by their own nature.
      return (value - middle) / Math.max(spread, Math.sqrt(Math.max(0, middle)) / 4, 1e-9);
    }
    case 'median': {
      const last = [...before]
        .filter(([startMs]) => startMs < period.startMs)
        .sort(([a], [b]) => b - a)
        .slice(0, MEDIAN_OF)
        .map(([, one]) => one);
      if (last.length < MEDIAN_OF / 4) return null;
      const middle = median(last) ?? 0;
      return middle === 0 ? null : value / middle;
    }
  }

  function sameWeekdays(weeks: number): number[] {
    const same: number[] = [];
    let at = periodOf(cadence, period.startMs, zone);
    for (let week = 0; week < weeks; week += 1) {
      at = samePeriodBefore(cadence, at, 'weekday', zone);
      const found = before.get(at.startMs);
      if (found !== undefined) same.push(found);
    }
    return same;
  }
}

type Limits = 'side' | 'strict' | 'warn' | 'critical' | 'clearBy';

/**
 * Which band a measure is in, coming from one: it leaves that one only when it is back by `clearBy`. Above counts from
 * the limit on ('one or more'), or over it where the rule is strict ('more than 90'); below under it ('less than 95').
 */
export function bandOf(rule: Pick<ThresholdRule, Limits>, from: FigureBand, measure: number): FigureBand {
  const away = (limit: number | null, by: number): boolean => {
    if (limit === null) return false;
    if (rule.side === 'below') return measure < limit + by;
    const high = rule.side === 'both' ? Math.abs(measure) : measure;
    return by === 0 && !rule.strict ? high >= limit : high > limit - by;
  };
  const held = (band: FigureBand): number => (ORDER.indexOf(from) >= ORDER.indexOf(band) ? rule.clearBy : 0);
  if (away(rule.critical, held('critical'))) return 'critical';
  return away(rule.warn, held('warn')) ? 'warn' : 'normal';
}

/**
 * Where it stands after a measure: worse counts once it has held for `forMinutes`, better once it has for
 * `keepForMinutes`. How long it has been worse is kept while it gets worse still.
 */
export function stepOf(
  rule: Pick<ThresholdRule, Limits | 'forMinutes' | 'keepForMinutes'>,
  state: RuleState,
  measure: number,
  nowMs: number,
): RuleState {
  const wanted = bandOf(rule, state.band, measure);
  if (wanted === state.band) return { band: state.band, pending: null, pendingMs: null };
  const worse = ORDER.indexOf(wanted) > ORDER.indexOf(state.band);
  const sameWay =
    state.pending !== null && ORDER.indexOf(state.pending) > ORDER.indexOf(state.band) === worse
      ? state.pendingMs
      : null;
  const sinceMs = sameWay ?? nowMs;
  const minutes = worse ? rule.forMinutes : rule.keepForMinutes;
  if (nowMs - sinceMs >= minutes * 60_000) return { band: wanted, pending: null, pendingMs: null };
  return { band: state.band, pending: wanted, pendingMs: sinceMs };
}

export function worst(bands: readonly FigureBand[]): FigureBand | null {
  return [...ORDER].reverse().find((band) => bands.includes(band)) ?? null;
}

/** Percent; from nothing to something is all of it. */
function change(value: number, earlier: number): number | null {
  if (earlier === 0) return value === 0 ? 0 : null;
  return ((value - earlier) / Math.abs(earlier)) * 100;
}
function mean(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
