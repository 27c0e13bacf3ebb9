import { statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import { IDENTITY_FILE, readIdentity } from '../recordings/disk-folder.ts';
import type { Disk } from '../recordings/interfaces.ts';
import type { OpenDisks } from './recordings-command.ts';

/** The disks of recordings as a command sees them: read once; a folder without an identity is not given one. */
export const readDisks: OpenDisks = async ({ recordings, data }: Config) => {
  const roots = recordings.directories.length > 0 ? recordings.directories : [join(data.directory, 'recordings')];
  const list = await Promise.all(roots.map((root) => readDisk(resolve(root))));
  return {
    disks: { list: () => list, find: (id) => list.find((disk) => disk.id === id), onChanged: () => () => undefined },
    ownFiles: [IDENTITY_FILE],
  };
};

async function readDisk(root: string): Promise<Disk> {
  try {
    const id = await readIdentity(root);
    if (id === undefined) throw new Error('no identity');
    const { bavail, blocks, bsize } = await statfs(root);
    return {
      id,
      root,
      state: 'ready',
      detail: '',
      hangs: false,
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
    };
  } catch {
    return {
      id: root,
      root,
      state: 'missing',
      detail: `${join(root, IDENTITY_FILE)} cannot be read`,
      hangs: false,
      freeBytes: 0,
      totalBytes: 0,
    };
  }
}
