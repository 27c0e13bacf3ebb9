import { CADENCES, type Cadence, type Indicator, type Period, type Terms } from '#contracts/sectors';
import { ABOUT_MS } from '../periods.ts';
import { type AreaSet, hasBelow, type Reading } from './loader.ts';
import { type PartReadings, pairParts } from './pairing.ts';
import type { Readings } from './readings.ts';

/** What an indicator says of an area over a period, computed of what was delivered. */
export interface Amount {
  /** `null`: nothing was delivered, or there is nothing to divide by. */
  readonly value: number | null;
  /** Of a ratio. */
  readonly numerator: number | null;
  readonly denominator: number | null;
  /** All that it needs is there. */
  readonly complete: boolean;
  readonly facts: Facts | null;
}
/** Of all values in it together. */
export interface Facts {
  readonly phenomenonMs: number;
  readonly batch: number;
  readonly statusLow: number;
  readonly statusHigh: number;
  readonly unconfirmed: boolean;
  readonly revised: boolean;
  readonly synthetic: boolean;
}

export interface AmountDeps {
  readonly readings: Readings;
  readonly indicator: (code: string) => Indicator | undefined;
  /** Numbers of words; -1 for one that nobody has delivered for. */
  readonly numberOf: (code: string) => number;
  readonly areasOf: (areaCode: string) => AreaSet;
}

export const NOTHING: Amount = { value: null, numerator: null, denominator: null, complete: false, facts: null };

/**
 * Of a stock and a flow the sum over areas; over a longer period the last of a stock, the sum of a flow. Of an index what
 * was delivered for the area itself. Of a ratio the sums of its parts, over those areas that delivered all of them: a
 * percentage is never averaged, and an area that sent only one part does not bend it.
 */
export async function amountOver(
  deps: AmountDeps,
  indicator: Indicator,
  areaCode: string,
  period: Period,
): Promise<Amount> {
  if (indicator.formula === null) return single(deps, indicator, areaCode, period);
  const { numerator, denominator, scale } = indicator.formula;
  const terms = [...numerator, ...denominator];
  const parts = await partsOf(deps, terms, areaCode, period);
  if (parts === undefined) return NOTHING;
  const sum = (from: number, of: Terms): number =>
    of.reduce((total, { factor }, index) => total + factor * (parts[from + index]?.value ?? 0), 0);
  const [above, below] = [sum(0, numerator), sum(numerator.length, denominator)];
  return {
    value: below === 0 ? null : (scale * above) / below,
    numerator: above,
    denominator: below,
    complete: true,
    facts: joined(parts.flatMap(({ facts }) => facts ?? [])),
  };
}

/** Codes of the delivered indicators that it is computed of; itself where it is delivered. */
export function leavesOf(indicator: Indicator, find: (code: string) => Indicator | undefined): readonly Indicator[] {
  if (indicator.formula === null) return [indicator];
  const codes = new Set(
    [...indicator.formula.numerator, ...indicator.formula.denominator].map((term) => term.indicator),
  );
  // A ratio of ratios would average percentages: it has no parts that count.
  return [...codes].flatMap((code) => {
    const leaf = find(code);
    return leaf === undefined || leaf.formula !== null ? [] : [leaf];
  });
}

export function isCoarser(a: Cadence, b: Cadence): boolean {
  return CADENCES.indexOf(a.every) > CADENCES.indexOf(b.every);
}

interface Part {
  readonly value: number;
  readonly facts: Facts | null;
}

async function single(deps: AmountDeps, indicator: Indicator, areaCode: string, period: Period): Promise<Amount> {
  const inside = await readingsIn(deps, indicator, areaCode, period);
  const part = inTime(indicator, inside, (reading) => sumOf(indicator, reading));
  if (part === undefined) return NOTHING;
  return { value: part.value, numerator: null, denominator: null, complete: true, facts: part.facts };
}

/** One for each term, in order; `undefined` where one of them is missing. */
async function partsOf(
  deps: AmountDeps,
  terms: Terms,
  areaCode: string,
  period: Period,
): Promise<readonly Part[] | undefined> {
  const series = new Map<string, PartReadings>();
  for (const { indicator: code } of terms) {
    const leaf = deps.indicator(code);
    if (leaf === undefined || leaf.formula !== null) return undefined;
    if (!series.has(code)) series.set(code, { leaf, readings: await readingsIn(deps, leaf, areaCode, period) });
  }
  const areas = deps.areasOf(areaCode);
  if (hasBelow(areas)) await pairParts(deps, areas, [...series.values()]);
  const parts: Part[] = [];
  for (const { indicator: code } of terms) {
    const one = series.get(code);
    const part = one && inTime(one.leaf, one.readings, (reading) => sumOf(one.leaf, reading));
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

/** Of the periods of the indicator in this one; of an indicator with longer periods the one that it is in. */
async function readingsIn(
  { readings, numberOf, areasOf }: AmountDeps,
  indicator: Indicator,
  areaCode: string,
  period: Period,
): Promise<readonly Reading[]> {
  const number = numberOf(indicator.code);
  if (number < 0) return [];
  const areas = areasOf(areaCode);
  const exact = await readings.at(number, areas, period.startMs);
  if (exact !== null && exact.endMs === period.endMs) return [exact];
  const aboutMs = ABOUT_MS[indicator.cadence.every];
  const lengthMs = period.endMs - period.startMs;
  if (aboutMs <= lengthMs * 0.9) {
    const inside = await readings.range(number, areas, period.startMs, period.endMs);
    return inside.filter(({ endMs }) => endMs <= period.endMs);
  }
  if (aboutMs < lengthMs * 1.1) return [];
  // A plan of the year counts on each of its days, and until there is another one.
  const fromMs = period.startMs - 2.1 * aboutMs;
  const startMs = await readings.newest(number, areas, fromMs, period.startMs + 1);
  const carried = startMs === null ? null : await readings.at(number, areas, startMs);
  return carried === null ? [] : [carried];
}

/** `null` where it must not be summed, or is none. */
function sumOf({ kind }: Indicator, reading: Reading): number | null {
  if (kind !== 'index') return reading.value;
  return reading.own && reading.count === 1 ? reading.value : null;
}

/** Sum of a flow, last of anything else. */
function inTime(
  { kind }: Indicator,
  inside: readonly Reading[],
  value: (reading: Reading) => number | null,
): Part | undefined {
  const there = inside.flatMap((reading) => {
    const one = value(reading);
    return one === null ? [] : [{ value: one, reading }];
  });
  const last = there.at(-1);
  if (last === undefined) return undefined;
  if (kind !== 'flow') return { value: last.value, facts: last.reading };
  return {
    value: there.reduce((total, one) => total + one.value, 0),
    facts: joined(there.map(({ reading }) => reading)),
  };
}

function joined(all: readonly Facts[]): Facts | null {
  const [first, ...others] = all;
  if (first === undefined) return null;
  return others.reduce<Facts>(
    (one, other) => ({
      phenomenonMs: Math.max(one.phenomenonMs, other.phenomenonMs),
      batch: Math.max(one.batch, other.batch),
      statusLow: Math.min(one.statusLow, other.statusLow),
      statusHigh: Math.max(one.statusHigh, other.statusHigh),
      unconfirmed: one.unconfirmed || other.unconfirmed,
      revised: one.revised || other.revised,
      synthetic: one.synthetic || other.synthetic,
    }),
    first,
  );
}
