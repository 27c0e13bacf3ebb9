import { describe, expect, it } from 'vitest';
import { suppressSmall } from './suppress.ts';

const cells = (...values: readonly (number | null)[]) =>
  values.map((value, at) => ({ areaCode: `a${at}`, value, count: value }));
const told = (given: ReturnType<typeof cells>, total: boolean) =>
  suppressSmall(given, 5, total).map(({ value, withheld }) => (withheld ? 'withheld' : value));

describe('small cells', () => {
  it('are withheld, and with a single one the next smallest, as the total would give it away', () => {
    expect(told(cells(3, 9, 7, 40), true)).toEqual(['withheld', 9, 'withheld', 40]);
    expect(told(cells(3, 2, 7, 40), true)).toEqual(['withheld', 'withheld', 7, 40]);
  });

  it('stand alone where no total is told', () => {
    expect(told(cells(3, 9, 7), false)).toEqual(['withheld', 9, 7]);
  });

  it('are neither none at all nor what is missing', () => {
    expect(told(cells(0, null, 8), true)).toEqual([0, null, 8]);
  });
});
