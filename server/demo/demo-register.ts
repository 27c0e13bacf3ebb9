import { Fault } from '#base/errors';
import type { Groups } from '../cameras/groups.ts';
import type { CameraRegister } from '../cameras/register.ts';
import type { DemoRegister } from './demo.ts';

/** The register as the demo may use it: it sees and touches no camera that is not marked as demo. */
export function demoRegister(register: CameraRegister, groups: Groups): DemoRegister {
  const groupOf = (name: string) => groups.list().find((group) => group.name === name && group.parentId === null);
  return {
    list: async () =>
      register
        .list()
        .filter((camera) => camera.demo)
        .map((camera) => ({
          id: camera.id,
          name: camera.name,
          source: camera.source,
          publishKey: camera.source.kind === 'rtmp' ? register.credentials(camera).password : null,
        })),
    async create(input, { demo }) {
      const { camera, publishKey } = await register.create(input, { demo });
      return { id: camera.id, publishKey: publishKey?.streamKey ?? null };
    },
    async updateSource(id, source) {
      await register.update(id, { ...register.get(id), source });
    },
    remove: (id) => register.remove(id),
    ensureGroup: async (name) => (groupOf(name) ?? (await groups.create({ name, parentId: null }))).id,
    async removeEmptyGroup(name) {
      const group = groupOf(name);
      if (group === undefined) return;
      await groups.remove(group.id).catch((error: unknown) => {
        // Somebody has put a camera of their own into it: then it is theirs.
        if (!(error instanceof Fault && error.code === 'group.notEmpty')) throw error;
      });
    },
  };
}
