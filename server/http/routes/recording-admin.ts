import { Fault } from '#base/errors';
import {
  cameraPolicyInputSchema,
  type PolicyTarget,
  type PolicyView,
  type RecordingPolicy,
  retentionAnswerSchema,
  rotateKeySchema,
  sharedPolicyInputSchema,
  sharedTargetSchema,
} from '#contracts/recordings';
import type { EvidenceKeys } from '../../../recordings/evidence/keys.ts';
import type { Policies, PolicyCamera } from '../../../recordings/policies.ts';
import type { Recorder } from '../../../recordings/recorder.ts';
import type { RetentionKeeper } from '../../../recordings/retention.ts';
import type { Storage } from '../../../recordings/storage.ts';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName } from '../../access/actor.ts';
import { camerasWith, can } from '../../access/can.ts';
import type { Camera } from '../../cameras/camera.ts';
import type { Groups } from '../../cameras/groups.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { actorOf, idSchema } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface RecordingAdminDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'list' | 'get' | 'target'>;
  readonly groups: Pick<Groups, 'find' | 'above'>;
  readonly policies: Policies;
  readonly asPolicyCamera: (camera: Camera) => PolicyCamera;
  readonly recorder: Pick<Recorder, 'statuses'>;
  readonly storage: Storage;
  readonly retention: Pick<RetentionKeeper, 'questions' | 'answer'>;
  readonly keys: Pick<EvidenceKeys, 'publicKeys' | 'rotate'>;
}

/** What is recorded and for how long, where it lies, what goes, and who signs. */
export function recordingAdminRoutes(deps: RecordingAdminDeps): readonly Route[] {
  return [...policyRoutes(deps), ...storageRoutes(deps)];
}

function policyRoutes(deps: RecordingAdminDeps): readonly Route[] {
  const { access, register, groups, policies, asPolicyCamera, recorder } = deps;
  const shared = { kind: 'system', permission: 'camera.configure' } as const;
  const ofCamera = { kind: 'camera', permission: 'camera.configure' } as const;
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cameraIdOf = (target: PolicyTarget) => (target.kind === 'camera' ? target.cameraId : undefined);
  const policyFor = (target: PolicyTarget): RecordingPolicy | null =>
    policies.list().find((view) => JSON.stringify(view.target) === JSON.stringify(target))?.policy ?? null;

  async function set(actor: Actor, target: PolicyTarget, policy: RecordingPolicy): Promise<PolicyView> {
    const before = policyFor(target);
    const view = await policies.set(target, policy);
    const detail = { ...view, before };
    await access.audit.append({ actor, action: 'recordingPolicy.set', cameraId: cameraIdOf(target), detail });
    return view;
  }

  async function remove(actor: Actor, target: PolicyTarget): Promise<undefined> {
    const before = policyFor(target);
    if (before === null) return undefined;
    await policies.remove(target);
    const detail = { target, before };
    await access.audit.append({ actor, action: 'recordingPolicy.removed', cameraId: cameraIdOf(target), detail });
    return undefined;
  }

  return [
    defineRoute({
      name: 'GET /api/recording-policies',
      access: { kind: 'anywhere', permission: 'camera.configure' },
      async handle(call) {
        const actor = actorOf(call);
        const all = can(actor, 'camera.configure', { kind: 'system' });
        const cameras = camerasWith(actor, 'camera.configure', register.list(), groups.above);
        const theirs = new Set(
          cameras.flatMap(({ id, groupId }) => [id, ...(groupId === null ? [] : groups.above(groupId))]),
        );
        const maySee = ({ target }: PolicyView): boolean => {
          if (target.kind === 'camera') return theirs.has(target.cameraId);
          return target.kind !== 'group' || all || theirs.has(target.groupId);
        };
        return {
          policies: policies.list().filter(maySee),
          configured: policies.configured,
          inForce: cameras.map((camera) => ({
            cameraId: camera.id,
            from: policies.inForce(asPolicyCamera(camera)).from,
          })),
          timeZone,
        };
      },
    }),
    defineRoute({
      name: 'PUT /api/recording-policies',
      access: shared,
      body: sharedPolicyInputSchema,
      async handle(call) {
        const { target, policy } = call.body;
        if (target.kind === 'group' && groups.find(target.groupId) === undefined) {
          const message = 'there is no such group';
          throw new Fault('invalid', 'recording.unknownTarget', message, {
            fields: [{ path: 'target.groupId', code: 'unknown', message }],
          });
        }
        return set(actorOf(call), target, policy);
      },
    }),
    defineRoute({
      name: 'DELETE /api/recording-policies',
      access: shared,
      query: sharedTargetSchema,
      handle: (call) => remove(actorOf(call), call.query),
    }),
    defineRoute({
      name: 'GET /api/cameras/:id/recording-policy',
      access: ofCamera,
      params: idSchema,
      async handle(call) {
        const camera = asPolicyCamera(register.get(call.params.id));
        return {
          inForce: policies.inForce(camera),
          above: policies.inForce(camera, 'above'),
          streams: recorder.statuses(camera.id),
          timeZone,
        };
      },
    }),
    defineRoute({
      name: 'PUT /api/cameras/:id/recording-policy',
      access: ofCamera,
      params: idSchema,
      body: cameraPolicyInputSchema,
      handle: (call) => set(actorOf(call), { kind: 'camera', cameraId: call.params.id }, call.body.policy),
    }),
    defineRoute({
      name: 'DELETE /api/cameras/:id/recording-policy',
      access: ofCamera,
      params: idSchema,
      handle: (call) => remove(actorOf(call), { kind: 'camera', cameraId: call.params.id }),
    }),
  ];
}

