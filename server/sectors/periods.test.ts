import { describe, expect, it } from 'vitest';
import { type Cadence, cadenceSchema, type Period } from '#contracts/sectors';
import {
  dueMs,
  lastClosedPeriod,
  lateMs,
  nextPeriod,
  parsePeriod,
  periodOf,
  periodsBetween,
  periodText,
  previousPeriod,
  samePeriodBefore,
} from './periods.ts';

const VIETNAM = 'Asia/Ho_Chi_Minh';
const at = (text: string): number => Date.parse(text);
const every = (cadence: Partial<Cadence> & Pick<Cadence, 'every'>): Cadence => cadenceSchema.parse(cadence);
const period = (start: string, end: string): Period => ({ startMs: at(start), endMs: at(end) });

describe('the period of a moment', () => {
  const citizens = { every: 'month', startDay: 25, startMinute: 720 } as const;
  it.each<[string, Cadence, string, string, string, string?]>([
    [
      'minute',
      every({ every: 'minute' }),
      '2026-11-26T08:15:59+07:00',
      '2026-11-26T08:15:00+07:00',
      '2026-11-26T08:16:00+07:00',
    ],
    [
      'five minutes',
      every({ every: 'fiveMinutes' }),
      '2026-11-26T08:19:00+07:00',
      '2026-11-26T08:15:00+07:00',
      '2026-11-26T08:20:00+07:00',
    ],
    [
      'quarter of an hour',
      every({ every: 'quarterHour' }),
      '2026-11-26T08:45:00+07:00',
      '2026-11-26T08:45:00+07:00',
      '2026-11-26T09:00:00+07:00',
    ],
    [
      'hour',
      every({ every: 'hour' }),
      '2026-11-26T08:45:00+07:00',
      '2026-11-26T08:00:00+07:00',
      '2026-11-26T09:00:00+07:00',
    ],
    [
      'hour in Nepal',
      every({ every: 'hour' }),
      '2026-11-26T08:20:00+05:45',
      '2026-11-26T08:00:00+05:45',
      '2026-11-26T09:00:00+05:45',
      'Asia/Kathmandu',
    ],
    [
      'day',
      every({ every: 'day' }),
      '2026-11-26T00:00:00+07:00',
      '2026-11-26T00:00:00+07:00',
      '2026-11-27T00:00:00+07:00',
    ],
    [
      'day until five',
      every({ every: 'day', startMinute: 1020 }),
      '2026-11-26T16:59:59+07:00',
      '2026-11-25T17:00:00+07:00',
      '2026-11-26T17:00:00+07:00',
    ],
    [
      'week',
      every({ every: 'week' }),
      '2026-11-29T23:59:00+07:00',
      '2026-11-23T00:00:00+07:00',
      '2026-11-30T00:00:00+07:00',
    ],
    [
      'month',
      every({ every: 'month' }),
      '2026-12-31T23:59:00+07:00',
      '2026-12-01T00:00:00+07:00',
      '2027-01-01T00:00:00+07:00',
    ],
    [
      'from the 25th, before noon',
      every(citizens),
      '2026-11-25T11:59:59+07:00',
      '2026-10-25T12:00:00+07:00',
      '2026-11-25T12:00:00+07:00',
    ],
    [
      'from the 25th, at noon',
      every(citizens),
      '2026-11-25T12:00:00+07:00',
      '2026-11-25T12:00:00+07:00',
      '2026-12-25T12:00:00+07:00',
    ],
    [
      'from the 25th, in January',
      every(citizens),
      '2027-01-03T00:00:00+07:00',
      '2026-12-25T12:00:00+07:00',
      '2027-01-25T12:00:00+07:00',
    ],
    [
      'from the 28th, in February',
      every({ every: 'month', startDay: 28 }),
      '2027-03-01T00:00:00+07:00',
      '2027-02-28T00:00:00+07:00',
      '2027-03-28T00:00:00+07:00',
    ],
    [
      'quarter',
      every({ every: 'quarter' }),
      '2026-11-26T00:00:00+07:00',
      '2026-10-01T00:00:00+07:00',
      '2027-01-01T00:00:00+07:00',
    ],
    [
      'quarter from the 15th',
      every({ every: 'quarter', startDay: 15 }),
      '2026-10-14T00:00:00+07:00',
      '2026-07-15T00:00:00+07:00',
      '2026-10-15T00:00:00+07:00',
    ],
    [
      'year',
      every({ every: 'year' }),
      '2026-11-26T00:00:00+07:00',
      '2026-01-01T00:00:00+07:00',
      '2027-01-01T00:00:00+07:00',
    ],
    [
      'day of 23 hours',
      every({ every: 'day' }),
      '2026-03-29T12:00:00+02:00',
      '2026-03-29T00:00:00+01:00',
      '2026-03-30T00:00:00+02:00',
      'Europe/Berlin',
    ],
    [
      'day of 25 hours',
      every({ every: 'day' }),
      '2026-10-25T12:00:00+01:00',
      '2026-10-25T00:00:00+02:00',
      '2026-10-26T00:00:00+01:00',
      'Europe/Berlin',
    ],
    [
      'day without midnight',
      every({ every: 'day' }),
      '2026-09-06T12:00:00-03:00',
      '2026-09-06T01:00:00-03:00',
      '2026-09-07T00:00:00-03:00',
      'America/Santiago',
    ],
    [
      'the hour that comes again',
      every({ every: 'hour' }),
      '2026-10-25T02:30:00+01:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T03:00:00+01:00',
      'Europe/Berlin',
    ],
    [
      'half an hour that comes again',
      every({ every: 'hour' }),
      '2026-04-05T01:45:00+10:30',
      '2026-04-05T01:30:00+10:30',
      '2026-04-05T02:00:00+10:30',
      'Australia/Lord_Howe',
    ],
  ])('%s', (_name, cadence, moment, start, end, zone = VIETNAM) => {
    expect(periodOf(cadence, at(moment), zone)).toEqual(period(start, end));
  });

  it.each(['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Pacific/Apia', VIETNAM])(
    'leaves no gap and no overlap in %s',
    (zone) => {
      for (const cadence of [
        every({ every: 'hour' }),
        every({ every: 'day' }),
        every({ every: 'day', startMinute: 150 }),
        every({ every: 'week', startMinute: 150 }),
        every({ every: 'month', startDay: 28, startMinute: 150 }),
      ]) {
        let before = periodOf(cadence, at('2011-11-01T00:00:00Z'), zone);
        for (let count = 0; count < 1500 && before.startMs < at('2013-01-01T00:00:00Z'); count += 1) {
          const next = nextPeriod(cadence, before, zone);
          expect(next.startMs).toBe(before.endMs);
          expect(next.endMs).toBeGreaterThan(next.startMs);
          expect(periodOf(cadence, next.startMs, zone)).toEqual(next);
          expect(periodOf(cadence, next.endMs - 1, zone)).toEqual(next);
          expect(previousPeriod(cadence, next, zone)).toEqual(before);
          before = next;
        }
      }
    },
  );

  it('is quick enough to be asked for each value', () => {
    const cadence = every({ every: 'month', startDay: 25 });
    const begunMs = performance.now();
    for (let count = 0; count < 200_000; count += 1) periodOf(cadence, at('2026-01-01') + count * 137_000, VIETNAM);
    expect(performance.now() - begunMs).toBeLessThan(2000);
  });
});

