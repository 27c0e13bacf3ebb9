import { describe, expect, it } from 'vitest';
import { type FigureHistory, indicatorInputSchema } from '#contracts/sectors';
import { openSeries, smallestOf, timePeriod } from './series.ts';

const ZONE = 'Asia/Ho_Chi_Minh';
const at = (text: string): number => Date.parse(`${text}+07:00`);
const DAYS = [at('2026-11-25T00:00'), at('2026-11-26T00:00')];

const input = (more: object) =>
  indicatorInputSchema.parse({
    name: { vi: 'Ca bệnh', en: 'Cases' },
    unit: { vi: 'ca', en: 'cases' },
    kind: 'flow',
    cadence: { every: 'day' },
    confidentiality: 'public',
    smallestPublic: 5,
    ...more,
  });

/** Values of each indicator and area, by day. */
function figures(table: Readonly<Record<string, readonly (number | null)[]>>) {
  return async ({ indicator, areaCode }: { indicator: string; areaCode: string }): Promise<FigureHistory> => {
    const values = table[`${indicator} ${areaCode}`] ?? [];
    const points = DAYS.map((startMs, n) => ({
      startMs,
      value: values[n] ?? null,
      target: null,
      revised: false,
      denominator: null,
    }));
    return { indicator, areaCode, every: 'day', points };
  };
}
const range = { fromMs: at('2026-11-25T00:00'), toMs: at('2026-11-27T00:00') };

describe('open series', () => {
  it('withhold of a ratio as many as of its strictest part', () => {
    const terms = (code: string) => [{ indicator: code, factor: 1 }];
    const formula = { numerator: terms('y_te.ca'), denominator: terms('y_te.kham'), scale: 100 };
    const ratio = { ...input({ kind: 'ratio', formula, smallestPublic: 2 }), code: 'y_te.ty_le', sector: 'y_te' };
    const find = (code: string) => ({ ...input({ smallestPublic: code === 'y_te.ca' ? 7 : 0 }), code, sector: 'y_te' });
    expect([smallestOf(ratio, find), smallestOf(find('y_te.ca'), find)]).toEqual([7, 7]);
  });

  it('withhold what few people stand behind, and say so', async () => {
    const from = {
      history: figures({ 'y_te.ca 91': [30, 12], 'y_te.ca a': [3, 0], 'y_te.ca b': [20, 12], 'y_te.ca c': [7, null] }),
      ...{ root: '91', communes: ['a', 'b', 'c'], timeZone: ZONE },
    };
    const rows = await openSeries({ ...input({}), code: 'y_te.ca', sector: 'y_te' }, range, from);
    expect(
      rows.map(({ area, period, value, status, confidentiality }) => [area, period, value, status, confidentiality]),
    ).toEqual([
      ['91', '2026-11-25', 30, 'A', 'F'],
      ['a', '2026-11-25', null, 'A', 'C'],
      ['b', '2026-11-25', 20, 'A', 'F'],
      ['c', '2026-11-25', null, 'A', 'C'],
      ['91', '2026-11-26', 12, 'A', 'F'],
      ['a', '2026-11-26', 0, 'A', 'F'],
      ['b', '2026-11-26', 12, 'A', 'F'],
      ['c', '2026-11-26', null, 'M', 'F'],
    ]);
  });

  it('of ratios go by what they are divided by', async () => {
    const ratio = input({
      kind: 'ratio',
      formula: { numerator: [{ indicator: 'y_te.dung' }], denominator: [{ indicator: 'y_te.ca' }] },
    });
    const from = {
      history: figures({
        'y_te.ty_le 91': [90],
        'y_te.ty_le a': [100],
        'y_te.ty_le b': [80],
        'y_te.ca a': [2],
        'y_te.ca b': [3],
      }),
      ...{ root: '91', communes: ['a', 'b'], timeZone: ZONE },
    };
    const rows = await openSeries({ ...ratio, code: 'y_te.ty_le', sector: 'y_te' }, range, from);
    expect(rows.slice(0, 3).map(({ value, confidentiality }) => [value, confidentiality])).toEqual([
      [90, 'F'],
      [null, 'C'],
      [null, 'C'],
    ]);
  });

  it.each([
    ['year', '2026-01-01T00:00', '2026'],
    ['quarter', '2026-10-01T00:00', '2026-Q4'],
    ['month', '2026-11-01T00:00', '2026-11'],
    ['week', '2026-11-23T00:00', '2026-W48'],
    ['week', '2026-12-28T00:00', '2026-W53'],
    ['week', '2027-01-04T00:00', '2027-W01'],
    ['day', '2026-11-26T00:00', '2026-11-26'],
    ['quarterHour', '2026-11-26T09:15', '2026-11-26T09:15:00'],
  ] as const)('write a %s that begins at %s as %s', (every, start, text) => {
    expect(timePeriod(every, ZONE)(at(start))).toBe(text);
  });
});
