import {
  closeSync,
  constants,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf } from '#base/errors';
import { UnsafePathError } from './disk-path.ts';

/** What a disk's thread is asked to do. Bytes to write lie in the arena that it shares with who asks. */
export type DiskCall =
  | { readonly call: 'makeFolders'; readonly root: string; readonly folders: readonly string[] }
  | { readonly call: 'create'; readonly path: string }
  | {
      readonly call: 'write';
      readonly file: number;
      readonly from: number;
      readonly length: number;
      readonly position: number;
    }
  | { readonly call: 'sync'; readonly file: number }
  | { readonly call: 'syncFolder'; readonly path: string }
  | { readonly call: 'truncate'; readonly file: number; readonly bytes: number }
  | { readonly call: 'close'; readonly file: number }
  | { readonly call: 'remove'; readonly path: string }
  | { readonly call: 'names'; readonly path: string; readonly diskId: string };

/** What people were filmed doing is for the program alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Makes one call of the file system and waits for it; gives its number, or 0. Throws what the system throws. */
export function makeDiskCall(job: DiskCall, arena: Uint8Array): number {
  switch (job.call) {
    case 'makeFolders': {
      let path = job.root;
      for (const folder of job.folders) {
        path = join(path, folder);
        makeFolder(path);
      }
      return 0;
    }
    case 'create':
      return openSync(job.path, 'wx', FILE_MODE);
    case 'write':
      return writeSync(job.file, arena, job.from, job.length, job.position);
    case 'sync':
      fdatasyncSync(job.file);
      return 0;
    case 'syncFolder': {
      const folder = openSync(job.path, constants.O_RDONLY);
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
      return 0;
    }
    case 'truncate':
      ftruncateSync(job.file, job.bytes);
      return 0;
    case 'close':
      closeSync(job.file);
      return 0;
    case 'remove':
      unlinkSync(job.path);
      return 0;
    case 'names':
      return namesDisk(job.path, job.diskId) ? 1 : 0;
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: FOLDER_MODE });
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
    // A link could lead to another disk, where nobody would find the recording; it is no fault of this one.
    if (!lstatSync(path).isDirectory()) throw new UnsafePathError(path, 'is no folder');
  }
}

/** Without a schema: all that counts is whether it is this one, and a disk's thread has little memory. */
function namesDisk(path: string, diskId: string): boolean {
  const identity: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return typeof identity === 'object' && identity !== null && 'id' in identity && identity.id === diskId;
}
