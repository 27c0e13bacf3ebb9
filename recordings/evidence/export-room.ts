import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedFile } from './export-file.ts';

/** What is encoded again may grow, and lies there twice while it is put into the zip. */
const PROCESSED_FACTOR = 4;
/** Manifests, verifiers and directories, and what the disk needs for others. */
const SPARE_BYTES = 256 * 2 ** 20;

/** What an export of these files takes on the disk until it is done. `grows`: of which cameras it is encoded anew. */
export function needOf(plans: readonly PlannedFile[], grows: (cameraId: string) => boolean): number {
  return plans.reduce((sum, { cameraId, bytes }) => sum + bytes * (grows(cameraId) ? PROCESSED_FACTOR : 1), 0);
}

/**
 * The bytes of `folder`'s disk that nothing takes and nobody was promised. What lies in the `places` of a promise is a
 * part of it that is taken already.
 */
export async function roomBeside(
  folder: string,
  promises: readonly { readonly needed: number; readonly places: readonly string[] }[],
): Promise<number> {
  let promised = SPARE_BYTES;
  for (const { needed, places } of promises) {
    const taken = await Promise.all(places.map(sizeOf));
    promised += Math.max(
      0,
      taken.reduce((rest, bytes) => rest - bytes, needed),
    );
  }
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize - promised;
}

/** Of a file, or of the files in a folder; nothing where there is none. */
async function sizeOf(path: string): Promise<number> {
  const about = await stat(path).catch(() => undefined);
  if (about?.isDirectory() !== true) return about?.size ?? 0;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(path, name)).catch(() => undefined)));
  return sizes.reduce((sum, one) => sum + (one?.size ?? 0), 0);
}
