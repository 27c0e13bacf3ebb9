/** What goes out of one period: a value for each area, `null` where there is none. */
export interface PublicCell {
  readonly areaCode: string;
  readonly value: number | null;
  /** It is there and is not told. */
  readonly withheld: boolean;
}

/**
 * Withholds cells that count fewer than `smallest` (but not none at all), because few people can be recognised; and,
 * where only one area would be withheld beside a published total, the next smallest as well: otherwise the one could be
 * computed from the others. `counts` is what stands behind each value: the value itself, of a ratio its denominator.
 */
export function suppressSmall(
  areas: readonly { readonly areaCode: string; readonly value: number | null; readonly count: number | null }[],
  smallest: number,
  totalIsPublic: boolean,
): readonly PublicCell[] {
  const withheld = new Set(
    areas.filter(({ count }) => count !== null && count > 0 && count < smallest).map(({ areaCode }) => areaCode),
  );
  if (totalIsPublic && withheld.size === 1) {
    const next = areas
      .filter(({ areaCode, count }) => !withheld.has(areaCode) && count !== null && count > 0)
      .toSorted((one, other) => (one.count ?? 0) - (other.count ?? 0))[0];
    if (next !== undefined) withheld.add(next.areaCode);
  }
  return areas.map(({ areaCode, value }) =>
    withheld.has(areaCode) ? { areaCode, value: null, withheld: true } : { areaCode, value, withheld: false },
  );
}
