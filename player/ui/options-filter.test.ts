import { expect, it } from 'vitest';
import { optionsFilter } from './options-filter.ts';

it('finds without marks, and within groups, of which empty ones go', () => {
  const item = (label: string) => ({ value: label, label });
  const options = [
    item('Giáo dục'),
    { group: 'Kinh tế', items: [item('Thu ngân sách'), item('Giải ngân')] },
    { group: 'Y tế', items: [item('Giường bệnh')] },
  ];
  expect(optionsFilter({ options, search: 'ngan', limit: 9 })).toEqual([options[1]]);
  expect(optionsFilter({ options, search: '', limit: 9 })).toEqual(options);
  expect(optionsFilter({ options, search: 'giao', limit: 9 })).toEqual([options[0]]);
});
