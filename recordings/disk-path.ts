import { lstat, readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Disk } from './interfaces.ts';

/**
 * From a row's path to a file that may be read, cut or deleted. The index is trusted no more than a stranger: a path
 * must have the one shape that we give, lie below the disk's root, and lead there through folders, not through links.
 * This guards against what was put there, not against somebody who swaps folders while we look.
 */

const SEGMENT_PATH = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}\/\d{4}-\d{2}-\d{2}\/\d{8}T\d{6}\.\d{3}Z-(?:main|sub)\.mp4$/;

/** A path that is not ours to touch. */
export class UnsafePathError extends Error {
  constructor(path: string, why: string) {
    super(`${JSON.stringify(path)} ${why}`);
    this.name = 'UnsafePathError';
  }
}

/** What lies on it can be read: also when it is full, or read-only, or fails otherwise, but does answer. */
export function isReadable(disk: Disk | undefined): disk is Disk {
  return disk !== undefined && disk.state !== 'missing' && !disk.hangs;
}

export function isSegmentPath(path: string): boolean {
  return SEGMENT_PATH.test(path);
}

/** The absolute path; looks at nothing but the text. */
function placeOnDisk(root: string, path: string): string {
  if (!isSegmentPath(path)) throw new UnsafePathError(path, 'is not the path of a segment');
  const place = resolve(root, path);
  if (!place.startsWith(resolve(root) + sep)) throw new UnsafePathError(path, 'leads out of its disk');
  return place;
}

/** The absolute path of a file that stands there itself. Throws `UnsafePathError`, or `ENOENT` when there is none. */
export async function fileOnDisk(root: string, path: string): Promise<string> {
  const place = placeOnDisk(root, path);
  const [camera = '', day = ''] = path.split('/');
  for (const folder of [join(root, camera), join(root, camera, day)]) {
    if (!(await lstat(folder)).isDirectory()) throw new UnsafePathError(path, 'goes through what is no folder');
  }
  if (!(await lstat(place)).isFile()) throw new UnsafePathError(path, 'is no file');
  return place;
}

/**
 * Something lies in the folder: it is no empty mount point. Disks are looked at from time to time only, so before a
 * missing file is believed to be gone, and its row removed, this is asked.
 */
export async function isThere(root: string): Promise<boolean> {
  try {
    return (await readdir(root)).length > 0;
  } catch {
    return false;
  }
}
