import type { RuleOf } from '#contracts/rules';
import type { Polygon } from '#contracts/shapes';
import type { Motion } from '../motion/motion-gate.ts';
import { gridInside } from './geometry.ts';
import type { RuleWatch } from './rule.ts';

const COLUMNS = 96;
const ROWS = 54;
/** Something that moves stands still for a moment; that is no end. */
const PAUSES_MS = 1500;
/** It is over, and may be told again, when nothing has moved for so long. */
const OVER_MS = 5000;

/** So much of an area moves for so long, whatever it is: once, until it has been still. */
export function createMotion({ area, share, forSeconds }: RuleOf<'motion'>): RuleWatch {
  const movedShare = area === null ? ofPicture : shareOf(area);
  let sinceMs: number | null = null;
  let movedMs = Number.NEGATIVE_INFINITY;
  let told = false;

  return {
    look({ atMs, motion, resumed }) {
      if (resumed) sinceMs = null;
      if (motion === null) return [];
      if (motion.regions.length === 0 || movedShare(motion) < share) {
        if (atMs - movedMs > PAUSES_MS) sinceMs = null;
        if (atMs - movedMs > OVER_MS) told = false;
        return [];
      }
      sinceMs ??= atMs;
      movedMs = atMs;
      if (told || atMs - sinceMs < forSeconds * 1000) return [];
      told = true;
      return [{ track: null }];
    },
  };
}

const ofPicture = (motion: Motion): number => motion.share;

/** By the boxes around what moved. */
function shareOf(area: Polygon): (motion: Motion) => number {
  const points = gridInside(area, COLUMNS, ROWS);
  return ({ regions }) => {
    const moved = points.filter(([x, y]) =>
      regions.some(({ left, top, width, height }) => x >= left && x <= left + width && y >= top && y <= top + height),
    );
    return points.length === 0 ? 0 : moved.length / points.length;
  };
}
