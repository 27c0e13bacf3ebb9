import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { NewEvent } from '#contracts/events';
import { type RecordingPolicy, recordingPolicySchema } from '#contracts/recordings';
import { liveSection } from '../../config/sections/live.ts';
import { recordingsSection } from '../../config/sections/recordings.ts';
import type { DiskFiles } from '../../recordings/disk-files.ts';
import { createDisks } from '../../recordings/disks.ts';
import type { Signer } from '../../recordings/interfaces.ts';
import { createRecorder, type RecordedCamera } from '../../recordings/recorder.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { createHub } from '../../server/restream/hub.ts';
import { createTemporaryDatabase } from './database.ts';

export const ALWAYS: RecordingPolicy = recordingPolicySchema.parse({
  mode: 'continuous',
  streams: 'main',
  retention: { days: 30 },
});

/** Hub, disks, index and recorder, all real, in a folder of their own. */
export async function createTestRecorder(
  options: {
    clock?: Clock;
    config?: Parameters<typeof recordingsSection.parse>[0];
    directories?: readonly string[];
    files?: DiskFiles;
    signer?: Signer;
    ringSeconds?: number;
  } = {},
) {
  const { clock = systemClock } = options;
  const log = silentLogger();
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-recordings-'));
  const config = recordingsSection.parse(options.config ?? {});
  const database = await createTemporaryDatabase(clock);
  const hub = createHub({
    config: liveSection.parse({ ringSeconds: options.ringSeconds ?? 12 }),
    clock,
    log,
  });
  const events: NewEvent[] = [];
  const root = join(folder, 'recordings');
  const disks = await createDisks({
    directories: options.directories ?? [],
    defaultDirectory: root,
    freeBytes: config.freeGigabytes * 2 ** 30,
    database,
    clock,
    log,
    append: async (event) => events.push(event),
  });
  await disks.look();
  const store = createSegmentStore(database);
  const cameras = new Map<string, RecordedCamera>();
  const recorder = createRecorder({
    source: { read: (key, how) => hub.stream(key).read(how) },
    cameras: () => [...cameras.values()],
    store,
    disks,
    config,
    clock,
    log,
    ...(options.files === undefined ? {} : { files: options.files }),
    ...(options.signer === undefined ? {} : { signer: options.signer }),
  });
  return {
    root,
    folder,
    database,
    hub,
    disks,
    store,
    recorder,
    events,
    /** Counts after the recorder has settled. */
    setCamera(id: string, more: Partial<RecordedCamera> = {}): void {
      cameras.set(id, { id, roles: ['main'], policy: ALWAYS, ...more });
      recorder.refresh();
    },
    removeCamera(id: string): void {
      cameras.delete(id);
      hub.drop(id);
      recorder.forget(id);
    },
    async close(): Promise<void> {
      await recorder.stop();
      disks.close();
      hub.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
