import { zoneOf } from '#base/zone';
import type { WorkingTime } from '#contracts/places';
import type { Cadence } from '#contracts/sectors';

/** What the working calendar of a province says. Times are ms since 1970. */
export interface WorkingDays {
  /** Is a value due on the day that begins here? */
  isDueDay(startMs: number, days: Cadence['days']): boolean;
  /** The moment at which so many working minutes have passed; 0 and less: at once. */
  addWorkingMinutes(fromMs: number, minutes: number): number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** 1970-01-01 was a Thursday; Monday is 0. */
const FIRST_WEEKDAY = 3;
/** Ten years without working time: there is none. */
const MOST_DAYS = 3660;

export function createWorkingDays(time: WorkingTime, timeZone: string): WorkingDays {
  const zone = zoneOf(timeZone);
  const special = new Map(time.days.map(({ date, kind }) => [date, kind]));
  const terms = time.schoolTerms ?? [];

  const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
  function isWorking(day: number): boolean {
    const kind = special.get(dateOf(day));
    return kind === undefined ? time.weekdays.includes((day + FIRST_WEEKDAY) % 7) : kind === 'workingDay';
  }
  function isSchool(day: number): boolean {
    const date = dateOf(day);
    return isWorking(day) && (terms.length === 0 || terms.some(({ from, to }) => date >= from && date <= to));
  }

  return {
    isDueDay(startMs, days) {
      if (days === 'all') return true;
      const day = Math.floor(zone.toLocal(startMs) / DAY_MS);
      return days === 'working' ? isWorking(day) : isSchool(day);
    },
    addWorkingMinutes(fromMs, minutes) {
      if (minutes <= 0) return fromMs;
      const localMs = zone.toLocal(fromMs);
      const first = Math.floor(localMs / DAY_MS);
      let leftMs = minutes * MINUTE_MS;
      for (let day = first; day < first + MOST_DAYS; day += 1) {
        if (!isWorking(day)) continue;
        for (const { fromMinute, toMinute } of time.hours) {
          const beginMs = Math.max(localMs, day * DAY_MS + fromMinute * MINUTE_MS);
          const endMs = day * DAY_MS + toMinute * MINUTE_MS;
          if (beginMs >= endMs) continue;
          if (leftMs <= endMs - beginMs) return zone.fromLocal(beginMs + leftMs);
          leftMs -= endMs - beginMs;
        }
      }
      return fromMs + minutes * MINUTE_MS;
    },
  };
}
