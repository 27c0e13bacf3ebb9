import type { Figure } from '#contracts/sectors';
import type { Fill } from './draw-map.ts';

/** From how much to how much the shades of the map go. */
export interface Shades {
  readonly least: number;
  readonly most: number;
}

/** `null` where no area has a value. */
export function shadesOf(figures: readonly Figure[]): Shades | null {
  const values = figures.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : { least: Math.min(...values), most: Math.max(...values) };
}

const STEPS = 5;

/** In five steps, which an eye can tell apart; all the same where all values are. */
function shadeOf(value: number, { least, most }: Shades): number {
  if (most <= least) return 0.5;
  const share = (value - least) / (most - least);
  return Math.min(STEPS - 1, Math.floor(share * STEPS)) / (STEPS - 1);
}

/** The steps of the legend, the least first. */
export function stepsOf({
  least,
  most,
}: Shades): readonly { readonly from: number; readonly to: number; readonly shade: number }[] {
  if (most <= least) return [{ from: least, to: most, shade: 0.5 }];
  return Array.from({ length: STEPS }, (_, step) => ({
    from: least + ((most - least) * step) / STEPS,
    to: least + ((most - least) * (step + 1)) / STEPS,
    shade: step / (STEPS - 1),
  }));
}

export function fillsOf(
  figures: readonly Figure[],
  isStale: (figure: Figure) => boolean,
  textOf: (figure: Figure) => string,
): ReadonlyMap<string, Fill> {
  const shades = shadesOf(figures);
  return new Map(
    figures.map((figure) => [
      figure.areaCode,
      {
        shade: figure.value === null || shades === null ? null : shadeOf(figure.value, shades),
        stale: isStale(figure),
        text: textOf(figure),
      },
    ]),
  );
}
