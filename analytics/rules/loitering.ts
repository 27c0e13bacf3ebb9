import type { RuleOf } from '#contracts/rules';
import type { Hit, RuleWatch } from './rule.ts';
import { createStays } from './stay.ts';

/** Somebody stays inside for so long: once for each stay. */
export function createLoitering({ area, forSeconds }: RuleOf<'loitering'>): RuleWatch {
  const stays = createStays(area);
  const inmates = new Map<number, { readonly sinceMs: number; readonly told: boolean }>();

  return {
    look({ atMs, tracks, ended }) {
      const hits: Hit[] = [];
      for (const track of tracks) {
        if (!stays.see(track)) {
          inmates.delete(track.id);
          continue;
        }
        const { sinceMs, told } = inmates.get(track.id) ?? { sinceMs: atMs, told: false };
        const isDue = !told && track.seen && atMs - sinceMs >= forSeconds * 1000;
        if (isDue) hits.push({ track });
        inmates.set(track.id, { sinceMs, told: told || isDue });
      }
      stays.forget(ended);
      for (const { id } of ended) inmates.delete(id);
      return hits;
    },
  };
}
