import type { SectorRule } from '#contracts/sector-events';
import type { Figure, FigureBand, Indicator } from '#contracts/sectors';
import { periodOf, samePeriodBefore } from '../periods.ts';
import type { RuleState } from './rule-store.ts';

export type ThresholdRule = Extract<SectorRule, { kind: 'threshold' }>;

const ORDER: readonly FigureBand[] = ['normal', 'warn', 'critical'];
/** Periods that a median is taken of, and weeks that a weekday is held against. */
const MEDIAN_PERIODS = 28;
const WEEKS = 4;
/** Same periods for a standard deviation, and how few tell nothing. */
const SIGMA_WEEKS = 8;
const LEAST_SAME = 4;
/** A curve is read over so many periods at most: the same quarter-hour of four weeks. */
const MOST_PERIODS = 2700;

/** Values of the same area before, by where their period begins. */
export type Before = ReadonlyMap<number, number>;

/** So many periods before the figure must be read for what a rule holds it against; 0: the figure says it all. */
export function periodsBefore(rule: ThresholdRule, indicator: Indicator): number {
  const perWeek = { minute: 0, fiveMinutes: 2016, quarterHour: 672, hour: 168, day: 7, week: 1 };
  const { every } = indicator.cadence;
  const week = every in perWeek ? perWeek[every as keyof typeof perWeek] : 1;
  switch (rule.basis) {
    case 'value':
    case 'target':
    case 'plan':
      return 0;
    case 'median':
      return MEDIAN_PERIODS + 1;
    case 'weekday':
      return Math.min(MOST_PERIODS, week * WEEKS + 1);
    case 'sigma':
      return Math.min(MOST_PERIODS, week * SIGMA_WEEKS + 1);
    case 'year': {
      const perYear = { day: 367, week: 54, month: 13, quarter: 5, year: 2 };
      return every in perYear ? perYear[every as keyof typeof perYear] : 0;
    }
  }
}

/** What a rule looks at; `null` where there is nothing to hold the figure against, or too little of it. */
export function measureOf(
  rule: ThresholdRule,
  figure: Omit<Figure, 'band'>,
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
        .slice(0, MEDIAN_PERIODS)
        .map(([, one]) => one);
      if (last.length < MEDIAN_PERIODS / 4) return null;
      const middle = median(last);
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

/**
 * Which band a measure is in, coming from one: it leaves that one only when it is back by `clearBy`. Above counts from
 * the limit on ('one or more'), below under it ('less than 95').
 */
export function bandOf(
  rule: Pick<ThresholdRule, 'side' | 'warn' | 'critical' | 'clearBy'>,
  from: FigureBand,
  measure: number,
): FigureBand {
  const away = (limit: number | null, by: number): boolean => {
    if (limit === null) return false;
    if (rule.side === 'below') return measure < limit + by;
    const high = rule.side === 'both' ? Math.abs(measure) : measure;
    return by === 0 ? high >= limit : high > limit - by;
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
  rule: Pick<ThresholdRule, 'side' | 'warn' | 'critical' | 'clearBy' | 'forMinutes' | 'keepForMinutes'>,
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
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}
