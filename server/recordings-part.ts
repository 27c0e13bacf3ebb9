import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Shutdown } from '#base/shutdown';
import type { CameraSource } from '#contracts/camera';
import type { EventType } from '#contracts/events';
import type { OverlayEncoder, StillDecoder, StreamRole } from '#contracts/media';
import { type PolicyTarget, RECORDING_TRIGGERS, type RecordingPolicy } from '#contracts/recordings';
import type { Config } from '../config/schema.ts';
import { createBookmarks } from '../recordings/bookmarks.ts';
import { createDisks } from '../recordings/disks.ts';
import { createExports } from '../recordings/evidence/exports.ts';
import { createEvidenceKeys } from '../recordings/evidence/keys.ts';
import { createHoldCosts } from '../recordings/hold-cost.ts';
import { createHolds } from '../recordings/holds.ts';
import { createPlayback } from '../recordings/playback.ts';
import { createPolicies, type PolicyCamera } from '../recordings/policies.ts';
import { createRecordedFragments } from '../recordings/recorded-fragments.ts';
import { createRecorder } from '../recordings/recorder.ts';
import { createRecovery } from '../recordings/recovery.ts';
import { createRetention } from '../recordings/retention.ts';
import { createSegmentStore } from '../recordings/segment-store.ts';
import { createStorage } from '../recordings/storage.ts';
import type { Camera } from './cameras/camera.ts';
import type { Groups } from './cameras/groups.ts';
import type { CameraRegister } from './cameras/register.ts';
import type { EventLog } from './events/event-log.ts';
import type { Hub } from './restream/hub.ts';
import { VERSION } from './version.ts';

/** What recovery reads byte for byte, beyond two turns and two syncs: disks and clocks are late. */
const TAIL_MARGIN_MS = 5000;

/**
 * Joins what is recorded: disks, index, recorder, retention, playback and evidence. When it resolves, what the last run
 * left open is mended; nothing is recorded before `start`.
 */
