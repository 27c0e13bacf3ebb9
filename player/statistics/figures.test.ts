import { describe, expect, it } from 'vitest';
import type { CrossingCount } from '#contracts/statistics';
import { axisOf, barsOf, busiestOf, ownSpan, spanOf, totalsOf } from './figures.ts';

const count = (more: Partial<CrossingCount>): CrossingCount => ({
  ...{ startMs: 0, ruleId: 'gate', label: 'person', direction: 'forward', count: 1 },
  ...more,
});
const figures = {
  starts: [0, 1, 2],
  counts: [
    count({ count: 3 }),
    count({ direction: 'backward', count: 2 }),
    count({ label: 'car', startMs: 2, count: 7 }),
    count({ ruleId: 'back', label: 'dog', startMs: 2 }),
  ],
};

describe('figures', () => {
  it('have a bar for each hour, also where nobody came', () => {
    const all = barsOf(figures, { ruleId: null, group: null });
    expect(all).toEqual([
      { startMs: 0, forward: 3, backward: 2 },
      { startMs: 1, forward: 0, backward: 0 },
      { startMs: 2, forward: 8, backward: 0 },
    ]);
    expect(busiestOf(all)?.startMs).toBe(2);
    expect(barsOf(figures, { ruleId: 'gate', group: 'vehicles' }).map(({ forward }) => forward)).toEqual([0, 0, 7]);
    expect(busiestOf(barsOf(figures, { ruleId: 'none', group: null }))).toBeUndefined();
  });

  it('are summed by sort and direction', () => {
    expect(totalsOf(figures, { ruleId: 'gate' })).toEqual([
      { group: 'people', forward: 3, backward: 2 },
      { group: 'vehicles', forward: 7, backward: 0 },
    ]);
  });

  it.each([
    [0, 1, 1],
    [1, 1, 1],
    [7, 8, 2],
    [23, 30, 10],
    [100, 100, 50],
    [1234, 1500, 500],
  ])('of at most %i stand on an axis up to %i in steps of %i', (most, top, step) => {
    expect(axisOf(most)).toEqual({ top, step });
  });

  it('are of whole days', () => {
    const noon = new Date(2026, 10, 25, 12).getTime();
    const day = (date: number): number => new Date(2026, 10, date).getTime();
    expect(spanOf('today', noon)).toEqual({ fromMs: day(25), toMs: day(26), by: 'hour' });
    expect(spanOf('week', noon)).toEqual({ fromMs: day(19), toMs: day(26), by: 'day' });
    expect(ownSpan('2026-11-24', '2026-11-25')).toEqual({ fromMs: day(24), toMs: day(26), by: 'hour' });
    expect(ownSpan('2026-11-25', '2026-11-24')).toBeUndefined();
    expect(ownSpan('', '2026-11-24')).toBeUndefined();
    expect(ownSpan('2024-01-01', '2026-11-24')).toBeUndefined();
  });
});
