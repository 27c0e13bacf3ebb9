import type { Indicator, IndicatorInput, Terms } from '#contracts/sectors';
import { isNamed } from './words-fields.tsx';

/** An indicator while it is made or changed. */
export interface IndicatorDraft {
  readonly sector: string;
  /** What stands behind the dot of its code; fixed once it is there. */
  readonly key: string;
  readonly input: IndicatorInput;
}

export function newIndicator(sector: string): IndicatorDraft {
  return {
    ...{ sector, key: '' },
    input: {
      ...{ name: { vi: '', en: '' }, unit: { vi: '', en: '' }, kind: 'flow', formula: null, shown: true, decimals: 0 },
      cadence: { every: 'day', startDay: 1, startMinute: 0, days: 'all', lagMinutes: 0, graceMinutes: 0 },
      ...{ level: 'commune', better: 'none', least: 0, most: null, whole: false, minVolume: 0, smallestPublic: 0 },
      ...{ dimensions: {}, confidentiality: 'internal', legalBasis: '', isoRef: '' },
    },
  };
}

export function draftOf(indicator: Indicator): IndicatorDraft {
  const { code, sector, ...input } = indicator;
  return { sector, key: code.slice(sector.length + 1), input };
}

export function codeOf({ sector, key }: Pick<IndicatorDraft, 'sector' | 'key'>): string {
  return `${sector}.${key}`;
}

/** `null`: it can be sent. */
export type Missing = 'key' | 'name' | 'unit' | 'formula' | 'range';
export function missingIn({ key, input }: IndicatorDraft): Missing | null {
  if (!/^[a-z][a-z0-9_]{1,47}$/.test(key)) return 'key';
  if (!isNamed(input.name)) return 'name';
  if (!isNamed(input.unit)) return 'unit';
  const { formula, least, most } = input;
  if (input.kind === 'ratio' && (formula === null || !isWhole(formula.numerator) || !isWhole(formula.denominator)))
    return 'formula';
  return least !== null && most !== null && least > most ? 'range' : null;
}

function isWhole(terms: Terms): boolean {
  return terms.length > 0 && terms.every(({ indicator }) => indicator !== '');
}

/** Only a ratio has a formula, and each ratio has one. */
export function withKind(input: IndicatorInput, kind: IndicatorInput['kind']): IndicatorInput {
  if (kind !== 'ratio') return { ...input, kind, formula: null };
  const none: Terms = [{ indicator: '', factor: 1 }];
  return { ...input, kind, formula: input.formula ?? { numerator: none, denominator: none, scale: 100 } };
}

/** Values are reckoned with one another only when they are for the same periods and areas. */
export function fits(part: Indicator, { cadence, level }: IndicatorInput): boolean {
  const key = ({ every, startDay, startMinute, days }: IndicatorInput['cadence']): string =>
    [every, startDay, startMinute, days].join(' ');
  return part.level === level && key(part.cadence) === key(cadence);
}

/** With the first part that is chosen, the ratio takes over when and where that is delivered. */
export function withPart(input: IndicatorInput, formula: NonNullable<IndicatorInput['formula']>, part?: Indicator) {
  const before = [...(input.formula?.numerator ?? []), ...(input.formula?.denominator ?? [])];
  const first = before.every(({ indicator }) => indicator === '');
  return first && part !== undefined
    ? { ...input, formula, cadence: part.cadence, level: part.level }
    : { ...input, formula };
}
