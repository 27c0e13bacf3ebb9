import type { RuleOf } from '#contracts/rules';
import type { Hit, RuleWatch } from './rule.ts';
import { createStays } from './stay.ts';

/** Something is there: once for each object, however often it comes and goes while it is seen. */
export function createPresence({ area }: RuleOf<'presence'>): RuleWatch {
  const stays = createStays(area);
  const told = new Set<number>();

  return {
    look({ tracks, ended }) {
      const hits: Hit[] = [];
      for (const track of tracks) {
        const inside = stays.see(track);
        if (!inside || !track.seen || told.has(track.id)) continue;
        told.add(track.id);
        hits.push({ track });
      }
      stays.forget(ended);
      for (const { id } of ended) told.delete(id);
      return hits;
    },
  };
}
