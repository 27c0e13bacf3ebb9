import { describe, expect, it } from 'vitest';
import { suppressSmall } from './suppress.ts';

const cells = (...values: readonly (number | null)[]) =>
  values.map((value, at) => ({ areaCode: `a${at}`, value, count: value }));
const told = (given: ReturnType<typeof cells>, total: boolean) =>
  suppressSmall(given, 5, total).cells.map(({ value, withheld }) => (withheld ? 'withheld' : value));

describe('small cells', () => {
  it('are withheld, and with a single one the next smallest, as the total would give it away', () => {
    expect(told(cells(3, 9, 7, 40), true)).toEqual(['withheld', 9, 'withheld', 40]);
    expect(told(cells(3, 2, 7, 40), true)).toEqual(['withheld', 'withheld', 7, 40]);
  });

  it('take the total along where it would still give them away', () => {
    const both = (...values: readonly number[]) => suppressSmall(cells(...values), 5, true);
    expect(both(3)).toMatchObject({ cells: [{ value: null, withheld: true }], totalWithheld: true });
    expect(both(1, 1, 0)).toMatchObject({
      cells: [{ value: null }, { value: null }, { value: 0 }],
      totalWithheld: true,
    });
    // Two of one each are known from their sum: a third is withheld instead of the total.
    expect(told(cells(1, 1, 20, 40), true)).toEqual(['withheld', 'withheld', 'withheld', 40]);
    expect(both(1, 1, 20, 40).totalWithheld).toBe(false);
    expect(both(0, 9).totalWithheld).toBe(false);
  });

  it('stand alone where no total is told', () => {
    expect(told(cells(3, 9, 7), false)).toEqual(['withheld', 9, 7]);
  });

  it('are neither none at all nor what is missing', () => {
    expect(told(cells(0, null, 8), true)).toEqual([0, null, 8]);
  });
});
