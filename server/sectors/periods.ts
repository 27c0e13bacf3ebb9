import { type Zone, zoneOf } from '#base/zone';
import type { Cadence, Every, Period } from '#contracts/sectors';

/**
 * Which period a moment is in, and when its value is due. Periods follow the clock on the wall of the province, and
 * each begins where the one before ends, also where clocks are put forward or back. Zones are IANA names.
 */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Of cadences that do not follow the calendar. */
const STEPS: Readonly<Partial<Record<Every, number>>> = {
  minute: MINUTE_MS,
  fiveMinutes: 5 * MINUTE_MS,
  quarterHour: 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
};
/** Of those that begin on a day of a month. */
const MONTHS: Readonly<Partial<Record<Every, number>>> = { month: 1, quarter: 3, year: 12 };

/** About how long a period is, ms: for ages and limits, never for reckoning where one begins. */
export const ABOUT_MS: Readonly<Record<Every, number>> = {
  minute: MINUTE_MS,
  fiveMinutes: 5 * MINUTE_MS,
  quarterHour: 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30.4 * DAY_MS,
  quarter: 91.3 * DAY_MS,
  year: 365.25 * DAY_MS,
};

/** Values of such a cadence are live: the newest that came counts, not that of the last period that is over. */
export function isBelowDay({ every }: Pick<Cadence, 'every'>): boolean {
  return STEPS[every] !== undefined;
}

export function periodOf(cadence: Cadence, atMs: number, zone: string): Period {
  const known = zoneOf(zone);
  const stepMs = STEPS[cadence.every];
  if (stepMs !== undefined) return stepOf(stepMs, atMs, known);
  let index = guess(cadence, known.toLocal(atMs) - cadence.startMinute * MINUTE_MS);
  // The guess is off by one at the most: before the day of the month on which periods begin, or where clocks change.
  let startMs = startOf(cadence, index, known);
  if (atMs < startMs) {
    index -= 1;
    startMs = startOf(cadence, index, known);
  }
  const endMs = startOf(cadence, index + 1, known);
  if (atMs < endMs) return { startMs, endMs };
  return { startMs: endMs, endMs: startOf(cadence, index + 2, known) };
}

export function nextPeriod(cadence: Cadence, period: Period, zone: string): Period {
  return periodOf(cadence, period.endMs, zone);
}

export function previousPeriod(cadence: Cadence, period: Period, zone: string): Period {
  return periodOf(cadence, period.startMs - 1, zone);
}

/** Periods that begin in the range (`toMs` is no longer in it), oldest first; the first `limit` of them. */
export function periodsBetween(
  cadence: Cadence,
  fromMs: number,
  toMs: number,
  zone: string,
  limit = 100_000,
): readonly Period[] {
  const periods: Period[] = [];
  let period = periodOf(cadence, fromMs, zone);
  if (period.startMs < fromMs) period = nextPeriod(cadence, period, zone);
  while (period.startMs < toMs && periods.length < limit) {
    periods.push(period);
    period = nextPeriod(cadence, period, zone);
  }
  return periods;
}

/** The newest period that is over at the moment. */
export function lastClosedPeriod(cadence: Cadence, atMs: number, zone: string): Period {
  return previousPeriod(cadence, periodOf(cadence, atMs, zone), zone);
}

/** Until then its value should be here. */
export function dueMs(cadence: Cadence, period: Period): number {
  return period.endMs + cadence.lagMinutes * MINUTE_MS;
}

/** From then on it is late. */
export function lateMs(cadence: Cadence, period: Period): number {
  return dueMs(cadence, period) + cadence.graceMinutes * MINUTE_MS;
}

/**
 * The period to compare with. `weekday`: the same time of the day a week earlier; of a week the one before, and of
 * longer ones too. `year`: the same time and date, week of the year (52 weeks earlier), month or quarter a year ago.
 */
export function samePeriodBefore(
  cadence: Cadence,
  period: Period,
  by: 'day' | 'weekday' | 'year',
  zone: string,
): Period {
  const known = zoneOf(zone);
  const localMs = known.toLocal(period.startMs);
  const months = MONTHS[cadence.every];
  if (months !== undefined) {
    if (by !== 'year') return previousPeriod(cadence, period, zone);
    const index = guess(cadence, localMs - cadence.startMinute * MINUTE_MS) - 12 / months;
    return { startMs: startOf(cadence, index, known), endMs: startOf(cadence, index + 1, known) };
  }
  const weeks = cadence.every === 'week' ? 52 : 0;
  const earlierMs =
    by === 'day'
      ? localMs - DAY_MS
      : by === 'weekday'
        ? localMs - 7 * DAY_MS
        : weeks > 0
          ? localMs - weeks * 7 * DAY_MS
          : yearAgo(localMs);
  return periodOf(cadence, known.fromLocal(earlierMs), zone);
}

/** What `Figure.before` compares with: the same weekday for what is daily or faster, the same time of the year else. */
export function usualPeriodBefore(cadence: Cadence, period: Period, zone: string): Period {
  return samePeriodBefore(cadence, period, MONTHS[cadence.every] === undefined ? 'weekday' : 'year', zone);
}

// ---- text ------------------------------------------------------------------------------------------------------------

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The period that a sender names by where it begins: a year (`2026`), quarter (`2026-Q4`), month (`2026-11`), week
 * (`2026-W48`), date, or moment (with its own offset, or else in the zone). `undefined` where no period of the cadence
 * is called so, or begins there.
 */