function storageRoutes({ access, storage, retention, keys }: RecordingAdminDeps): readonly Route[] {
  const manage = { kind: 'system', permission: 'system.manage' } as const;
  return [
    defineRoute({ name: 'GET /api/storage/disks', access: manage, handle: () => storage.disks() }),
    defineRoute({
      name: 'GET /api/storage/disks/:id/recordings',
      access: manage,
      params: idSchema,
      handle: (call) => storage.recordingsOn(call.params.id),
    }),
    defineRoute({ name: 'GET /api/retention/plan', access: manage, handle: () => storage.plan() }),
    defineRoute({
      name: 'GET /api/retention/questions',
      access: manage,
      handle: async () => retention.questions(),
    }),
    defineRoute({
      name: 'POST /api/retention/questions/:id/answer',
      access: manage,
      params: idSchema,
      body: retentionAnswerSchema,
      async handle(call) {
        const actor = actorOf(call);
        const question = await retention.answer(call.params.id, call.body, auditName(actor));
        const { diskId, path, segments, ofBytes } = question;
        const detail = { diskId, path, bytes: Math.min(question.bytes, call.body.bytes), segments, ofBytes };
        if (call.body.answer === 'delete') {
          await access.audit.append({ actor, action: 'retention.confirmed', detail });
        } else await access.audit.append({ actor, action: 'retention.declined', detail });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/evidence/keys',
      access: manage,
      body: rotateKeySchema,
      async handle(call) {
        const current = keys.publicKeys().find(({ retiredMs }) => retiredMs === null)?.id;
        if (current !== call.body.current) {
          throw new Fault('conflict', 'evidence.keyChanged', 'another key signs by now');
        }
        const id = await keys.rotate();
        await access.audit.append({
          actor: actorOf(call),
          action: 'evidence.keyRotated',
          detail: { from: current, to: id },
        });
        return keys
          .publicKeys()
          .map(({ id: keyId, publicKey, createdMs, retiredMs }) => ({ id: keyId, publicKey, createdMs, retiredMs }));
      },
    }),
  ];
}
