import { describe, expect, it } from 'vitest';
import type { FeedGrid } from '#contracts/feeds';
import { cellKey, changesOf, numberOf, pasted } from './grid.ts';

const open = { value: null, reason: null, known: false };
const grid: FeedGrid = {
  feedId: 'f',
  columns: [
    { indicator: 'giao_duc.si_so', periodStartMs: 1, periodEndMs: 2, dueMs: 3 },
    { indicator: 'giao_duc.vang', periodStartMs: 1, periodEndMs: 2, dueMs: 3 },
  ],
  rows: [
    { areaCode: 'A', unitId: null, cells: [open, open] },
    { areaCode: 'B', unitId: null, cells: [open, null] },
  ],
};

describe('the grid', () => {
  it('reads numbers as people of the language write them, and nothing else', () => {
    expect(numberOf('1.234,5', 'vi')).toBe(1234.5);
    expect(numberOf('1,234.5', 'en')).toBe(1234.5);
    expect(numberOf('12 500', 'vi')).toBe(12_500);
    expect(numberOf('-3', 'vi')).toBe(-3);
    for (const text of ['1.23', '12a', '1,2,3', '', '1.234.5']) expect(numberOf(text, 'vi'), text).toBeNull();
  });

  it('saves what was typed, names what is no number, and leaves the rest alone', () => {
    const typed = new Map([
      [cellKey('A', 0), { text: '41', nothing: false }],
      [cellKey('A', 1), { text: '', nothing: true }],
      [cellKey('B', 0), { text: '4x', nothing: false }],
      [cellKey('B', 1), { text: '7', nothing: false }],
    ]);
    const { changes, wrong } = changesOf(grid, typed, 'vi');
    expect(changes.map(({ areaCode, value, reason }) => [areaCode, value, reason])).toEqual([
      ['A', 41, null],
      ['A', null, 'nothing'],
    ]);
    expect([...wrong]).toEqual([cellKey('B', 0)]);
  });

  it('takes a block from a spreadsheet, and no cell that is not asked for', () => {
    const typed = pasted(grid, new Map(), { areaCode: 'A', column: 0 }, '1\t2\r\n3\t4\r\n5\t6\r\n');
    expect([...typed].map(([key, { text }]) => `${key}=${text}`)).toEqual(['A 0=1', 'A 1=2', 'B 0=3']);
  });
});
