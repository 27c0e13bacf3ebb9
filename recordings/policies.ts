import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { CameraClass } from '#contracts/camera';
import {
  type PolicyInForce,
  type PolicyTarget,
  type PolicyView,
  policyTargetSchema,
  type RecordingPolicy,
  recordingPolicySchema,
} from '#contracts/recordings';
import type { RecordingsConfig } from '../config/schema.ts';

/** What is recorded of which camera. Few, asked for with every camera, and so held in memory. */
export interface Policies {
  list(): readonly PolicyView[];
  /** What counts where no policy does: the configuration. */
  readonly configured: RecordingPolicy;
  /** The closest one: camera, its group and the groups above, class, all, configuration. */
  resolve(camera: PolicyCamera): RecordingPolicy;
  /** As `resolve`, with what it comes from; `'above'` as if the camera had no policy of its own. */
  inForce(camera: PolicyCamera, how?: 'above'): PolicyInForce;
  /** Of a camera that is not registered any more: the policy for all, or the configuration. */
  ofUnknown(): RecordingPolicy;
  /** Replaces what there was for this target. */
  set(target: PolicyTarget, policy: RecordingPolicy): Promise<PolicyView>;
  /** What lies above counts again. Nothing when there is none. */
  remove(target: PolicyTarget): Promise<void>;
  /** Removes those for cameras and groups that are not there any more. */
  removeLost(exists: (target: PolicyTarget) => boolean): Promise<void>;
  onChanged(listener: () => void): () => void;
}

export interface PolicyCamera {
  readonly id: string;
  readonly class: CameraClass;
  /** The camera's group and the groups above it, nearest first. */
  readonly groupIds: readonly string[];
}

export async function createPolicies(options: {
  database: Database;
  config: RecordingsConfig;
  clock: Clock;
  log: Logger;
}): Promise<Policies> {
  const { database, config, clock, log } = options;
  const listeners = new Set<() => void>();
  const views = new Map<string, PolicyView>();
  const configured = recordingPolicySchema.parse({
    mode: config.mode,
    streams: config.streams,
    retention: { days: config.days },
  });

  for (const row of await database.all<{ kind: string; id: string; policy: string }>(
    'SELECT target_kind AS kind, target_id AS id, policy FROM recording_policies ORDER BY target_kind, target_id',
  )) {
    try {
      const target = policyTargetSchema.parse(targetFrom(row.kind, row.id));
      views.set(nameOf(target), { target, policy: recordingPolicySchema.parse(JSON.parse(row.policy)) });
    } catch (error) {
      // One bad row must not keep all cameras from being recorded.
      log.error({ target: `${row.kind} ${row.id}`, reason: messageOf(error) }, 'a recording policy cannot be read');
    }
  }

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function closest(targets: readonly PolicyTarget[]): PolicyInForce {
    for (const target of targets) {
      const view = views.get(nameOf(target));
      if (view !== undefined) return { policy: view.policy, from: target };
    }
    return { policy: configured, from: null };
  }

  function inForce(camera: PolicyCamera, how?: 'above'): PolicyInForce {
    const own: readonly PolicyTarget[] = how === 'above' ? [] : [{ kind: 'camera', cameraId: camera.id }];
    const groups = camera.groupIds.map((groupId): PolicyTarget => ({ kind: 'group', groupId }));
    return closest([...own, ...groups, { kind: 'class', class: camera.class }, { kind: 'all' }]);
  }

  async function remove(target: PolicyTarget): Promise<void> {
    const { changes } = await database.run(
      'DELETE FROM recording_policies WHERE target_kind = ? AND target_id = ?',
      target.kind,
      idOf(target),
    );
    views.delete(nameOf(target));
    if (changes > 0) changed();
  }

  return {
    list: () => [...views.values()],
    configured,
    resolve: (camera) => inForce(camera).policy,
    inForce,
    ofUnknown: () => closest([{ kind: 'all' }]).policy,
    remove,
    async removeLost(exists) {
      for (const { target } of [...views.values()]) if (!exists(target)) await remove(target);
    },
    async set(target, input) {
      const checked = recordingPolicySchema.safeParse(input);
      if (!checked.success) {
        throw new Fault('invalid', 'recording.badPolicy', 'this is no policy of recording', {
          fields: checked.error.issues.map(({ path, code, message }) => ({ path: path.join('.'), code, message })),
        });
      }
      const view: PolicyView = { target: policyTargetSchema.parse(target), policy: checked.data };
      await database.run(
        `INSERT INTO recording_policies (target_kind, target_id, policy, changed_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (target_kind, target_id) DO UPDATE SET policy = excluded.policy, changed_ms = excluded.changed_ms`,
        target.kind,
        idOf(target),
        JSON.stringify(view.policy),
        clock.now(),
      );
      views.set(nameOf(target), view);
      changed();
      return view;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function idOf(target: PolicyTarget): string {
  switch (target.kind) {
    case 'all':
      return '';
    case 'class':
      return target.class;
    case 'group':
      return target.groupId;
    case 'camera':
      return target.cameraId;
  }
}

const nameOf = (target: PolicyTarget): string => `${target.kind} ${idOf(target)}`;

function targetFrom(kind: string, id: string): unknown {
  const names: Readonly<Record<string, string>> = { class: 'class', group: 'groupId', camera: 'cameraId' };
  const name = names[kind];
  return name === undefined ? { kind } : { kind, [name]: id };
}
