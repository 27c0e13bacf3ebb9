import { expect, it } from 'vitest';
import { draftAt, draftOf, PERIOD_KINDS, spanOf } from './target-period.ts';

const AT = new Date(2026, 10, 26, 9).getTime();
const day = (year: number, month: number, date: number): number => new Date(year, month - 1, date).getTime();

it.each([
  ['year', day(2026, 1, 1), day(2027, 1, 1)],
  ['quarter', day(2026, 10, 1), day(2027, 1, 1)],
  ['month', day(2026, 11, 1), day(2026, 12, 1)],
] as const)('a %s ends where the next one begins', (kind, periodStartMs, periodEndMs) => {
  expect(spanOf({ ...draftAt(AT), kind })).toEqual({ periodStartMs, periodEndMs });
});

it('days count both ends, and must come in order', () => {
  const days = { ...draftAt(AT), kind: 'days', from: '2026-02-28', to: '2026-03-01' } as const;
  expect(spanOf(days)).toEqual({ periodStartMs: day(2026, 2, 28), periodEndMs: day(2026, 3, 2) });
  expect(spanOf({ ...days, to: '2026-02-27' })).toBeNull();
  expect(spanOf({ ...days, to: '' })).toBeNull();
  expect(spanOf({ ...draftAt(AT), year: null })).toBeNull();
});

it('names what it was made of', () => {
  for (const kind of PERIOD_KINDS) {
    const draft = { ...draftAt(AT), kind, from: '2026-11-05', to: '2026-11-20' };
    const span = spanOf(draft);
    expect(span === null ? null : draftOf(span).kind).toBe(kind);
    expect(span === null ? null : spanOf(draftOf(span))).toEqual(span);
  }
});
