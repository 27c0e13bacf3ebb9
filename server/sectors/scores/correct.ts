import { setImmediate as immediate } from 'node:timers/promises';
import { median } from '#base/median';
import type { FailureCode } from '#contracts/quality';
import type { Identity, Indicator, Period, Terms } from '#contracts/sectors';
import type { RowFacts } from '../interfaces.ts';
import type { ScoredValue } from '../observations/score-values.ts';
import { ABOUT_MS } from '../periods.ts';
import type { FeedDay } from './feed-day.ts';
import { DAY_MS, type Tally } from './tally.ts';

/** Robust z above which a value is unusual, and how many weeks of the same weekday it is held against. */
const UNUSUAL_Z = 5;
const WEEKS = 8;
const LEAST_WEEKS = 4;
/** Where the weeks hardly differ, so much of the median is no news. */
const LEAST_SPREAD = 0.02;

/** What a value can break: one row of what was refused, or one value that was taken. */
const ROW_CODES: Readonly<Record<string, FailureCode>> = {
  outOfRange: 'range',
  notWhole: 'range',
  notANumber: 'type',
  ambiguousNumber: 'type',
  notADate: 'type',
  wrongPeriod: 'type',
  unknownArea: 'unknownArea',
  areaEnded: 'unknownArea',
  areaDivided: 'unknownArea',
  outsideProvince: 'outsideProvince',
  future: 'future',
};

/** A value that is far from what is usual, and was not confirmed. */
export interface Unusual {
  readonly indicator: string;
  readonly areaCode: string;
  readonly periodStartMs: number;
  readonly unconfirmed: boolean;
}

/**
 * Đúng: values that break no declared rule and were not revised beyond tolerance later ÷ values that have a rule, each
 * counted when it came. Rows that were refused for what they say are such values too. An identity is a rule of the value
 * on its left: the total that should be the sum of its parts. Answers which newest values are unusual now.
 */
export async function countCorrect(
  day: FeedDay,
  delivered: ReadonlyMap<string, readonly ScoredValue[]>,
  tally: Tally,
): Promise<readonly Unusual[]> {
  countRefused(day, tally);
  const unusual: Unusual[] = [];
  for (const [code, values] of delivered) {
    const indicator = day.catalogue.indicator(code);
    if (indicator === undefined) continue;
    const checks = await checksOf(day, indicator, values);
    for (const one of values) {
      const { value } = one;
      if (value === null) continue;
      const unitId = one.unitId ?? day.feed.ownerUnitId;
      const said = checks(one, value);
      if (said.unusual !== null && one.newest) {
        const { areaCode, period } = one;
        const now = { indicator: code, areaCode, periodStartMs: period.startMs, unconfirmed: said.unusual };
        if (now.unconfirmed !== one.unconfirmed) unusual.push(now);
      }
      if (said.rules === 0) continue;
      tally.count('correct', one.receivedMs, unitId, said.broken === undefined ? 1 : 0, 1);
      if (said.broken === undefined) continue;
      tally.fail('correct', said.broken.code, one.receivedMs, {
        ...{ unitId, areaCode: one.areaCode, indicator: code, periodStartMs: one.period.startMs, value },
        ...{ batchId: one.batchId, row: one.row, detail: said.broken.detail },
      });
    }
    await immediate();
  }
  return unusual;
}

function countRefused({ feed, batches, badRows }: FeedDay, tally: Tally): void {
  const receivedMs = new Map(batches.map((batch) => [batch.id, batch.receivedMs]));
  for (const bad of badRows) {
    const code: FailureCode | undefined = bad.verdict === 'rejected' ? ROW_CODES[bad.code] : undefined;
    const atMs = receivedMs.get(bad.batchId);
    if (code === undefined || atMs === undefined) continue;
    const unitId = bad.unitId ?? feed.ownerUnitId;
    tally.count('correct', atMs, unitId, 0, 1);
    const { areaCode, indicator, batchId, row, value } = bad satisfies RowFacts;
    tally.fail('correct', code, atMs, { unitId, areaCode, indicator, batchId, row, value, detail: { code: bad.code } });
  }
}

interface Said {
  /** Rules that the value has. */
  rules: number;
  broken: { code: FailureCode; detail: Readonly<Record<string, string | number>> } | undefined;
  /** `null` where there is nothing to hold it against. */
  unusual: boolean | null;
}

