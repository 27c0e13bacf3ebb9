import type { Box } from '#contracts/detection';
import type { RuleOf } from '#contracts/rules';
import { overlap, sidesOf } from '../detectors/suppress.ts';
import type { Hit, RuleWatch } from './rule.ts';
import { createStays } from './stay.ts';

/** Where it is told once, it must have gone to where the boxes have so little in common. */
const ELSEWHERE = 0.3;

/** A vehicle stands where none should: once for each place where it comes to stand. */
export function createStopped({ area, forSeconds }: RuleOf<'stopped'>): RuleWatch {
  const stays = createStays(area);
  const told = new Map<number, Box>();

  return {
    look({ atMs, tracks, ended }) {
      const hits: Hit[] = [];
      for (const track of tracks) {
        const inside = stays.see(track);
        const place = told.get(track.id);
        if (place !== undefined && overlap(sidesOf(place), sidesOf(track.box)) >= ELSEWHERE) continue;
        const { stationarySinceMs: sinceMs } = track;
        if (!inside || !track.seen || sinceMs === null || atMs - sinceMs < forSeconds * 1000) continue;
        told.set(track.id, track.box);
        hits.push({ track });
      }
      stays.forget(ended);
      for (const { id } of ended) told.delete(id);
      return hits;
    },
  };
}
