import type { Target } from '#contracts/sectors';

/** For which time a target holds, as people name it. The clock of the screen is the province's. */
export const PERIOD_KINDS = ['year', 'quarter', 'month', 'days'] as const;
export type PeriodKind = (typeof PERIOD_KINDS)[number];

export interface PeriodDraft {
  readonly kind: PeriodKind;
  readonly year: number | null;
  /** 1 to 4. */
  readonly quarter: number;
  /** 1 to 12. */
  readonly month: number;
  /** `2026-11-26`; both days are in it. */
  readonly from: string;
  readonly to: string;
}
type Span = Pick<Target, 'periodStartMs' | 'periodEndMs'>;

export function draftAt(nowMs: number): PeriodDraft {
  const now = new Date(nowMs);
  const month = now.getMonth() + 1;
  return { kind: 'year', year: now.getFullYear(), quarter: Math.ceil(month / 3), month, from: '', to: '' };
}

/** `null` while it names no time. */
export function spanOf({ kind, year, quarter, month, from, to }: PeriodDraft): Span | null {
  if (kind === 'days') {
    const [first, last] = [dayOf(from), dayOf(to)];
    if (first === null || last === null || last < first) return null;
    return { periodStartMs: first.getTime(), periodEndMs: nextDay(last).getTime() };
  }
  if (year === null || !Number.isInteger(year) || year < 1990 || year > 2200) return null;
  const [first, months] = kind === 'year' ? [0, 12] : kind === 'quarter' ? [(quarter - 1) * 3, 3] : [month - 1, 1];
  return {
    periodStartMs: new Date(year, first, 1).getTime(),
    periodEndMs: new Date(year, first + months, 1).getTime(),
  };
}

/** The other way round. */
export function draftOf({ periodStartMs, periodEndMs }: Span): PeriodDraft {
  const start = new Date(periodStartMs);
  const draft = draftAt(periodStartMs);
  for (const kind of ['year', 'quarter', 'month'] as const) {
    const span = spanOf({ ...draft, kind });
    if (span?.periodStartMs === periodStartMs && span.periodEndMs === periodEndMs) return { ...draft, kind };
  }
  return { ...draft, kind: 'days', from: dayText(start), to: dayText(new Date(periodEndMs - 1)) };
}

function dayOf(text: string): Date | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  return year === undefined ? null : new Date(Number(year), Number(month) - 1, Number(day));
}

function nextDay(day: Date): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
}

function dayText(day: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
