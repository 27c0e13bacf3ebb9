import type { RuleOf } from '#contracts/rules';
import type { Point } from '#contracts/shapes';
import { alongArrow, standOf } from './geometry.ts';
import type { Hit, RuleWatch } from './rule.ts';
import { createStays } from './stay.ts';

/** What lies further back says nothing of where something goes now. */
const REMEMBERS_MS = 4000;
/** Sizes of the box, and heights of the picture, that must have been gone: a box that shakes goes nowhere. */
const GOES = 1;
const LEAST_WAY = 0.03;
/** Nearly against the arrow: more aside than this share of the way along is another street. */
const ASIDE = 1.2;

/** Moves against the arrow inside of the area: once, until it has gone as far with the arrow, or is out. */
export function createWrongWay({ area, way }: RuleOf<'wrongWay'>): RuleWatch {
  const stays = createStays(area);
  const goers = new Map<number, { readonly path: { at: Point; atMs: number }[]; told: boolean }>();

  return {
    look({ atMs, tracks, ended, resumed }) {
      if (resumed) for (const goer of goers.values()) goer.path.length = 0;
      const hits: Hit[] = [];
      for (const track of tracks) {
        if (!stays.see(track)) {
          goers.delete(track.id);
          continue;
        }
        if (!track.seen) continue;
        const goer = goers.get(track.id) ?? { path: [], told: false };
        goers.set(track.id, goer);
        const at = standOf(track.box);
        const { path } = goer;
        while (path[0] !== undefined && atMs - path[0].atMs > REMEMBERS_MS) path.shift();
        path.push({ at, atMs });
        const needed = Math.max(LEAST_WAY, GOES * Math.min(track.box.width, track.box.height));
        const [along, aside] = alongArrow(way, path[0]?.at ?? at, at);
        if (along >= needed) goer.told = false;
        if (goer.told || -along < needed || aside > -along * ASIDE) continue;
        goer.told = true;
        hits.push({ track });
      }
      stays.forget(ended);
      for (const { id } of ended) goers.delete(id);
      return hits;
    },
  };
}
