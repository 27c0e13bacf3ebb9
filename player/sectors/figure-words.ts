import type { Score } from '#contracts/quality';
import type { Figure, Indicator } from '#contracts/sectors';

/** Figures as a person of the language reads them. `locale`: `vi-VN` writes 1.234,5. */

export function numberText(value: number, decimals: number, locale: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(
    value,
  );
}

/** `%` stands behind its number with a thin space; other units are words. */
export function withUnit(text: string, unit: string): string {
  return unit === '' ? text : `${text}\u202f${unit}`;
}

/**
 * Stale by itself: a figure that was fresh when it came turns stale at its time, without anybody telling.
 */
export function isStale({ state, staleAtMs }: Pick<Figure, 'state' | 'staleAtMs'>, nowMs: number): boolean {
  return state === 'stale' || (state === 'fresh' && staleAtMs !== null && nowMs >= staleAtMs);
}

export interface Trend {
  readonly direction: 'up' | 'down' | 'flat';
  /** `null`: nobody says which way is better. */
  readonly good: boolean | null;
  /** In points for a share (a figure in percent), else in percent of what was before; `null` where that was 0. */
  readonly change: number | null;
  readonly inPoints: boolean;
}

/** Changes smaller than half of this show as none. */
const LEAST_CHANGE = 0.1;

export function trendOf(
  { value, before }: Pick<Figure, 'value' | 'before'>,
  { better, unit }: Pick<Indicator, 'better' | 'unit'>,
): Trend | null {
  if (value === null || before === null) return null;
  const inPoints = unit.vi.trim().startsWith('%');
  const difference = value - before.value;
  const change = inPoints ? difference : before.value === 0 ? null : (100 * difference) / Math.abs(before.value);
  const flat = Math.abs(change ?? difference) < LEAST_CHANGE / 2;
  const direction = flat ? 'flat' : difference > 0 ? 'up' : 'down';
  const good = better === 'none' || direction === 'flat' ? null : direction === better;
  return { direction, good, change, inPoints };
}

/** `+3,2`, `−0,4`; a true minus, which is as wide as the plus. */
export function changeText(change: number, locale: string): string {
  const size = Math.abs(change);
  const text = numberText(size, size >= 100 ? 0 : 1, locale);
  return `${change < 0 ? '−' : '+'}${text}`;
}

/**
 * A share in percent that never rounds up to all of it: 99.97 % is 99.9. `null` where nothing counts.
 */
export function scoreText({ a, b }: Score, locale: string): string | null {
  if (b === 0) return null;
  const percent = (100 * a) / b;
  if (percent >= 100) return '100';
  const kept = Math.floor(percent * 10) / 10;
  return numberText(kept, kept < 99 || Number.isInteger(kept) ? 0 : 1, locale);
}