it('lists the periods of a range, the first of many', () => {
  const day = every({ every: 'day' });
  const from = at('2026-11-01T00:00:00+07:00');
  const to = at('2026-11-04T00:00:00+07:00');
  expect(periodsBetween(day, from, to, VIETNAM)).toHaveLength(3);
  expect(periodsBetween(day, from + 1, to + 1, VIETNAM)).toHaveLength(3);
  expect(periodsBetween(every({ every: 'minute' }), from, to, VIETNAM, 10)).toHaveLength(10);
  expect(lastClosedPeriod(day, to, VIETNAM)).toEqual(period('2026-11-03T00:00:00+07:00', '2026-11-04T00:00:00+07:00'));
});

it('says when a value is due and when it is late', () => {
  const schools = every({ every: 'day', lagMinutes: -15 * 60, graceMinutes: 60 });
  const day = periodOf(schools, at('2026-11-26T10:00:00+07:00'), VIETNAM);
  expect(dueMs(schools, day)).toBe(at('2026-11-26T09:00:00+07:00'));
  expect(lateMs(schools, day)).toBe(at('2026-11-26T10:00:00+07:00'));
});

describe('the period before', () => {
  it.each<[string, Cadence, 'weekday' | 'year', string, string, string?]>([
    ['same weekday', every({ every: 'day' }), 'weekday', '2026-11-26T00:00:00+07:00', '2026-11-19T00:00:00+07:00'],
    [
      'same weekday over a change of clocks',
      every({ every: 'hour' }),
      'weekday',
      '2026-10-26T08:00:00+01:00',
      '2026-10-19T08:00:00+02:00',
      'Europe/Berlin',
    ],
    ['same date', every({ every: 'day' }), 'year', '2026-11-26T00:00:00+07:00', '2025-11-26T00:00:00+07:00'],
    ['leap day', every({ every: 'day' }), 'year', '2028-02-29T00:00:00+07:00', '2027-02-28T00:00:00+07:00'],
    ['week before', every({ every: 'week' }), 'weekday', '2026-11-23T00:00:00+07:00', '2026-11-16T00:00:00+07:00'],
    ['week of the year', every({ every: 'week' }), 'year', '2026-11-23T00:00:00+07:00', '2025-11-24T00:00:00+07:00'],
    [
      'same month',
      every({ every: 'month', startDay: 25 }),
      'year',
      '2026-01-25T00:00:00+07:00',
      '2025-01-25T00:00:00+07:00',
    ],
    ['same quarter', every({ every: 'quarter' }), 'year', '2026-10-01T00:00:00+07:00', '2025-10-01T00:00:00+07:00'],
    ['year before', every({ every: 'year' }), 'year', '2026-01-01T00:00:00+07:00', '2025-01-01T00:00:00+07:00'],
    ['month before', every({ every: 'month' }), 'weekday', '2026-01-01T00:00:00+07:00', '2025-12-01T00:00:00+07:00'],
  ])('%s', (_name, cadence, by, start, expected, zone = VIETNAM) => {
    expect(samePeriodBefore(cadence, periodOf(cadence, at(start), zone), by, zone).startMs).toBe(at(expected));
  });
});

