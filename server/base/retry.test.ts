import { expect, it } from 'vitest';
import { backOff } from './retry.ts';

it('doubles up to the ceiling, never below half of it, and starts again after a success', () => {
  const least = backOff({ firstMs: 1000, maxMs: 30_000, random: () => 0 });
  const most = backOff({ firstMs: 1000, maxMs: 30_000, random: () => 1 });
  expect(Array.from({ length: 7 }, () => least.next())).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  expect(Array.from({ length: 7 }, () => most.next())).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  most.reset();
  expect(most.next()).toBe(1000);
});
