import type { CameraView } from '#contracts/camera';
import type { GroupView } from '#contracts/http';

export interface Branch {
  readonly group: GroupView;
  readonly branches: readonly Branch[];
  readonly cameras: readonly CameraView[];
  /** Ids of every camera in it and below. */
  readonly all: readonly string[];
}

/** Cameras by group, sorted as the language sorts; groups without a camera are left out. */
export function treeOf(
  cameras: readonly CameraView[],
  groups: readonly GroupView[],
  language: string,
): { branches: readonly Branch[]; cameras: readonly CameraView[] } {
  const compare = new Intl.Collator(language, { numeric: true }).compare;
  const known = new Set(groups.map((group) => group.id));
  const inGroup = (groupId: string | null): CameraView[] =>
    cameras
      .filter((camera) => (camera.groupId !== null && known.has(camera.groupId) ? camera.groupId : null) === groupId)
      .sort((a, b) => a.number - b.number);
  const below = (parentId: string | null): Branch[] =>
    groups
      .filter((group) => (group.parentId !== null && known.has(group.parentId) ? group.parentId : null) === parentId)
      .sort((a, b) => compare(a.name, b.name))
      .map((group) => {
        const branches = below(group.id);
        const own = inGroup(group.id);
        return {
          group,
          branches,
          cameras: own,
          all: [...own.map((camera) => camera.id), ...branches.flatMap((one) => one.all)],
        };
      })
      .filter((branch) => branch.all.length > 0);
  return { branches: below(null), cameras: inGroup(null) };
}
