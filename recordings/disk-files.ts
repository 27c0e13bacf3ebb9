import { close, constants, fdatasync, fsync, ftruncate, mkdir, open, unlink, writev } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCodeOf } from '#base/errors';

/**
 * The few calls that recording makes of the file system. Plain calls with numbers for files: at hundreds of writes a
 * second, the objects of `fs/promises` cost more than the calls. A parameter, so that a test can let a disk fail.
 */
export interface DiskFiles {
  /** Makes the folders of `path` below `root`, never `root` itself: an unmounted disk must not be written beside. */
  makeFolders(root: string, folders: readonly string[]): Promise<void>;
  /** A new file, for writing; rejects with `EEXIST` when there is one. */
  create(path: string): Promise<number>;
  /** Resolves to how many bytes were written: less than all of them when the disk is full. */
  write(file: number, buffers: readonly Uint8Array[], position: number): Promise<number>;
  /** The bytes and the length of the file are on the disk. */
  sync(file: number): Promise<void>;
  /** The names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  truncate(file: number, bytes: number): Promise<void>;
  close(file: number): Promise<void>;
  remove(path: string): Promise<void>;
}

const call = {
  open: promisify(open),
  close: promisify(close),
  datasync: promisify(fdatasync),
  sync: promisify(fsync),
  truncate: promisify(ftruncate),
  mkdir: promisify(mkdir),
  unlink: promisify(unlink),
};
/** What people were filmed doing is for the program alone. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export const diskFiles: DiskFiles = {
  async makeFolders(root, folders) {
    let path = root;
    for (const folder of folders) {
      path = join(path, folder);
      await call.mkdir(path, { mode: FOLDER_MODE }).catch((error: unknown) => {
        if (systemCodeOf(error) !== 'EEXIST') throw error;
      });
    }
  },
  create: (path) => call.open(path, 'wx', FILE_MODE),
  write: (file, buffers, position) =>
    new Promise((resolve, reject) => {
      writev(file, buffers, position, (error, written) => {
        if (error === null) resolve(written);
        else reject(error);
      });
    }),
  sync: call.datasync,
  async syncFolder(path) {
    const folder = await call.open(path, constants.O_RDONLY);
    try {
      await call.sync(folder);
    } finally {
      await call.close(folder);
    }
  },
  truncate: call.truncate,
  close: call.close,
  remove: call.unlink,
};
