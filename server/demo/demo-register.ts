import { Fault } from '#base/errors';
import { type RecordingPolicy, recordingPolicySchema } from '#contracts/recordings';
import { ruleSchema } from '#contracts/rules';
import type { Policies } from '../../recordings/policies.ts';
import type { CameraRuleStore } from '../cameras/camera-rules.ts';
import type { Groups } from '../cameras/groups.ts';
import type { CameraRegister } from '../cameras/register.ts';
import type { DemoRegister } from './demo.ts';

/** Its small streams alone: a large one of a drawn camera costs an encoder for as long as somebody takes it. */
const RECORDED: RecordingPolicy = recordingPolicySchema.parse({
  mode: 'continuous',
  streams: 'sub',
  retention: { days: 2, gigabytes: 2 },
});

/** The register as the demo may use it: it sees and touches no camera that is not marked as demo. */
export function demoRegister(
  register: CameraRegister,
  groups: Groups,
  policies: Policies,
  rules: Pick<CameraRuleStore, 'set' | 'replace'>,
): DemoRegister {
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
    async create(input, { demo, rule }) {
      const { camera, publishKey } = await register.create(input, { demo });
      await policies.set({ kind: 'camera', cameraId: camera.id }, RECORDED);
      if (rule !== undefined) {
        await rules.replace(camera.id, { ...rules.set(camera.id), rules: [ruleSchema.parse(rule)] });
      }
      return { id: camera.id, publishKey: publishKey?.streamKey ?? null };
    },
    async updateSource(id, source) {
      await register.update(id, { ...register.get(id), source });
    },
    async remove(id) {
      await register.remove(id);
      await policies.remove({ kind: 'camera', cameraId: id });
    },
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
