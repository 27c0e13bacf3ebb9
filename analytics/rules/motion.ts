import type { RuleOf } from '#contracts/rules';
import type { Polygon } from '#contracts/shapes';
import type { Motion } from '../motion/motion-gate.ts';
import { gridInside } from './geometry.ts';
import type { RuleWatch } from './rule.ts';

const COLUMNS = 96;
const ROWS = 54;
/** Something that moves stands still for a moment; that is no end. */
const PAUSES_MS = 1500;
/** What has been the same for so long is still, though it is not as usual: somebody who stands, a chair that was moved. */
const STILL_MS = 5000;
/** Above what is still, by this factor and by the rule's own share, something moves. */
const RISES = 1.5;

/** So much of an area moves for so long, whatever it is: once, until it has been still. */
export function createMotion({ area, share, forSeconds }: RuleOf<'motion'>): RuleWatch {
  const movedShare = area === null ? ofPicture : shareOf(area);
  let recent: { readonly atMs: number; readonly moved: number }[] = [];
  /** What differs from the usual picture and does not move. */
  let still = 0;
  let told = false;
  let sinceMs: number | null = null;
  let movedMs = 0;

  return {
    look({ atMs, motion, resumed }) {
      if (resumed) [recent, sinceMs] = [[], null];
      if (motion === null) return [];
      const moved = motion.regions.length === 0 ? 0 : movedShare(motion);
      recent = [...recent.filter((one) => atMs - one.atMs <= STILL_MS), { atMs, moved }];
      const moves = moved >= still * RISES + share;
      if (moves) [sinceMs, movedMs] = [sinceMs ?? atMs, atMs];
      else if (sinceMs !== null && atMs - movedMs > PAUSES_MS) sinceMs = null;
      const isNew = moves && !told && sinceMs !== null && atMs - sinceMs >= forSeconds * 1000;
      if (isNew) told = true;
      settle(atMs, moved);
      return isNew ? [{ track: null }] : [];
    },
  };

  function settle(atMs: number, moved: number): void {
    const lately = recent.filter((one) => atMs - one.atMs <= PAUSES_MS);
    still = Math.min(still, Math.max(...lately.map((one) => one.moved)));
    const all = recent.map((one) => one.moved);
    const isLong = atMs - (recent[0]?.atMs ?? atMs) > STILL_MS - PAUSES_MS;
    if (!isLong || Math.max(...all) > Math.min(...all) * RISES + share) return;
    told = false;
    still = moved;
  }
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
