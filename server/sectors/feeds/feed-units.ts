import type { FeedInput } from '#contracts/feeds';
import type { Places } from '../interfaces.ts';

/** Units that a feed names: its owner and all that answer for some of its cells. */
export function unitsNamed({ ownerUnitId, obliged }: Pick<FeedInput, 'ownerUnitId' | 'obliged'>): ReadonlySet<string> {
  return new Set([ownerUnitId, ...obliged.flatMap(({ cells }) => cells.flatMap(({ unitId }) => unitId ?? []))]);
}

/**
 * For whom a feed may speak where no person stands behind a delivery: its owner with all below it, and those whose cells
 * were agreed to when it was set up. What is below those is not the owner's.
 */
export function speaksFor(input: FeedInput, unitsAbove: Places['unitsAbove']): (unitId: string) => boolean {
  const named = unitsNamed(input);
  return (unitId) => named.has(unitId) || unitsAbove(unitId).includes(input.ownerUnitId);
}
