import type { English } from '../../app/words.ts';
import type { targetsVi } from './targets-vi.ts';

export const targetsEn: English<typeof targetsVi> = {
  hint: 'What is to be reached, by area and time. The sector page holds figures against the target with the shortest period in force.',
  none: 'This indicator has no targets yet',
  noneManage: 'Choose area, period and value above, then press Add target.',
  noneOther: 'The manager of the sector sets targets from the resolution or plan.',
  add: 'Add target',
  edit: 'Change the target of {{area}}',
  value: 'Value',
  valueIn: 'Value ({{unit}})',
  period: 'Period',
  periods: { year: 'year', quarter: 'quarter', month: 'month', days: 'from day to day' },
  year: 'Year',
  quarter: 'Quarter',
  month: 'Month',
  from: 'From',
  to: 'Until the end of',
  named: { year: 'Year {{year}}', quarter: 'Q{{quarter}}/{{year}}', month: 'Month {{month}}/{{year}}' },
  course: 'Course',
  courses: { flat: 'holds throughout', linear: 'grows evenly' },
  added: 'Target set for {{area}}.',
  changed: 'Target of {{area}} changed.',
  removed: 'Target of {{area}} removed.',
  undo: 'Undo',
  undone: 'As it was before',
};
