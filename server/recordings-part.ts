import { join, resolve } from 'node:path';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import type { CameraSource } from '#contracts/camera';
import type { NewEvent } from '#contracts/events';
import type { StreamRole } from '#contracts/media';
import type { Config } from '../config/schema.ts';
import { createDisks } from '../recordings/disks.ts';
import { createPolicies } from '../recordings/policies.ts';
import { createRecorder } from '../recordings/recorder.ts';
import { createSegmentStore } from '../recordings/segment-store.ts';
import type { Groups } from './cameras/groups.ts';
import type { CameraRegister } from './cameras/register.ts';
import type { Hub } from './restream/hub.ts';

/** Joins what records: policies, disks, index and recorder, and what they follow. Nothing is recorded before `start`. */
export async function createRecordings(
  house: { config: Config; clock: Clock; log: Logger; shutdown: Shutdown },
  parts: {
    database: Database;
    append: (event: NewEvent) => Promise<unknown>;
    register: CameraRegister;
    groups: Groups;
    hub: Hub;
    /** The streams that a camera with this source has, the best first. */
    rolesOf: (source: CameraSource) => readonly StreamRole[];
  },
) {
  const { config, clock, log, shutdown } = house;
  const { database, register, groups, hub } = parts;
  const policies = await createPolicies({ database, config: config.recordings, clock, log });
  const disks = await createDisks({
    directories: config.recordings.directories,
    defaultDirectory: join(resolve(config.data.directory), 'recordings'),
    freeBytes: config.recordings.freeGigabytes * 2 ** 30,
    database,
    clock,
    log,
    append: parts.append,
  });
  shutdown.add('recording disks', () => disks.close());
  await disks.look();

  const segments = createSegmentStore(database);
  const recorder = createRecorder({
    source: { read: (key, how) => hub.stream(key).read(how) },
    cameras: () =>
      register
        .list()
        .filter(({ enabled }) => enabled)
        .map((camera) => ({
          id: camera.id,
          roles: parts.rolesOf(camera.source),
          policy: policies.resolve({
            id: camera.id,
            class: camera.class,
            groupIds: camera.groupId === null ? [] : groups.above(camera.groupId),
          }),
        })),
    store: segments,
    disks,
    config: config.recordings,
    clock,
    log,
  });
  shutdown.add('recorder', () => recorder.stop());

  return {
    policies,
    disks,
    segments,
    recorder,
    /** To be called when the cameras have been handed to the supervisor. */
    start(): void {
      register.onSaved(recorder.refresh);
      register.onRemoved(recorder.forget);
      groups.onChanged(recorder.refresh);
      policies.onChanged(recorder.refresh);
      recorder.refresh();
    },
  };
}
