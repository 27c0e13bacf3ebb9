import { expect, it } from 'vitest';
import { type Indicator, indicatorInputSchema } from '#contracts/sectors';
import { codeOf, draftOf, fits, missingIn, newIndicator, withKind, withPart } from './indicator-draft.ts';

const named = { vi: 'Một', en: 'One' };
const part: Indicator = {
  ...indicatorInputSchema.parse({ name: named, unit: named, kind: 'flow', cadence: { every: 'month' } }),
  ...{ code: 'y_te.kham', sector: 'y_te' },
};

it('begins with what the server takes once it is named', () => {
  const draft = newIndicator('y_te');
  expect(missingIn(draft)).toBe('key');
  const whole = { ...draft, key: 'moi', input: { ...draft.input, name: named, unit: named } };
  expect(missingIn(whole)).toBeNull();
  expect(codeOf(whole)).toBe('y_te.moi');
  expect(indicatorInputSchema.parse(whole.input)).toEqual(whole.input);
});

it('wants both parts of a ratio, and drops them where it is none', () => {
  const ratio = withKind({ ...part, name: named, unit: named }, 'ratio');
  expect(missingIn({ sector: 'y_te', key: 'ty_le', input: ratio })).toBe('formula');
  expect(withKind(ratio, 'stock').formula).toBeNull();
});

it('takes over the period of the first part, and of no other', () => {
  const { input } = newIndicator('y_te');
  const formula = {
    ...{ numerator: [{ indicator: part.code, factor: 1 }], denominator: [{ indicator: '', factor: 1 }], scale: 100 },
  };
  const once = withPart(withKind(input, 'ratio'), formula, part);
  expect(fits(part, once)).toBe(true);
  const daily = { ...part, cadence: { ...part.cadence, every: 'day' as const } };
  expect(withPart(once, formula, daily).cadence.every).toBe('month');
  expect(fits(daily, once)).toBe(false);
});

it('keeps what is there', () => {
  const { code: _code, sector: _sector, ...input } = part;
  expect(draftOf(part)).toEqual({ sector: 'y_te', key: 'kham', input });
});
