import type { Target } from '#contracts/access';
import type { SectorMark } from '#contracts/events';
import type { FeedRegister } from './feeds/feed-register.ts';
import type { Feeds, Places } from './interfaces.ts';

/** What a permission is asked about, of what belongs to a sector. */
export interface SectorTargets {
  /** Of what a unit answers for, or else of the sector as a whole. */
  of(mark: SectorMark): Target;
  /** Of the sector as a whole: all who deliver to it. */
  whole(sector: string): Target;
}

export function createSectorTargets(parts: {
  places: Pick<Places, 'unitsAbove' | 'onChanged'>;
  feeds: Pick<Feeds, 'feeds'> & Pick<FeedRegister, 'onSaved'>;
}): SectorTargets {
  const { places, feeds } = parts;
  /** Asked for each event and console: reckoned once until a feed or a unit changes. */
  const known = new Map<string, readonly string[]>();
  places.onChanged(() => known.clear());
  // Not for each delivery: it changes nobody's part.
  feeds.onSaved(() => known.clear());

  function delivering(sector: string): readonly string[] {
    let units = known.get(sector);
    if (units === undefined) {
      const all = new Set<string>();
      for (const feed of feeds.feeds()) {
        if (feed.sector !== sector) continue;
        const obliged = feed.obliged.flatMap(({ cells }) => cells.map(({ unitId }) => unitId));
        for (const id of new Set([feed.ownerUnitId, ...obliged])) {
          if (id !== null) for (const above of places.unitsAbove(id)) all.add(above);
        }
      }
      units = [...all];
      known.set(sector, units);
    }
    return units;
  }

  const whole = (sector: string): Target => ({ kind: 'sector', sector, unitIds: delivering(sector), feedId: null });
  return {
    whole,
    of({ sector, unitId, feedId }) {
      const unitIds = unitId === null ? delivering(sector) : places.unitsAbove(unitId);
      return { kind: 'sector', sector, unitIds, feedId };
    },
  };
}
