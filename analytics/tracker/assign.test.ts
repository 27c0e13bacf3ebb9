import { expect, it } from 'vitest';
import { assign } from './assign.ts';

/** All ways to pair, for small tables. */
function best(gains: readonly (readonly number[])[], row = 0, used = new Set<number>()): number {
  if (row === gains.length) return 0;
  let most = best(gains, row + 1, used);
  for (const [column, gain] of (gains[row] ?? []).entries()) {
    if (used.has(column) || gain <= 0) continue;
    used.add(column);
    most = Math.max(most, gain + best(gains, row + 1, used));
    used.delete(column);
  }
  return most;
}

it('finds the greatest sum, each row and column once', () => {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (let round = 0; round < 300; round += 1) {
    const [rows, columns] = [1 + Math.floor(random() * 6), 1 + Math.floor(random() * 6)];
    const gains = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => (random() < 0.4 ? 0 : random())),
    );
    const pairs = assign(gains);
    expect(new Set(pairs.map(([row]) => row)).size).toBe(pairs.length);
    expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
    expect(pairs.every(([row, column]) => (gains[row]?.[column] ?? 0) > 0)).toBe(true);
    const sum = pairs.reduce((total, [row, column]) => total + (gains[row]?.[column] ?? 0), 0);
    expect(sum).toBeCloseTo(best(gains), 9);
  }
});

it('pairs nothing with nothing', () => {
  expect(assign([])).toEqual([]);
  expect(assign([[], []])).toEqual([]);
  expect(assign([[0, 0]])).toEqual([]);
});
