import type { Identity, IndicatorInput, SectorInput, Terms } from '#contracts/sectors';

export interface CatalogueContent {
  readonly sectors: ReadonlyMap<string, SectorInput>;
  readonly indicators: ReadonlyMap<string, IndicatorInput>;
  readonly identities: readonly Identity[];
}

/** What does not hold together, a sentence each: names that lead nowhere, ratios of what cannot be divided. */
export function faultsOf({ sectors, indicators, identities }: CatalogueContent): string[] {
  const faults: string[] = [];
  for (const [key, { headline, layout }] of sectors) {
    for (const code of [...(headline === null ? [] : [headline]), ...layout]) {
      if (!code.startsWith(`${key}.`)) faults.push(`sector ${key}: ${code} is of another sector`);
      else if (!indicators.has(code)) faults.push(`sector ${key}: there is no indicator ${code}`);
    }
  }
  for (const [code, indicator] of indicators) faults.push(...faultsOfIndicator(code, indicator, indicators));
  for (const { key, left, right } of identities) {
    const parts = partsOf([left, right], indicators);
    faults.push(...parts.unknown.map((code) => `identity ${key}: there is no delivered indicator ${code}`));
    if (differ(parts.found)) faults.push(`identity ${key}: its indicators are for different periods or areas`);
  }
  return faults;
}

/** Of one indicator among all. */
export function faultsOfIndicator(
  code: string,
  { formula, cadence, level, least, most, confidentiality }: IndicatorInput,
  indicators: ReadonlyMap<string, IndicatorInput>,
): string[] {
  const faults: string[] = [];
  if (least !== null && most !== null && least > most) faults.push(`${code}: least is more than most`);
  if (formula === null) return faults;
  const { unknown, found } = partsOf([formula.numerator, formula.denominator], indicators);
  faults.push(...unknown.map((part) => `${code}: there is no delivered indicator ${part} to reckon with`));
  // A ratio says what its parts are. Parts that are merely not public may add up to what is.
  const secret = found.some((part) => part.confidentiality === 'restricted');
  if (secret && confidentiality !== 'restricted') faults.push(`${code}: a part of it is restricted, and it is not`);
  if (differ([...found, { cadence, level }])) faults.push(`${code}: its parts are for other periods or areas`);
  return faults;
}

/** Indicators that are reckoned with this one. */
export function usersOf(
  code: string,
  indicators: ReadonlyMap<string, IndicatorInput>,
  identities: readonly Identity[],
): readonly string[] {
  const uses = (terms: Terms): boolean => terms.some(({ indicator }) => indicator === code);
  return [
    ...[...indicators].flatMap(([other, { formula }]) =>
      formula !== null && (uses(formula.numerator) || uses(formula.denominator)) ? [other] : [],
    ),
    ...identities.flatMap(({ key, left, right }) => (uses(left) || uses(right) ? [key] : [])),
  ];
}

function partsOf(terms: readonly Terms[], indicators: ReadonlyMap<string, IndicatorInput>) {
  const unknown: string[] = [];
  const found: Pick<IndicatorInput, 'cadence' | 'level' | 'confidentiality'>[] = [];
  for (const { indicator } of terms.flat()) {
    const part = indicators.get(indicator);
    if (part === undefined || part.kind === 'ratio') unknown.push(indicator);
    else found.push(part);
  }
  return { unknown, found };
}

/** Values can only be reckoned with one another when they are for the same periods and areas. */
function differ(parts: readonly Pick<IndicatorInput, 'cadence' | 'level'>[]): boolean {
  const keys = parts.map(({ level, cadence: { every, startDay, startMinute, days } }) =>
    JSON.stringify([level, every, startDay, startMinute, days]),
  );
  return new Set(keys).size > 1;
}
