import type { CameraClass, CameraView, StreamState } from '#contracts/camera';
import { conditionOf } from '../../api/camera-condition.ts';
import { matches } from '../../ui/fold.ts';
import type { GroupNode } from '../groups-tree.ts';

export interface CameraFilter {
  readonly search: string;
  readonly state: StreamState | null;
  /** Finds the cameras of the groups below it too. */
  readonly groupId: string | null;
  readonly class: CameraClass | null;
}

export const ALL_CAMERAS: CameraFilter = { search: '', state: null, groupId: null, class: null };

export function filterCameras(
  cameras: readonly CameraView[],
  filter: CameraFilter,
  groups: readonly GroupNode[],
): CameraView[] {
  const nodes = new Map(groups.map((node) => [node.group.id, node]));
  return cameras.filter((camera) => {
    const node = camera.groupId === null ? undefined : nodes.get(camera.groupId);
    if (filter.class !== null && camera.class !== filter.class) return false;
    if (filter.state !== null && conditionOf(camera).state !== filter.state) return false;
    if (filter.groupId !== null && node?.group.id !== filter.groupId && !node?.above.includes(filter.groupId))
      return false;
    return matches(`${camera.number} ${camera.name} ${node?.path ?? ''}`, filter.search);
  });
}

/** Order of states in the list: what needs somebody first. */
export const STATE_ORDER: Readonly<Record<StreamState, number>> = {
  down: 0,
  connecting: 1,
  live: 2,
  idle: 3,
  disabled: 4,
};
