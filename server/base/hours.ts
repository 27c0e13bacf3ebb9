import type { Hours } from '#contracts/recordings';

/** Whether a moment is in hours of the week. Local time, so that "from 22 o'clock" stays so when clocks change. */
export function isWithin(hours: readonly Hours[], atMs: number): boolean {
  const at = new Date(atMs);
  const day = (at.getDay() + 6) % 7;
  const minute = at.getHours() * 60 + at.getMinutes();
  return hours.some(
    ({ days, fromMinute, toMinute }) => days.includes(day) && minute >= fromMinute && minute < toMinute,
  );
}
