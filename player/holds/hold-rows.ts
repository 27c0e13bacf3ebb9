import type { ListedHold } from '#contracts/recordings';
import { matches } from '../ui/fold.ts';

export interface HoldFilter {
  readonly text: string;
  readonly cameraId: string | null;
}

/** Newest first: what was made today is what somebody looks for. */
export function filterHolds(holds: readonly ListedHold[], { text, cameraId }: HoldFilter): readonly ListedHold[] {
  return holds
    .filter(
      (hold) =>
        (cameraId === null || hold.cameraId === cameraId) &&
        matches(`${hold.caseNumber} ${hold.reason} ${hold.createdBy}`, text),
    )
    .sort((a, b) => b.createdMs - a.createdMs);
}

export type HoldAction = 'askRelease' | 'keep' | 'release';

/** What this person may do to a hold as it is now. Who asked cannot release: two people do. */
export function actionsFor(hold: ListedHold, username: string): readonly HoldAction[] {
  if (!hold.mayChange) return [];
  if (hold.releaseAskedBy === null) return ['askRelease'];
  return hold.releaseAskedBy === username ? ['keep'] : ['release', 'keep'];
}

/** Others of the same case to which the same can be done by the same person. */
export function sameCase(
  holds: readonly ListedHold[],
  hold: ListedHold,
  action: HoldAction,
  username: string,
): readonly ListedHold[] {
  return holds.filter(
    (other) =>
      other.id !== hold.id && other.caseNumber === hold.caseNumber && actionsFor(other, username).includes(action),
  );
}