/** All that values of one indicator are held against, read once for all of them. */
async function checksOf(
  day: FeedDay,
  indicator: Indicator,
  values: readonly ScoredValue[],
): Promise<(one: ScoredValue, value: number) => Said> {
  const { fromMs, toMs } = rangeOf(values);
  const own = await day.values(indicator.code, fromMs, toMs);
  const identities = day.catalogue
    .identities(indicator.sector)
    .filter(({ left }) => left.some((term) => term.indicator === indicator.code));
  const others = new Map<string, ReadonlyMap<string, number>>();
  for (const { indicator: code } of identities.flatMap(({ left, right }) => [...left, ...right])) {
    if (!others.has(code)) others.set(code, newestByPlace(await day.values(code, fromMs, toMs)));
  }
  const children = childrenOf(day, indicator, own);
  const usual = await usualOf(day, indicator, values);
  const later = revisedLater(own, day.feed.revisionTolerance);

  return (one, value) => {
    const said: Said = { rules: 0, broken: undefined, unusual: null };
    const check = (code: FailureCode, holds: boolean, detail: Readonly<Record<string, string | number>> = {}): void => {
      said.rules += 1;
      if (!holds) said.broken ??= { code, detail };
    };
    const { least, most, whole } = indicator;
    if (least !== null || most !== null || whole) {
      const inside = value >= (least ?? -Infinity) && value <= (most ?? Infinity);
      check('range', inside && (!whole || Number.isInteger(value)));
    }
    if (one.newest) {
      for (const identity of identities) {
        const off = offBy(identity, (term) => others.get(term)?.get(placeKey(one)));
        if (off === undefined) continue;
        check('identity', Math.abs(off) <= identity.tolerance + 1e-9 * Math.abs(value), {
          identity: identity.key,
          off: Number(off.toPrecision(12)),
        });
      }
      const sum = children(one);
      if (sum !== undefined) {
        check('sumOfAreas', Math.abs(value - sum.total) <= sum.tolerance, { sum: sum.total, off: value - sum.total });
      }
      const z = usual(one, value);
      if (z !== undefined) {
        const confirmed = day.isConfirmed(one.indicator, one.areaCode, one.period.startMs, value);
        said.unusual = Math.abs(z) > UNUSUAL_Z && !confirmed;
        check('unusual', !said.unusual, { z: Number(z.toFixed(1)) });
      }
    }
    const change = later(one, value);
    // That it stays is no rule by itself: a value without any other is not counted for having stayed.
    if (change !== undefined) check('revised', false, change);
    return said;
  };
}

function rangeOf(values: readonly ScoredValue[]): { fromMs: number; toMs: number } {
  let [fromMs, toMs] = [Number.MAX_SAFE_INTEGER, 0];
  for (const { period } of values) {
    fromMs = Math.min(fromMs, period.startMs);
    toMs = Math.max(toMs, period.startMs + 1);
  }
  return { fromMs, toMs };
}

const cellKey = ({ areaCode, unitId, dims, period }: ScoredValue): string =>
  `${areaCode} ${period.startMs} ${unitId ?? ''} ${JSON.stringify(dims)}`;
/** The unit does not count: parts and their total may be of different ones. */
const placeKey = ({ areaCode, dims, period }: ScoredValue): string =>
  `${areaCode} ${period.startMs} ${JSON.stringify(dims)}`;

function newestByPlace(values: readonly ScoredValue[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const one of values) {
    const value = one.value ?? (one.reason === 'nothing' ? 0 : null);
    if (one.newest && value !== null) found.set(placeKey(one), (found.get(placeKey(one)) ?? 0) + value);
  }
  return found;
}

/** Left less right; `undefined` where a part was not delivered. */
function offBy({ left, right }: Identity, valueFor: (indicator: string) => number | undefined): number | undefined {
  const sum = (terms: Terms): number | undefined =>
    terms.reduce<number | undefined>((total, { indicator, factor }) => {
      const value = valueFor(indicator);
      return total === undefined || value === undefined ? undefined : total + factor * value;
    }, 0);
  const [a, b] = [sum(left), sum(right)];
  return a === undefined || b === undefined ? undefined : a - b;
}

