/** What goes out of one period: a value for each area, `null` where there is none. */
export interface PublicCell {
  readonly areaCode: string;
  readonly value: number | null;
  /** It is there and is not told. */
  readonly withheld: boolean;
}

/**
 * Withholds cells that count fewer than `smallest` (but not none at all), because few people can be recognised. Beside a
 * published total what is withheld could be computed from the rest: so the next smallest are withheld as well, until
 * there are two at least that count `smallest` together; where there are not so many, the total is withheld too.
 * `count` is what stands behind each value: the value itself, of a ratio the smaller one of its two sides. `besides`:
 * what is withheld of something from which these values could be told, and so is here as well.
 */
export function suppressSmall(
  areas: readonly { readonly areaCode: string; readonly value: number | null; readonly count: number | null }[],
  smallest: number,
  totalIsPublic: boolean,
  besides: { readonly areas: ReadonlySet<string>; readonly total: boolean } = { areas: new Set(), total: false },
): { readonly cells: readonly PublicCell[]; readonly totalWithheld: boolean } {
  const counted = areas.flatMap(({ areaCode, count }) => (count !== null && count > 0 ? [{ areaCode, count }] : []));
  const showsTotal = totalIsPublic && !besides.total;
  const withheld = new Set(
    areas.flatMap(({ areaCode, value }) => (value !== null && besides.areas.has(areaCode) ? [areaCode] : [])),
  );
  let hidden = counted.reduce((sum, { areaCode, count }) => sum + (withheld.has(areaCode) ? count : 0), 0);
  const isSafe = (): boolean => withheld.size === 0 || (withheld.size > 1 && hidden >= smallest);
  for (const { areaCode, count } of counted.toSorted((one, other) => one.count - other.count)) {
    if (count >= smallest && (!showsTotal || isSafe())) break;
    if (withheld.has(areaCode)) continue;
    withheld.add(areaCode);
    hidden += count;
  }
  return {
    cells: areas.map(({ areaCode, value }) =>
      withheld.has(areaCode) ? { areaCode, value: null, withheld: true } : { areaCode, value, withheld: false },
    ),
    totalWithheld: totalIsPublic && !(showsTotal && isSafe()),
  };
}
