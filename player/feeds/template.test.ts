import { describe, expect, it } from 'vitest';
import { templateOf } from './template.ts';

const mapping = {
  columns: {},
  indicators: {},
  dims: {},
  constants: {},
  words: {},
  rowsAt: '',
  csv: { delimiter: 'auto', decimal: 'auto', dates: 'auto', encoding: 'auto' },
} as const;
const obliged = [
  {
    indicator: 'du_lich.luot_khach',
    cells: [
      { areaCode: '30307', unitId: null },
      { areaCode: '30316', unitId: null },
    ],
  },
];

describe('the file to be filled in', () => {
  it('has a row for each value that is due', () => {
    expect(templateOf({ mapping, obliged, carries: 'observations' })).toBe(
      '\ufeffindicator;area;period;value\r\ndu_lich.luot_khach;30307;;\r\ndu_lich.luot_khach;30316;;\r\n',
    );
  });

  it('has the columns that the unit is used to', () => {
    const theirs = {
      ...mapping,
      columns: { area: 'Mã xã', period: 'Ngày' },
      indicators: { 'Lượt khách': 'du_lich.luot_khach' },
    };
    expect(templateOf({ mapping: theirs, obliged, carries: 'observations' })).toBe(
      '\ufeffMã xã;Ngày;Lượt khách\r\n30307;;\r\n30316;;\r\n',
    );
  });
});
