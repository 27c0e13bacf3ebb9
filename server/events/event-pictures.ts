import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#base/clock';
import { messageOf, systemCodeOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { EventMoment } from '#contracts/events';

/**
 * The pictures that events were told with: JPEG files of their own, because what was recorded then goes long before
 * the event does. The oldest go when all together are more than the bound.
 */
export interface EventPictures {
  /** Resolves to the name for `read`, and to `null` when they could not be written. Never rejects. */
  keep(cameraId: string, pictures: Readonly<Partial<Record<EventMoment, Uint8Array>>>): Promise<string | null>;
  /** `undefined` when there is none, or no more. */
  read(cameraId: string, name: string, moment: EventMoment): Promise<Uint8Array | undefined>;
}

interface Kept {
  readonly path: string;
  readonly bytes: number;
}

/** What `keep` gives: begins with the time, so that names sort by age. */
const NAME = /^\d{13}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const FILE = /^(.{50})-(before|during)\.jpg$/;
/** As recordings: what people were filmed doing is for the program alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Ids of cameras are folders here. */
const CAMERA = /^[\w-]{1,64}$/;

export async function createEventPictures(options: {
  folder: string;
  mostBytes: number;
  clock: Clock;
  log: Logger;
}): Promise<EventPictures> {
  const { folder, mostBytes, clock, log } = options;
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  /** Oldest first. */
  const kept = await survey(folder);
  let bytes = kept.reduce((sum, each) => sum + each.bytes, 0);

  /** What is not ours to delete is not in `kept`. */
  async function trim(): Promise<void> {
    while (bytes > mostBytes) {
      const oldest = kept.shift();
      if (oldest === undefined) return;
      bytes -= oldest.bytes;
      await rm(oldest.path, { force: true });
    }
  }

  return {
    async keep(cameraId, pictures) {
      if (!CAMERA.test(cameraId)) return null;
      const name = `${String(Math.round(clock.now())).padStart(13, '0')}-${randomUUID()}`;
      try {
        await mkdir(join(folder, cameraId), { recursive: true, mode: FOLDER_MODE });
        for (const [moment, picture] of Object.entries(pictures)) {
          const path = join(folder, cameraId, `${name}-${moment}.jpg`);
          await writeFile(path, picture, { mode: FILE_MODE });
          kept.push({ path, bytes: picture.byteLength });
          bytes += picture.byteLength;
        }
        await trim();
        return name;
      } catch (error) {
        log.warn({ camera: cameraId, reason: messageOf(error) }, 'the pictures of an event were not kept');
        return null;
      }
    },
    async read(cameraId, name, moment) {
      if (!CAMERA.test(cameraId) || !NAME.test(name)) return undefined;
      try {
        return await readFile(join(folder, cameraId, `${name}-${moment}.jpg`));
      } catch (error) {
        if (systemCodeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}

async function survey(folder: string): Promise<Kept[]> {
  const found: (Kept & { name: string })[] = [];
  for (const camera of await readdir(folder, { withFileTypes: true })) {
    if (!camera.isDirectory() || !CAMERA.test(camera.name)) continue;
    for (const name of await readdir(join(folder, camera.name))) {
      if (!NAME.test(FILE.exec(name)?.[1] ?? '')) continue;
      const path = join(folder, camera.name, name);
      found.push({ name, path, bytes: (await stat(path)).size });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
