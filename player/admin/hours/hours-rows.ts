import type { Hours } from '#contracts/recordings';

/** Hours as people say them: "22:00 to 06:00" goes on into the next day, and "00:00" as the end is midnight. */
export interface HoursRow {
  /** Only for this form. */
  readonly key: number;
  /** 0 is Monday. */
  readonly days: readonly number[];
  /** `HH:MM`. */
  readonly from: string;
  readonly to: string;
}

const MIDNIGHT = 1440;

/** From 8 to 17 on workdays: as good a first guess as any. */
export function newRow(rows: readonly HoursRow[]): HoursRow {
  const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
  return { key, days: [0, 1, 2, 3, 4], from: '08:00', to: '17:00' };
}

/** What goes on after midnight becomes two. */
export function hoursOf({ days, from, to }: HoursRow): Hours[] {
  const fromMinute = minuteOf(from);
  const toMinute = minuteOf(to) === 0 ? MIDNIGHT : minuteOf(to);
  const sorted = [...days].sort((a, b) => a - b);
  if (fromMinute < toMinute) return [{ days: sorted, fromMinute, toMinute }];
  const next = sorted.map((day) => (day + 1) % 7).sort((a, b) => a - b);
  return [
    { days: sorted, fromMinute, toMinute: MIDNIGHT },
    { days: next, fromMinute: 0, toMinute },
  ];
}

/** What goes on after midnight is one row again. */
export function rowsOf(hours: readonly Hours[]): HoursRow[] {
  const rows: HoursRow[] = [];
  for (let at = 0; at < hours.length; at += 1) {
    const one = hours[at];
    if (one === undefined) break;
    const next = hours[at + 1];
    const goesOn = next !== undefined && continues(one, next);
    if (goesOn) at += 1;
    const end = goesOn ? next.toMinute : one.toMinute;
    rows.push({ key: rows.length, days: one.days, from: timeOf(one.fromMinute), to: timeOf(end) });
  }
  return rows;
}

function continues(one: Hours, next: Hours): boolean {
  if (one.toMinute !== MIDNIGHT || next.fromMinute !== 0 || next.toMinute > one.fromMinute) return false;
  const days = one.days.map((day) => (day + 1) % 7);
  return days.length === next.days.length && days.every((day) => next.days.includes(day));
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function timeOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}

/** Whether each row says days, begin and end. */
export const areComplete = (rows: readonly HoursRow[]): boolean =>
  rows.every((row) => row.days.length > 0 && row.from !== '' && row.to !== '');
