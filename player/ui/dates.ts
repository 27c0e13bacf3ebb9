import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from './locale.ts';

/** Dates, times and figures in the way of the person's language. */
export interface Dates {
  /** Date and time to the second. */
  full(ms: number): string;
  /** The time alone for today, date and time otherwise. */
  short(ms: number, nowMs: number): string;
  time(ms: number): string;
}

export function useDates(): Dates {
  const { i18n } = useTranslation();
  return useMemo(() => datesFor(i18n.language), [i18n.language]);
}

function datesFor(language: string): Dates {
  const locale = localeOf(language);
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'short', timeStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  return {
    full: (ms) => full.format(ms),
    time: (ms) => time.format(ms),
    short: (ms, nowMs) => (sameDay(ms, nowMs) ? time : full).format(ms),
  };
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
