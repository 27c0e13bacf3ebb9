/** Who owes a value: of a feed, or of all feeds together. */
export interface Owed {
  readonly areaCode: string;
  readonly unitId: string | null;
}

/** Areas for which several units deliver: there each of them must. */
export function severalUnits(all: readonly Owed[]): ReadonlySet<string> {
  const units = new Map<string, string | null>();
  const several = new Set<string>();
  for (const { areaCode, unitId } of all) {
    const known = units.get(areaCode);
    if (units.has(areaCode) && known !== unitId) several.add(areaCode);
    units.set(areaCode, unitId);
  }
  return several;
}

/**
 * Which cells that a feed owes a value answers, by `owedKey`: whatever came through the feed where one unit answers for
 * the area, else the value of the very unit. A neighbour in the same area answers for nobody else.
 */
export function answering(
  feedId: string,
  cells: readonly Owed[],
): (value: Owed & { readonly feedId: string }) => readonly string[] {
  const several = severalUnits(cells);
  const byArea = new Map<string, Owed[]>();
  for (const cell of cells) {
    const known = byArea.get(cell.areaCode);
    if (known === undefined) byArea.set(cell.areaCode, [cell]);
    else known.push(cell);
  }
  return (value) =>
    (byArea.get(value.areaCode) ?? [])
      .filter(({ areaCode, unitId }) => unitId === value.unitId || (value.feedId === feedId && !several.has(areaCode)))
      .map(owedKey);
}

export function owedKey({ areaCode, unitId }: Owed): string {
  return `${areaCode} ${unitId ?? ''}`;
}
