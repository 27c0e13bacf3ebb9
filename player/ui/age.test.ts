import { describe, expect, it } from 'vitest';
import { ageOf } from './age.ts';

describe('ageOf', () => {
  it.each([
    [-3000, 'now', 0],
    [1999, 'now', 0],
    [2000, 'seconds', 2],
    [59_999, 'seconds', 59],
    [60_000, 'minutes', 1],
    [3_599_999, 'minutes', 59],
    [3_600_000, 'hours', 1],
    [47 * 3_600_000, 'hours', 47],
    [48 * 3_600_000, 'days', 2],
  ] as const)('%d ms is %s %d', (ms, unit, count) => expect(ageOf(ms)).toEqual({ unit, count }));
});