export async function createRecordings(
  house: { config: Config; clock: Clock; log: Logger; shutdown: Shutdown },
  parts: {
    database: Database;
    secretBox: SecretBox;
    events: EventLog;
    register: CameraRegister;
    groups: Groups;
    hub: Hub;
    decoder: StillDecoder;
    overlayEncoder: OverlayEncoder;
    /** The streams that a camera with this source has, the best first. */
    rolesOf: (source: CameraSource) => readonly StreamRole[];
    /** The page that goes into exports. */
    verifierFile: string;
  },
) {
  const { config, clock, log, shutdown } = house;
  const { database, register, groups, hub } = parts;
  const { append } = parts.events;
  const data = resolve(config.data.directory);
  const { flushMs, syncMs, freeGigabytes } = config.recordings;

  const keys = await createEvidenceKeys({ database, secretBox: parts.secretBox, clock, log });
  const holds = await createHolds({ database, clock });
  const policies = await createPolicies({ database, config: config.recordings, clock, log });
  const asPolicyCamera = (camera: Camera): PolicyCamera => ({
    id: camera.id,
    class: camera.class,
    groupIds: camera.groupId === null ? [] : groups.above(camera.groupId),
  });
  const policyOf = (camera: Camera): RecordingPolicy => policies.resolve(asPolicyCamera(camera));
  const disks = await createDisks({
    directories: config.recordings.directories,
    defaultDirectory: join(data, 'recordings'),
    freeBytes: freeGigabytes * 2 ** 30,
    database,
    clock,
    log,
    append,
  });
  shutdown.add('recording disks', () => disks.close());
  await disks.look();

  // Before anybody writes: a stream's chain goes on where its mended file ends.
  const store = createSegmentStore(database);
  const recovery = await createRecovery({ store, disks, log, tailMs: 2 * (syncMs + flushMs) + TAIL_MARGIN_MS });
  shutdown.add('recovery', () => recovery.close());
  await recovery.run();

  const recorder = createRecorder({
    source: { read: (key, how) => hub.stream(key).read(how) },
    cameras: () =>
      register
        .list()
        .filter(({ enabled }) => enabled)
        .map((camera) => ({ id: camera.id, roles: parts.rolesOf(camera.source), policy: policyOf(camera) })),
    store,
    disks,
    config: config.recordings,
    clock,
    log,
    signer: keys.signer(),
    onDoubt: recovery.leave,
  });
  shutdown.add('recorder', () => recorder.stop());

  const retention = await createRetention({
    ...{ database, store, disks, holds, clock, log, append, freeGigabytes },
    retentionOf(cameraId) {
      const camera = register.find(cameraId);
      return camera === undefined ? policies.ofUnknown().retention : policyOf(camera).retention;
    },
  });
  shutdown.add('retention', () => retention.stop());

  const exports = await createExports({
    sources: { store, disks, open: recorder },
    ...{ keys, database, clock, log },
    folder: join(data, 'exports'),
    verifier: () => readFile(parts.verifierFile, 'utf8'),
    program: `Tamnhin ${VERSION}`,
    cameraOf(cameraId) {
      const present = register.find(cameraId);
      const camera = present ?? register.findRemoved(cameraId);
      return {
        camera: {
          id: cameraId,
          number: camera?.number ?? 0,
          name: camera?.name ?? cameraId,
          place: camera?.place ?? null,
        },
        clock: present?.clock ?? null,
      };
    },
    masksOf: (cameraId) => register.masks(cameraId).masks,
    encoder: parts.overlayEncoder,
  });
  shutdown.add('exports', () => exports.close());

  function exists(target: PolicyTarget): boolean {
    if (target.kind === 'camera') return register.find(target.cameraId) !== undefined;
    return target.kind !== 'group' || groups.find(target.groupId) !== undefined;
  }
  function dropLostPolicies(): void {
    policies.removeLost(exists).catch((error: unknown) => {
      // The next change, or the next start, tries again.
      log.warn({ reason: messageOf(error) }, 'policies of removed cameras or groups were not removed');
    });
  }

  return {
    policies,
    recorder,
    retention,
    recordings: {
      playback: createPlayback({ store, disks, open: recorder, decoder: parts.decoder }),
      bookmarks: createBookmarks({ database, clock }),
      holds,
      holdCostOf: createHoldCosts({ store, open: recorder, clock }),
      disks,
    },
    /** For looking at what was recorded by machine. */
    fragments: createRecordedFragments({ store, disks, open: recorder }),
    evidence: { exports, keys },
    administration: { policies, asPolicyCamera, retention, storage: createStorage({ store, disks, retention, clock }) },
    /** To be called when the cameras have been handed to the supervisor. */
    start(): void {
      register.onSaved(recorder.refresh);
      register.onRemoved(recorder.forget);
      groups.onChanged(recorder.refresh);
      policies.onChanged(recorder.refresh);
      register.onRemoved(dropLostPolicies);
      groups.onChanged(dropLostPolicies);
      dropLostPolicies();
      recorder.refresh();
      shutdown.add('recording triggers', followEvents(parts.events, register, policyOf, recorder.trigger));
      retention.start();
    },
  };
}

/** All of them are events that the log knows. */
const TRIGGERS: ReadonlySet<EventType> = new Set(RECORDING_TRIGGERS);

/** Events of a camera have its recording begin, where its policy says so. The returned function ends it. */
export function followEvents(
  events: Pick<EventLog, 'onAppended'>,
  register: Pick<CameraRegister, 'find'>,
  policyOf: (camera: Camera) => RecordingPolicy,
  trigger: (cameraId: string, atMs: number) => void,
): () => void {
  return events.onAppended(({ type, cameraId, timeMs }) => {
    const camera = cameraId === null || !TRIGGERS.has(type) ? undefined : register.find(cameraId);
    if (camera === undefined) return;
    const { triggers } = policyOf(camera);
    if (triggers === 'all' || triggers.some((each) => each === type)) trigger(camera.id, timeMs);
  });
}
