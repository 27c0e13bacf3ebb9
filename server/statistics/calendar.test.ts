import { describe, expect, it } from 'vitest';
import { createCalendar } from './calendar.ts';

const utc = (text: string): number => Date.parse(`${text}Z`);

describe('hours and days', () => {
  it('of a zone that never puts its clocks', () => {
    const calendar = createCalendar('Asia/Ho_Chi_Minh');
    const at = utc('2026-11-25T16:59:59.999');
    expect(calendar.hourOf(at)).toBe(utc('2026-11-25T16:00'));
    expect(calendar.dayOf(at)).toBe(utc('2026-11-24T17:00'));
    expect(calendar.dayOf(at + 1)).toBe(utc('2026-11-25T17:00'));
    expect(calendar.after(utc('2026-11-24T17:00'), 'day')).toBe(utc('2026-11-25T17:00'));
    expect(calendar.words(at)).toBe('2026-11-25 23:59');
  });

  it('of a zone that is half an hour off', () => {
    const calendar = createCalendar('Asia/Kolkata');
    expect(calendar.hourOf(utc('2026-11-25T10:29'))).toBe(utc('2026-11-25T09:30'));
    expect(calendar.dayOf(utc('2026-11-25T18:30'))).toBe(utc('2026-11-25T18:30'));
  });

  it.each([
    ['2026-03-28T23:00', 23],
    ['2026-10-24T22:00', 25],
    ['2026-10-25T23:00', 24],
  ])('of a zone with summer time: the day that begins at %s has %i hours', (text, hours) => {
    const calendar = createCalendar('Europe/Berlin');
    const start = utc(text);
    expect(calendar.dayOf(start)).toBe(start);
    expect(calendar.dayOf(start - 1)).toBeLessThan(start);
    const end = calendar.after(start, 'day');
    const starts: number[] = [];
    for (let hour = start; hour < end; hour = calendar.after(hour, 'hour')) starts.push(hour);
    expect(starts).toHaveLength(hours);
    expect(new Set(starts.map((hour) => calendar.dayOf(hour)))).toEqual(new Set([start]));
    expect(end - start).toBe(hours * 3_600_000);
  });
});
