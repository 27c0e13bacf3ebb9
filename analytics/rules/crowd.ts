import type { RuleOf } from '#contracts/rules';
import type { RuleWatch } from './rule.ts';
import { createStays } from './stay.ts';

/** A count that goes over the edge for less than this does not begin anew: one of many is always hidden. */
const FLICKERS_MS = 2000;

/** At least so many for so long; told again only when there have been fewer in between, for as long. */
export function createCrowd({ area, atLeast, forSeconds }: RuleOf<'crowd'>): RuleWatch {
  const stays = createStays(area);
  const holdsMs = forSeconds * 1000;
  const flickersMs = Math.min(FLICKERS_MS, holdsMs / 2);
  const overMs = Math.max(FLICKERS_MS, holdsMs);
  let told = false;
  /** Since when there have been enough; and when there last were. */
  let sinceMs: number | null = null;
  let enoughMs = 0;

  return {
    look({ atMs, tracks, ended, resumed }) {
      if (resumed) sinceMs = null;
      const count = tracks.filter((track) => stays.see(track) && track.missedMs <= FLICKERS_MS).length;
      stays.forget(ended);
      if (count >= atLeast) {
        sinceMs ??= atMs;
        enoughMs = atMs;
        if (told || atMs - sinceMs < holdsMs) return [];
        told = true;
        return [{ track: null, count }];
      }
      if (atMs - enoughMs > flickersMs) sinceMs = null;
      if (atMs - enoughMs >= overMs) told = false;
      return [];
    },
  };
}
