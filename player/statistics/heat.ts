import type { HeatMap } from '#contracts/statistics';

/** From seconds to colours. Pure. */

export function hottestOf({
  seconds,
  columns,
}: Pick<HeatMap, 'seconds' | 'columns'>):
  | { readonly seconds: number; readonly column: number; readonly row: number }
  | undefined {
  const most = Math.max(0, ...seconds);
  const at = seconds.indexOf(most);
  return most === 0 ? undefined : { seconds: most, column: at % columns, row: Math.floor(at / columns) };
}

/** 0 to 1. By the root: one busy doorstep must not make the whole yard look empty. */
export function shareOf(seconds: number, most: number): number {
  return most === 0 ? 0 : Math.sqrt(seconds / most);
}

/** Seldom is blue and thin, often is red and thick: told apart by lightness, too. */
export function busyColor(share: number): string {
  const hue = Math.round(230 * (1 - share));
  const light = Math.round(45 + 20 * share);
  return `hsl(${hue} 95% ${light}% / ${(0.25 + 0.65 * share).toFixed(2)})`;
}