export function parsePeriod(cadence: Cadence, text: string, zone: string): Period | undefined {
  const word = text.trim();
  const known = zoneOf(zone);
  const startMs = namedStart(cadence, word, known) ?? dateStart(cadence, word, known) ?? momentOf(word, known);
  if (startMs === undefined) return undefined;
  const period = periodOf(cadence, startMs, zone);
  return period.startMs === startMs ? period : undefined;
}

/** As `parsePeriod` reads it again. */
export function periodText(cadence: Cadence, period: Period, zone: string): string {
  const known = zoneOf(zone);
  const iso = new Date(known.toLocal(period.startMs)).toISOString();
  const quarter = Math.floor((Number(iso.slice(5, 7)) - 1) / 3) + 1;
  switch (cadence.every) {
    case 'year':
      return iso.slice(0, 4);
    case 'quarter':
      return `${iso.slice(0, 4)}-Q${quarter}`;
    case 'month':
      return iso.slice(0, 7);
    case 'week':
    case 'day':
      return iso.slice(0, 10);
    default:
      return `${iso.slice(0, 19)}${offsetText(known.offset(period.startMs))}`;
  }
}

function namedStart(cadence: Cadence, word: string, zone: Zone): number | undefined {
  const [, year = '', kind = '', number = ''] = /^(\d{4})(?:-([QW]?)(\d{1,2}))?$/i.exec(word) ?? [];
  if (year === '' || !isYear(Number(year))) return undefined;
  const [y, n] = [Number(year), Number(number)];
  switch (cadence.every) {
    case 'year':
      return number === '' ? startOf(cadence, y, zone) : undefined;
    case 'quarter':
      return /q/i.test(kind) && n >= 1 && n <= 4 ? startOf(cadence, y * 4 + n - 1, zone) : undefined;
    case 'month':
      return kind === '' && number.length === 2 && n >= 1 && n <= 12
        ? startOf(cadence, y * 12 + n - 1, zone)
        : undefined;
    case 'week':
      return /w/i.test(kind) && n >= 1 && n <= weeksOf(y) ? startOf(cadence, firstWeek(y) + n - 1, zone) : undefined;
    default:
      return undefined;
  }
}

function dateStart(cadence: Cadence, word: string, zone: Zone): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word) ?? [];
  const midnightMs = year === undefined ? undefined : localDate(Number(year), Number(month), Number(day));
  if (midnightMs === undefined || STEPS[cadence.every] !== undefined) return undefined;
  return zone.fromLocal(midnightMs + cadence.startMinute * MINUTE_MS);
}

/** ms since 1970 of a moment, with its own offset or else in the zone; `undefined` where it is none. */
function momentOf(word: string, zone: Zone): number | undefined {
  const [found, year, month, day, hour, minute, second = '0', offset] = MOMENT.exec(word) ?? [];
  if (found === undefined) return undefined;
  const dateMs = localDate(Number(year), Number(month), Number(day));
  if (dateMs === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const localMs = dateMs + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  if (offset === undefined) return zone.fromLocal(localMs);
  return localMs - offsetMs(offset);
}

function offsetMs(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}

function offsetText(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / MINUTE_MS);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function isYear(year: number): boolean {
  return year >= 1970 && year <= 2200;
}

function localDate(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return isYear(year) && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? ms : undefined;
}

// ---- where periods begin ---------------------------------------------------------------------------------------------

/** Where clocks change in the middle of one, it ends there. */
function stepOf(stepMs: number, atMs: number, zone: Zone): Period {
  const offset = zone.offset(atMs);
  const startMs = Math.floor((atMs + offset) / stepMs) * stepMs - offset;
  const endMs = startMs + stepMs;
  const changeMs = zone.changeWithin(startMs, endMs);
  if (changeMs === null) return { startMs, endMs };
  return atMs < changeMs ? { startMs, endMs: changeMs } : { startMs: changeMs, endMs };
}

/** Number of the period: of days and weeks since 1970, of others since the year 0. */
function guess({ every, startDay }: Cadence, localMs: number): number {
  const day = Math.floor(localMs / DAY_MS);
  if (every === 'day') return day;
  // 1970-01-01 was a Thursday; weeks begin on Monday.
  if (every === 'week') return Math.floor((day + 3) / 7);
  const date = new Date(localMs - (startDay - 1) * DAY_MS);
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / (MONTHS[every] ?? 1));
}

function startOf({ every, startDay, startMinute }: Cadence, index: number, zone: Zone): number {
  const months = MONTHS[every];
  const localMs =
    every === 'day'
      ? index * DAY_MS
      : every === 'week'
        ? (index * 7 - 3) * DAY_MS
        : monthStart(index * (months ?? 1), startDay);
  return zone.fromLocal(localMs + startMinute * MINUTE_MS);
}

function monthStart(month: number, startDay: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, startDay);
}

/** Of the week in which the 4th of January is (ISO 8601). */
function firstWeek(year: number): number {
  return Math.floor((Date.UTC(year, 0, 4) / DAY_MS + 3) / 7);
}
function weeksOf(year: number): number {
  return firstWeek(year + 1) - firstWeek(year);
}

/** The same date and time a year earlier; the 28th for a 29th of February. */
function yearAgo(localMs: number): number {
  const date = new Date(localMs);
  const year = date.getUTCFullYear() - 1;
  const leapDay = date.getUTCMonth() === 1 && date.getUTCDate() === 29;
  const dayMs = Date.UTC(year, date.getUTCMonth(), leapDay ? 28 : date.getUTCDate());
  return dayMs + (localMs - Math.floor(localMs / DAY_MS) * DAY_MS);
}
