import { mkdir, open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCodeOf } from '#base/errors';

/** What the folder of a disk says of itself. */

/** By it a disk is known, wherever it is mounted. */
export const IDENTITY_FILE = 'tamnhin-disk.json';
const TRIAL_FILE = 'tamnhin-trial.tmp';
/** What file systems and their owners put into an empty disk. */
const NOT_FOREIGN = new Set(['lost+found', 'System Volume Information', '$RECYCLE.BIN', IDENTITY_FILE, TRIAL_FILE]);

const identitySchema = z.object({ id: z.uuid(), createdMs: z.number() });
export type DiskIdentity = z.output<typeof identitySchema>;

/** A folder that nothing may be written to, said so that an administrator knows what to do. */
export class DiskTrouble extends Error {
  readonly state: 'failed' | 'missing';
  constructor(state: 'failed' | 'missing', message: string) {
    super(message);
    this.name = 'DiskTrouble';
    this.state = state;
  }
}

export interface FolderLook {
  /** `undefined` when it has none. */
  readonly identity: string | undefined;
  /** Names that a folder without identity should not hold. */
  readonly foreign: readonly string[];
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Two folders with the same number lie on one file system. */
  readonly device: number;
}

/** `make`: the folder is made where it is missing; a disk's is not, for it could be the place of one that is not mounted. */
export async function lookAtFolder(root: string, make: boolean): Promise<FolderLook> {
  const identity = await readIdentity(root);
  const foreign = identity === undefined ? await foreignIn(root, make) : [];
  const [space, { dev }] = await Promise.all([statfs(root), stat(root)]);
  return {
    identity,
    foreign,
    freeBytes: space.bavail * space.bsize,
    totalBytes: space.blocks * space.bsize,
    device: dev,
  };
}

/** `undefined` when the folder has none; throws `DiskTrouble` on one that cannot be understood. */
export async function readIdentity(root: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(join(root, IDENTITY_FILE), 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const found = identitySchema.safeParse(parsed(text));
  if (found.success) return found.data.id;
  throw new DiskTrouble('failed', `its ${IDENTITY_FILE} is damaged: restore it from a copy`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function foreignIn(root: string, make: boolean): Promise<readonly string[]> {
  try {
    return (await readdir(root)).filter((name) => !NOT_FOREIGN.has(name) && !name.startsWith('.Trash-'));
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT' || !make) throw error;
    await mkdir(root, { recursive: true, mode: 0o700 });
    return [];
  }
}

/** Written whole, and on the disk, before anything else is. */
export async function makeIdentity(root: string, identity: DiskIdentity): Promise<void> {
  const file = await open(join(root, IDENTITY_FILE), 'wx', 0o644);
  try {
    await file.writeFile(`${JSON.stringify(identity)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  const folder = await open(root);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Rejects when the disk takes no bytes. */
export async function tryWriting(root: string): Promise<void> {
  const path = join(root, TRIAL_FILE);
  const file = await open(path, 'w', 0o600);
  try {
    // More than a file system keeps beside its blocks.
    await file.writeFile(Buffer.alloc(2 ** 16));
    await file.sync();
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}
