import { setImmediate as breathe } from 'node:timers/promises';
import type { Figure, Indicator, Target, TargetResult } from '#contracts/sectors';
import type { Catalogue, Places } from '../interfaces.ts';
import type { FigureService } from './figures.ts';

/**
 * Which units reach what they are to reach: a commune by the figures of its area, the owner of a sector by those of the
 * province. What nobody has delivered is neither reached nor missed.
 */
export function createTargetResults(parts: {
  readonly catalogue: Pick<Catalogue, 'indicators' | 'sector'>;
  readonly places: Pick<Places, 'units' | 'rootArea'>;
  readonly figures: Pick<FigureService, 'figure' | 'ofAreas'>;
  readonly targets: (indicator: string) => Promise<readonly Target[]>;
}): (counts: (indicator: Indicator) => boolean) => Promise<readonly TargetResult[]> {
  const { catalogue, places, figures, targets } = parts;

  async function aimedAt(indicator: Indicator): Promise<readonly Figure[]> {
    const areas = new Set((await targets(indicator.code)).map(({ areaCode }) => areaCode));
    const root = places.rootArea();
    const own = areas.has(root) ? [await figures.figure(indicator.code, root)] : [];
    const communes = [...areas].some((code) => code !== root);
    const each = communes && indicator.level === 'commune' ? await figures.ofAreas(indicator.code) : [];
    return [...own, ...each.filter(({ areaCode }) => areaCode !== root)];
  }

  return async (counts) => {
    const root = places.rootArea();
    const communes = new Map(
      places
        .units()
        .flatMap(({ id, kind, areaCode }) => (kind === 'commune' && areaCode !== null ? [[areaCode, id]] : [])),
    );
    const found = new Map<string, { reached: number; of: number }>();
    for (const indicator of catalogue.indicators()) {
      if (indicator.better === 'none' || !counts(indicator)) continue;
      for (const { areaCode, value, target } of await aimedAt(indicator)) {
        const unitId = areaCode === root ? catalogue.sector(indicator.sector)?.owningUnitId : communes.get(areaCode);
        if (unitId == null || value === null || target === null) continue;
        const reached = indicator.better === 'up' ? value >= target : value <= target;
        const before = found.get(unitId) ?? { reached: 0, of: 0 };
        found.set(unitId, { reached: before.reached + (reached ? 1 : 0), of: before.of + 1 });
      }
      await breathe();
    }
    return [...found].map(([unitId, result]) => ({ unitId, ...result }));
  };
}
