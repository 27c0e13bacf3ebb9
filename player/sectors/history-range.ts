import type { Every } from '#contracts/sectors';

export const RANGES = ['day', 'week', 'month', 'quarter', 'year', 'threeYears'] as const;
export type Range = (typeof RANGES)[number];

const DAY_MS = 86_400_000;
const DAYS: Readonly<Record<Range, number>> = { day: 1, week: 7, month: 30, quarter: 92, year: 365, threeYears: 1096 };

/** ms. */
export function lengthOf(range: Range): number {
  return DAYS[range] * DAY_MS;
}

/** Which ranges say something of values that come so often; the first is shown. */
export function rangesFor(every: Every): readonly Range[] {
  switch (every) {
    case 'minute':
    case 'fiveMinutes':
    case 'quarterHour':
    case 'hour':
      return ['day', 'week', 'month', 'year'];
    case 'day':
      return ['month', 'week', 'quarter', 'year'];
    case 'week':
      return ['quarter', 'year', 'threeYears'];
    default:
      return ['threeYears', 'year'];
  }
}
