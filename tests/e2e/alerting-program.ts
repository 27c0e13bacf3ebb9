import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { NewEvent, TamnhinEvent } from '#contracts/events';
import { loadConfig } from '../../config/load.ts';
import type { EventLog } from '../../server/events/event-log.ts';
import type { EventPictures } from '../../server/events/event-pictures.ts';
import { freePort } from './program.ts';

/**
 * The whole program in the test's own process, with the built console, so that a test can tell an event as a rule would
 * without a camera that somebody walks past. Nothing in it is replaced: its log and its pictures are only noted when
 * they are made.
 */
export interface AlertingProgram {
  readonly url: string;
  readonly announced: string;
  tell(event: NewEvent): Promise<TamnhinEvent>;
  /** Keeps a picture as the detector would; the name for `DetectionData.pictures`. */
  keepPicture(cameraId: string, jpeg: Uint8Array): Promise<string | null>;
  stop(): Promise<void>;
}

const made: { log: EventLog | undefined; pictures: EventPictures | undefined } = {
  log: undefined,
  pictures: undefined,
};

vi.mock('../../server/events/event-log.ts', async (original) => {
  const real = await original<typeof import('../../server/events/event-log.ts')>();
  return {
    ...real,
    createEventLog: (...options: Parameters<typeof real.createEventLog>) => {
      made.log = real.createEventLog(...options);
      return made.log;
    },
  };
});
vi.mock('../../server/events/event-pictures.ts', async (original) => {
  const real = await original<typeof import('../../server/events/event-pictures.ts')>();
  return {
    ...real,
    createEventPictures: async (...options: Parameters<typeof real.createEventPictures>) => {
      made.pictures = await real.createEventPictures(...options);
      return made.pictures;
    },
  };
});

export async function startAlertingProgram(
  options: { demo?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<AlertingProgram> {
  const { startApp } = await import('../../server/app.ts');
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-alerts-'));
  const config = loadConfig({
    TAMNHIN_DATA_DIRECTORY: folder,
    TAMNHIN_SERVER_PORT: String(await freePort()),
    TAMNHIN_CAMERAS_RTMP_PORT: String(await freePort()),
    TAMNHIN_RECORDINGS_MODE: 'off',
    ...options.env,
  });
  const app = await startApp(config, { demo: options.demo ?? false });
  const { log, pictures } = made;
  if (log === undefined || pictures === undefined) throw new Error('the program made no event log');
  return {
    url: app.url,
    announced: app.setupUrl ?? app.url,
    tell: (event) => log.append(event),
    keepPicture: (cameraId, jpeg) => pictures.keep(cameraId, { during: jpeg }),
    async stop() {
      await app.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
