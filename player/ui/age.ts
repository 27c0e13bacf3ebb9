/** How long ago something was, in the one unit that a person would say. */
export interface Age {
  readonly unit: 'now' | 'seconds' | 'minutes' | 'hours' | 'days';
  readonly count: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `ageMs` below 2 s, also a negative one of clocks that differ a little, is `now`. */
export function ageOf(ageMs: number): Age {
  if (ageMs < 2 * SECOND) return { unit: 'now', count: 0 };
  if (ageMs < MINUTE) return { unit: 'seconds', count: Math.floor(ageMs / SECOND) };
  if (ageMs < HOUR) return { unit: 'minutes', count: Math.floor(ageMs / MINUTE) };
  if (ageMs < 2 * DAY) return { unit: 'hours', count: Math.floor(ageMs / HOUR) };
  return { unit: 'days', count: Math.floor(ageMs / DAY) };
}
