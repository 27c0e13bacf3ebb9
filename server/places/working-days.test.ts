import { describe, expect, it } from 'vitest';
import { createWorkingDays } from './working-days.ts';
import { checkWorkingTime, readWorkingTimeSeed } from './working-time-seed.ts';

const seed = await readWorkingTimeSeed();
const days = createWorkingDays(seed, 'Asia/Ho_Chi_Minh');
const at = (local: string): number => Date.parse(`${local}:00+07:00`);
const words = (ms: number): string => new Date(ms + 7 * 3_600_000).toISOString().slice(0, 16);

describe('working time', () => {
  it.each([
    ['within a day', '2026-11-25T08:00', 120, '2026-11-25T10:00'],
    ['over noon', '2026-11-25T11:00', 60, '2026-11-25T14:00'],
    ['over the evening', '2026-11-25T16:00', 120, '2026-11-26T08:00'],
    ['8 working hours from the morning are that day', '2026-11-25T07:00', 480, '2026-11-25T17:00'],
    ['from the night it begins in the morning', '2026-11-25T22:15', 60, '2026-11-26T08:00'],
    ['8 working hours over a weekend', '2026-11-27T15:00', 480, '2026-11-30T15:00'],
    ['from a Saturday', '2026-11-28T09:00', 480, '2026-11-30T17:00'],
    ['8 working hours over Tết 2026', '2026-02-13T16:00', 480, '2026-02-23T16:00'],
    ['from the middle of Tết 2026', '2026-02-18T12:00', 480, '2026-02-23T17:00'],
    ['8 working hours over Tết 2027', '2027-02-03T16:00', 480, '2027-02-11T16:00'],
    ['over the day of Vietnamese culture', '2026-11-23T16:00', 120, '2026-11-25T08:00'],
    ['over the last Tết that was announced in full', '2025-01-24T16:00', 480, '2025-02-03T16:00'],
    ['a swapped Saturday is worked on', '2026-01-09T16:00', 480, '2026-01-10T16:00'],
    ['and the day that it was swapped for is free', '2025-12-31T16:00', 480, '2026-01-05T16:00'],
    ['over 30/4 and 1/5', '2026-04-29T16:00', 120, '2026-05-04T08:00'],
    ['over the National Day with its swap', '2026-08-28T16:00', 480, '2026-09-03T16:00'],
    ['five working days', '2026-11-25T09:00', 2400, '2026-12-02T09:00'],
    ['nothing is at once', '2026-11-28T09:00', 0, '2026-11-28T09:00'],
  ])('%s', (_, from, minutes, until) => {
    expect(words(days.addWorkingMinutes(at(from), minutes))).toBe(until);
  });

  it('says on which days values are due', () => {
    const due = (date: string, kind: 'all' | 'working' | 'school') => days.isDueDay(at(`${date}T00:00`), kind);
    expect([due('2026-11-28', 'all'), due('2026-11-28', 'working'), due('2026-11-27', 'working')]).toEqual([
      true,
      false,
      true,
    ]);
    expect([due('2026-01-10', 'working'), due('2026-01-02', 'working'), due('2027-02-10', 'working')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([due('2026-11-27', 'school'), due('2026-07-01', 'school'), due('2027-02-08', 'school')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('follows the clock on the wall where clocks are put forward', () => {
    const berlin = createWorkingDays({ ...seed, days: [] }, 'Europe/Berlin');
    // Friday 16:00 CET, and Monday 16:00 CEST after the last Sunday of March.
    expect(berlin.addWorkingMinutes(Date.parse('2026-03-27T15:00Z'), 480)).toBe(Date.parse('2026-03-30T14:00Z'));
  });

  it('comes to an end where nobody ever works', () => {
    const never = createWorkingDays({ ...seed, weekdays: [], days: [] }, 'Asia/Ho_Chi_Minh');
    expect(never.addWorkingMinutes(0, 10)).toBe(600_000);
  });
});

describe('working time that cannot be', () => {
  it.each([
    [
      'hours over each other',
      {
        hours: [
          { fromMinute: 420, toMinute: 700 },
          { fromMinute: 690, toMinute: 1020 },
        ],
      },
    ],
    ['hours that end before they begin', { hours: [{ fromMinute: 700, toMinute: 420 }] }],
    ['no day at all', { weekdays: [] }],
    ['a day twice', { days: [...seed.days, ...seed.days.slice(0, 1)] }],
    ['a term that ends before it begins', { schoolTerms: [{ from: '2026-09-05', to: '2026-05-31' }] }],
  ])('%s is refused', (_, wrong) => {
    expect(() => checkWorkingTime({ ...seed, ...wrong })).toThrow();
  });
});