/** Of a value for the whole province: what the values of its areas add to, where all of them are there. */
function childrenOf({ places }: FeedDay, indicator: Indicator, own: readonly ScoredValue[]) {
  const root = places.rootArea();
  if (indicator.kind === 'index' || indicator.kind === 'ratio' || !own.some(({ areaCode }) => areaCode === root)) {
    return () => undefined;
  }
  const communes = new Set(
    places
      .areas()
      .filter(({ level, validToMs }) => level === 'commune' && validToMs === null)
      .map(({ code }) => code),
  );
  const sums = new Map<string, { total: number; areas: Set<string> }>();
  for (const one of own) {
    const value = one.value ?? (one.reason === 'nothing' ? 0 : null);
    if (!one.newest || value === null || !communes.has(one.areaCode)) continue;
    const key = `${one.period.startMs} ${JSON.stringify(one.dims)}`;
    const sum = sums.get(key) ?? { total: 0, areas: new Set<string>() };
    sum.total += value;
    sum.areas.add(one.areaCode);
    sums.set(key, sum);
  }
  // Each was rounded by itself.
  const tolerance = indicator.whole ? 0 : communes.size * 0.5 * 10 ** -indicator.decimals;
  return (one: ScoredValue): { total: number; tolerance: number } | undefined => {
    const sum = one.areaCode === root ? sums.get(`${one.period.startMs} ${JSON.stringify(one.dims)}`) : undefined;
    return sum === undefined || sum.areas.size < communes.size ? undefined : { total: sum.total, tolerance };
  };
}

/** Robust z of a value among those of the same weekday and time in the weeks before; `undefined` where there are few. */
async function usualOf(day: FeedDay, { code, cadence }: Indicator, values: readonly ScoredValue[]) {
  const about = ABOUT_MS[cadence.every];
  // More often than every hour there are too many to look at; a week and more has no weekday.
  if (about < 3_600_000 || about > DAY_MS) return () => undefined;
  const { fromMs, toMs } = rangeOf(values);
  const before = new Map<string, number>();
  const keyOf = (one: ScoredValue, startMs: number): string =>
    cellKey({ ...one, period: periodAt(one.period, startMs) });
  for (let week = 1; week <= WEEKS; week += 1) {
    const backMs = week * 7 * DAY_MS;
    for (const one of await day.values(code, fromMs - backMs, toMs - backMs)) {
      if (one.newest && one.value !== null && !one.unconfirmed) before.set(keyOf(one, one.period.startMs), one.value);
    }
  }
  return (one: ScoredValue, value: number): number | undefined => {
    const same: number[] = [];
    for (let week = 1; week <= WEEKS; week += 1) {
      const found = before.get(keyOf(one, one.period.startMs - week * 7 * DAY_MS));
      if (found !== undefined) same.push(found);
    }
    return same.length < LEAST_WEEKS ? undefined : robustZ(value, same);
  };
}

function periodAt(period: Period, startMs: number): Period {
  return { startMs, endMs: startMs + period.endMs - period.startMs };
}

/** By how much a value is off, in standard deviations as the median absolute deviation tells them. */
function robustZ(value: number, others: readonly number[]): number {
  const middle = median(others) ?? 0;
  const spread = 1.4826 * (median(others.map((other) => Math.abs(other - middle))) ?? 0);
  const least = Math.max(LEAST_SPREAD * Math.abs(middle), 1e-9);
  // Small counts jump by one or two: that is what counts do.
  const counted = others.every(Number.isInteger) && Number.isInteger(value) ? Math.sqrt(Math.max(1, middle)) / 2 : 0;
  return (value - middle) / Math.max(spread, least, counted);
}

/** What took the place of a value, where it is off by more than so many percent. */
function revisedLater(own: readonly ScoredValue[], tolerance: number) {
  const next = new Map<string, ScoredValue>();
  for (const one of own) next.set(`${cellKey(one)} ${one.revision}`, one);
  const revisions = new Map<string, number>();
  for (const one of own) revisions.set(cellKey(one), Math.max(revisions.get(cellKey(one)) ?? 0, one.revision));
  return (one: ScoredValue, value: number) => {
    const last = revisions.get(cellKey(one)) ?? one.revision;
    for (let revision = one.revision + 1; revision <= last; revision += 1) {
      const later = next.get(`${cellKey(one)} ${revision}`);
      if (later === undefined || later.value === null) continue;
      const percent =
        value === 0 ? (later.value === 0 ? 0 : 100) : (Math.abs(later.value - value) / Math.abs(value)) * 100;
      if (percent <= tolerance) return undefined;
      return { from: value, to: later.value, percent: Number(percent.toFixed(1)) };
    }
    return undefined;
  };
}
