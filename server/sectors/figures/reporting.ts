import type { Indicator, Period } from '#contracts/sectors';
import { severalUnits } from '../answering.ts';
import { isOwed } from '../feeds/owed-since.ts';
import { isCoarser, leavesOf } from './amounts.ts';
import type { Reporting } from './choice.ts';
import type { Delivered } from './readings.ts';
import type { View } from './view.ts';

/** Who must deliver an indicator for which area. */
export interface Obligation {
  readonly areaCode: string;
  readonly unitId: string | null;
  /** From when on, where it was added later than the rest; ms since 1970. */
  readonly sinceMs?: number | undefined;
}
export interface ReportingDeps {
  readonly obligations: (indicator: string) => readonly Obligation[];
  /** Numbers of words; -1 where nothing was delivered yet. */
  readonly areaNumber: (code: string) => number;
  readonly unitNumber: (id: string) => number;
  readonly isWithin: (areaCode: string, above: string) => boolean;
}

/**
 * Of the areas that must deliver for the period, how many have: all that must come for it, of a ratio all its parts.
 * Parts that are delivered less often are left out.
 */
export async function reportingOf(
  deps: ReportingDeps,
  view: View,
  indicator: Indicator,
  areaCode: string,
  period: Period,
): Promise<Reporting> {
  const obliged = new Set<string>();
  const missing = new Set<string>();
  for (const leaf of leavesOf(indicator, view.indicator)) {
    if (isCoarser(leaf.cadence, indicator.cadence)) continue;
    const all = deps
      .obligations(leaf.code)
      .filter((one) => deps.isWithin(one.areaCode, areaCode) && isOwed(leaf.cadence, period, one.sinceMs ?? 0));
    if (all.length === 0) continue;
    const sameLength = leaf.cadence.every === indicator.cadence.every;
    const toMs = sameLength ? period.startMs + 1 : period.endMs;
    const number = view.numberOf(leaf.code);
    const delivered = number < 0 ? NOBODY : await view.readings.delivered(number, period.startMs, toMs);
    const several = severalUnits(all);
    for (const one of all) {
      obliged.add(one.areaCode);
      if (!has(deps, delivered, one, several.has(one.areaCode))) missing.add(one.areaCode);
    }
  }
  return { delivered: obliged.size - missing.size, obliged: obliged.size };
}

const NOBODY: Delivered = { areas: new Set(), units: new Set() };

function has(deps: ReportingDeps, delivered: Delivered, { areaCode, unitId }: Obligation, byUnit: boolean): boolean {
  const area = deps.areaNumber(areaCode);
  if (!byUnit || unitId === null) return delivered.areas.has(area);
  return delivered.units.has(`${area} ${deps.unitNumber(unitId)}`);
}
