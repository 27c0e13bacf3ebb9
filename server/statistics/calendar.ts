/** Hours and days as they are on the wall of a time zone, where clocks may be put forward and back. */
export interface Calendar {
  /** IANA name. */
  readonly timeZone: string;
  /** Begin of the hour, ms since 1970. Where clocks are put back, both hours of the same name are hours of their own. */
  hourOf(atMs: number): number;
  dayOf(atMs: number): number;
  /** Begin of the next hour or day. */
  after(startMs: number, by: 'hour' | 'day'): number;
  /** `2026-11-25 23:00`, for files. */
  words(atMs: number): string;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** No zone is off by anything else than whole quarters, so hours begin at one of them. */
const QUARTER_MS = 15 * MINUTE_MS;
/** A day has at most 25 hours; one more for zones that put clocks by other steps. */
const MOST_HOURS = 26;
/** Of hours and days that are remembered: formatting costs some microseconds, and each scene asks. */
const REMEMBERED = 64;

export function createCalendar(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = (atMs: number): Readonly<Record<string, string>> =>
    Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const dateOf = (atMs: number): string => {
    const { year, month, day } = parts(atMs);
    return `${year}-${month}-${day}`;
  };

  function hourOf(atMs: number): number {
    const quarter = Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
    return quarter - Number(parts(quarter).minute) * MINUTE_MS;
  }

  function dayOf(atMs: number): number {
    let start = hourOf(atMs);
    const date = dateOf(start);
    for (let hour = 0; hour < MOST_HOURS; hour += 1) {
      const before = hourOf(start - 1);
      if (dateOf(before) !== date) break;
      start = before;
    }
    return start;
  }

  const hours = remember((quarter) => hourOf(quarter * QUARTER_MS));
  const days = remember((quarter) => dayOf(quarter * QUARTER_MS));
  const quarterOf = (atMs: number): number => Math.floor(atMs / QUARTER_MS);
  const calendar: Calendar = {
    timeZone,
    hourOf: (atMs) => hours(quarterOf(atMs)),
    dayOf: (atMs) => days(quarterOf(atMs)),
    after(startMs, by) {
      if (by === 'hour') return calendar.hourOf(startMs + HOUR_MS);
      // The middle of the next day, however long this one is.
      return calendar.dayOf(startMs + 36 * HOUR_MS);
    },
    words(atMs) {
      const { hour, minute } = parts(atMs);
      return `${dateOf(atMs)} ${hour}:${minute}`;
    },
  };
  return calendar;
}

function remember(find: (key: number) => number): (key: number) => number {
  const known = new Map<number, number>();
  return (key) => {
    const old = known.get(key);
    if (old !== undefined) return old;
    const [oldest] = known.keys();
    if (known.size >= REMEMBERED && oldest !== undefined) known.delete(oldest);
    const found = find(key);
    known.set(key, found);
    return found;
  };
}