describe('the name of a period', () => {
  it.each<[Cadence, string, string]>([
    [every({ every: 'year' }), '2026', '2026-01-01T00:00:00+07:00'],
    [every({ every: 'quarter' }), '2026-Q4', '2026-10-01T00:00:00+07:00'],
    [every({ every: 'month' }), '2026-11', '2026-11-01T00:00:00+07:00'],
    [every({ every: 'month', startDay: 25, startMinute: 720 }), '2026-11', '2026-11-25T12:00:00+07:00'],
    [every({ every: 'month', startDay: 25, startMinute: 720 }), '2026-11-25', '2026-11-25T12:00:00+07:00'],
    [every({ every: 'week' }), '2026-W48', '2026-11-23T00:00:00+07:00'],
    [every({ every: 'week' }), '2026-W53', '2026-12-28T00:00:00+07:00'],
    [every({ every: 'week' }), '2026-11-23', '2026-11-23T00:00:00+07:00'],
    [every({ every: 'day' }), '2026-11-26', '2026-11-26T00:00:00+07:00'],
    [every({ every: 'day', startMinute: 1020 }), '2026-11-26', '2026-11-26T17:00:00+07:00'],
    [every({ every: 'day' }), '2026-11-26T00:00:00+07:00', '2026-11-26T00:00:00+07:00'],
    [every({ every: 'hour' }), '2026-11-26T08:00', '2026-11-26T08:00:00+07:00'],
    [every({ every: 'hour' }), '2026-11-26 08:00:00', '2026-11-26T08:00:00+07:00'],
    [every({ every: 'quarterHour' }), '2026-11-26T01:15:00Z', '2026-11-26T08:15:00+07:00'],
  ])('%j is called %s', (cadence, text, start) => {
    const parsed = parsePeriod(cadence, text, VIETNAM);
    expect(parsed?.startMs).toBe(at(start));
    expect(parsed && parsePeriod(cadence, periodText(cadence, parsed, VIETNAM), VIETNAM)).toEqual(parsed);
  });

  it.each<[Cadence, string]>([
    [every({ every: 'month' }), '2026-13'],
    [every({ every: 'month' }), '2026'],
    [every({ every: 'month' }), '2026-11-02'],
    [every({ every: 'quarter' }), '2026-Q5'],
    [every({ every: 'quarter' }), '2026-10'],
    [every({ every: 'week' }), '2025-W53'],
    [every({ every: 'week' }), '2026-11-24'],
    [every({ every: 'day' }), '2026-02-30'],
    [every({ every: 'day' }), '2026-11'],
    [every({ every: 'day' }), '0026-11-01'],
    [every({ every: 'day' }), '26/11/2026'],
    [every({ every: 'hour' }), '2026-11-26'],
    [every({ every: 'hour' }), '2026-11-26T08:01:00+07:00'],
    [every({ every: 'hour' }), '2026-11-26T25:00:00+07:00'],
    [every({ every: 'hour' }), 'today'],
  ])('%j has none called %s', (cadence, text) => {
    expect(parsePeriod(cadence, text, VIETNAM)).toBeUndefined();
  });
});
