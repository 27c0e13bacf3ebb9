import { setImmediate as immediate } from 'node:timers/promises';
import { type DiskCall, makeDiskCall } from '../../recordings/disk-calls.ts';
import type { DiskFiles } from '../../recordings/disk-files.ts';

const NOTHING = new Uint8Array();

async function call(job: DiskCall, bytes = NOTHING): Promise<number> {
  await immediate();
  return makeDiskCall(job, bytes);
}

/** The calls of a disk's thread, made by this one: for tests that hold single calls, or let them fail. */
export const diskFiles: DiskFiles = {
  makeFolders: async (root, folders) => void (await call({ call: 'makeFolders', root, folders })),
  create: (path) => call({ call: 'create', path }),
  write(file, buffers, position) {
    const bytes = Buffer.concat(buffers);
    return call({ call: 'write', file, from: 0, length: bytes.byteLength, position }, bytes);
  },
  sync: async (file) => void (await call({ call: 'sync', file })),
  syncFolder: async (path) => void (await call({ call: 'syncFolder', path })),
  truncate: async (file, bytes) => void (await call({ call: 'truncate', file, bytes })),
  close: async (file) => void (await call({ call: 'close', file })),
  remove: async (path) => void (await call({ call: 'remove', path })),
  names: async (path, diskId) => (await call({ call: 'names', path, diskId })) === 1,
};
