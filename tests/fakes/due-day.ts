const HOUR_MS = 3_600_000;
/** Daily figures of the province are due from 17:00 on its clock (UTC+7), on their day. */
const FROM_DUE_TO_UTC_MS = (7 - 17) * HOUR_MS;

/** The newest day for which daily figures are due, for 1; 2 is the day before: what is told of it now is not too old. */
export function dueDay(number: number): string {
  return new Date(Date.now() + FROM_DUE_TO_UTC_MS - (number - 1) * 24 * HOUR_MS).toISOString().slice(0, 10);
}
