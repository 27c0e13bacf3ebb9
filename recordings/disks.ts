import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, within } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf, systemCodeOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { NewEvent, Severity } from '#contracts/events';
import type { DiskState } from '#contracts/recordings';
import { ConfigError } from '../config/load.ts';
import { nestedIn } from '../config/nested-folders.ts';
import type { DiskFiles } from './disk-files.ts';
import { DiskTrouble, type FolderLook, IDENTITY_FILE, lookAtFolder, makeIdentity, tryWriting } from './disk-folder.ts';
import type { Disk, Disks } from './interfaces.ts';

/** The folders that are recorded to, each told apart by the identity in it and watched. */
export interface WatchedDisks extends Disks {
  /** Looks at all folders, now. Resolves when each has answered or `ANSWER_MS` is over. */
  look(): Promise<void>;
  /**
   * Whether the folder is still the disk that it was: asked before a file is made, of the disk's own thread, which no
   * other disk holds up.
   */
  confirm(id: string, files: Pick<DiskFiles, 'names'>): Promise<boolean>;
  writeFailed(id: string, error: unknown): void;
  /** Recordings were lost because the disk did not take them in time. */
  slow(id: string): void;
  /** A call of this disk has not returned for so long. */
  hangs(id: string, ms: number): void;
  close(): void;
}

export interface DisksOptions {
  /** Absolute paths. */
  readonly directories: readonly string[];
  /** Used when there are none, and made when it is not there. The others must exist. */
  readonly defaultDirectory: string;
  /** Less than this makes a disk `full`. */
  readonly freeBytes: number;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly append: (event: NewEvent) => Promise<unknown>;
}

export const LOOK_MS = 5000;
const ANSWER_MS = 3000;
/** `slow` is said until nothing was lost for so long. */
const SLOW_MS = 60_000;
/** A disk whose calls take longer than this is given up until they return. */
export const HANGS_MS = 30_000;
/** Less free than this is as good as nothing: the recorder leaves such a disk alone. */
export const LEAST_FREE_BYTES = 8 * 2 ** 20;
/** A failed disk is tried with a file of its own, no more often than this. */
const TRY_MS = 10_000;

const SEVERITY: Readonly<Record<DiskState, Severity>> = {
  ready: 'minor',
  full: 'severe',
  slow: 'moderate',
  failed: 'severe',
  missing: 'severe',
};

/** What writing met. */
interface WriteFault {
  readonly state: 'full' | 'failed';
  readonly detail: string;
  /** It met nothing: the disk did not answer. */
  readonly hangs: boolean;
  readonly noRoom: boolean;
  readonly sinceMs: number;
}

interface Watched {
  readonly path: string;
  disk: Disk;
  looking: Promise<void> | undefined;
  lookedAtMs: number;
  /** In this look its folder could be read; what it waits for now is no reading. */
  answered: boolean;
  /** `undefined` while writing works. */
  fault: WriteFault | undefined;
  slowUntilMs: number;
  /** What people were told; nothing is told of a disk that was always well. */
  told: DiskState;
}

/** Throws `ConfigError` when one folder lies inside another. */
export async function createDisks(options: DisksOptions): Promise<WatchedDisks> {
  const { database, clock, log } = options;
  const listeners = new Set<(disk: Disk) => void>();
  const paths = [...new Set(options.directories.map((path) => resolve(path)))];
  await refuseNested(paths, clock);
  const watched: Watched[] = (paths.length === 0 ? [options.defaultDirectory] : paths).map((path) => ({
    path,
    disk: {
      ...{ id: '', root: path, state: 'missing', detail: 'not looked at yet', hangs: false },
      ...{ freeBytes: 0, totalBytes: 0 },
    },
    looking: undefined,
    lookedAtMs: 0,
    answered: false,
    fault: undefined,
    slowUntilMs: Number.NEGATIVE_INFINITY,
    told: 'ready',
  }));

  const byId = (id: string): Watched | undefined => watched.find(({ disk }) => disk.id === id && id !== '');

  /** The id that belongs to this path, as far as the index knows. */
  async function knownId(path: string): Promise<string | undefined> {
    return (await database.get<{ id: string }>('SELECT id FROM recording_disks WHERE path = ?', path))?.id;
  }

  /** A disk that came to another path keeps what it holds: rows name the disk, not the path. */
  async function remember(id: string, path: string): Promise<void> {
    await database.run(
      `INSERT INTO recording_disks (id, path, created_ms) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET path = excluded.path`,
      id,
      path,
      clock.now(),
    );
  }

  /** Throws `DiskTrouble` where nothing may be written. */
  async function identify(one: Watched, folder: FolderLook): Promise<string> {
    for (const other of watched) {
      if (other === one || other.disk.id === '') continue;
      if (other.disk.id !== folder.identity) continue;
      if (other.disk.state === 'missing') throw new DiskTrouble('missing', `the disk of ${other.path} is here`);
      throw new DiskTrouble('failed', `the same folder as ${other.path}, or a copy of it: each needs its own`);
    }
    const known = await knownId(one.path);
    if (folder.identity === undefined) {
      if (known !== undefined) {
        throw new DiskTrouble('missing', GONE);
      }
      if (folder.foreign.length > 0) {
        throw new DiskTrouble(
          'failed',
          `holds other files (${folder.foreign.slice(0, 3).join(', ')}): recordings need a folder of their own`,
        );
      }
      const id = randomUUID();
      await makeIdentity(one.path, { id, createdMs: clock.now() });
      await remember(id, one.path);
      return id;
    }
    if (known === undefined) await remember(folder.identity, one.path);
    else if (known !== folder.identity) {
      throw new DiskTrouble(
        'missing',
        'another disk is here than before: mount the right one, or configure a new folder',
      );
    }
    return folder.identity;
  }

  /** What the folder is now. Never rejects. */
  async function examine(one: Watched): Promise<Disk> {
    const root = one.path;
    try {
      const folder = await lookAtFolder(root, root === options.defaultDirectory);
      one.answered = true;
      const { freeBytes, totalBytes } = folder;
      const id = await identify(one, folder);
      const full = freeBytes < Math.max(options.freeBytes, LEAST_FREE_BYTES);
      if (one.fault !== undefined && clock.monotonic() - one.fault.sinceMs >= TRY_MS) {
        one.fault = await tryAgain(root, one.fault, full);
      }
      const shared = watched.find((other) => other !== one && folder.device === deviceOf.get(other));
      deviceOf.set(one, folder.device);
      const hint = shared === undefined ? '' : `on the same file system as ${shared.path}`;
      const found = { id, root, hangs: false, noRoom: false, freeBytes, totalBytes };
      if (one.fault !== undefined) return { ...found, ...one.fault };
      if (clock.monotonic() < one.slowUntilMs) {
        return { ...found, state: 'slow', detail: 'cannot keep up: parts were lost' };
      }
      const more = freeBytes < LEAST_FREE_BYTES ? NOTHING_FREE : 'less is free than shall stay free';
      const detail = full ? `${more}: the oldest recordings go` : hint;
      return { ...found, state: full ? 'full' : 'ready', detail };
    } catch (error) {
      const known = await knownId(root).catch(() => undefined);
      const gone = known !== undefined && systemCodeOf(error) === 'ENOENT';
      const state = gone ? 'missing' : error instanceof DiskTrouble ? error.state : 'failed';
      return { ...one.disk, id: known ?? '', state, detail: gone ? GONE : inWords(error), hangs: false, noRoom: false };
    }
  }
  const deviceOf = new Map<Watched, number>();

  function look(one: Watched): Promise<void> {
    // A folder that does not answer keeps one of Node's few threads for files; one is enough.
    if (one.looking !== undefined) {
      const ms = clock.monotonic() - one.lookedAtMs;
      if (ms > HANGS_MS) become(one, hanging(one.disk));
      // Long before it is given up nobody else should wait for it: who reads can come again.
      else if (ms > ANSWER_MS && !one.answered) one.disk = { ...one.disk, hangs: true };
      return one.looking;
    }
    one.lookedAtMs = clock.monotonic();
    one.answered = false;
    one.looking = examine(one).then((disk) => {
      one.looking = undefined;
      become(one, disk);
    });
    return one.looking;
  }

  function become(one: Watched, disk: Disk): void {
    const before = one.disk;
    one.disk = disk;
    const isNew = before.state !== disk.state || before.detail !== disk.detail || before.id !== disk.id;
    if (isNew) {
      log[disk.state === 'ready' || disk.state === 'full' ? 'info' : 'error'](
        { disk: disk.root, state: disk.state, detail: disk.detail },
        'recording disk',
      );
      tell(one);
    }
    if (isNew || before.freeBytes !== disk.freeBytes) for (const listener of listeners) listener(disk);
  }

  /** Every disk becomes full in time and that is well: it is told only when nothing can be written. */
  function tell(one: Watched): void {
    const { id, state, detail, freeBytes } = one.disk;
    const writable = one.fault === undefined && freeBytes >= LEAST_FREE_BYTES;
    const now = state === 'full' && writable ? 'ready' : state;
    if (now === one.told) return;
    one.told = now;
    options
      .append({
        type: 'vn.tamnhin.disk.state',
        timeMs: clock.now(),
        severity: SEVERITY[now],
        cameraId: null,
        data: { diskId: id, path: one.path, state: now, detail },
      })
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'an event of a disk was lost'));
  }

  async function lookAtAll(): Promise<void> {
    let cancel = (): void => {};
    const late = new Promise<void>((done) => {
      cancel = clock.after(ANSWER_MS, done);
    });
    // One after another where they answer: of two paths to one folder, the first one has it.
    for (const one of watched) await Promise.race([look(one), late]);
    cancel();
  }

  function writeFailed(id: string, error: unknown): void {
    const one = byId(id);
    if (one === undefined || one.disk.state === 'missing') return;
    const state = hasNoRoom(error) ? 'full' : 'failed';
    one.fault = { state, detail: inWords(error), hangs: false, noRoom: state === 'full', sinceMs: clock.monotonic() };
    become(one, { ...one.disk, state: one.fault.state, detail: one.fault.detail });
    void look(one);
  }

  const stop = clock.every(LOOK_MS, () => {
    for (const one of watched) void look(one);
  });

  return {
    list: () => watched.map(({ disk }) => disk),
    find: (id) => byId(id)?.disk,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    look: lookAtAll,
    async confirm(id, files) {
      const one = byId(id);
      if (one === undefined) return false;
      const isIt = await files.names(join(one.path, IDENTITY_FILE), id).catch((error: unknown) => {
        // Its thread cannot run: the look below goes by other threads and would find it well.
        if (systemCodeOf(error) === 'ESRCH') writeFailed(id, error);
        return false;
      });
      if (isIt) return true;
      await within(clock, ANSWER_MS, look(one), undefined);
      return false;
    },
    writeFailed,
    slow(id) {
      const one = byId(id);
      if (one === undefined) return;
      one.slowUntilMs = clock.monotonic() + SLOW_MS;
      if (one.disk.state !== 'ready' && one.disk.state !== 'full') return;
      become(one, { ...one.disk, state: 'slow', detail: 'cannot keep up: parts were lost' });
    },
    hangs(id, ms) {
      const one = byId(id);
      if (one === undefined || ms < HANGS_MS || one.disk.state === 'failed') return;
      const sinceMs = clock.monotonic();
      one.fault = { state: 'failed', detail: hanging(one.disk).detail, hangs: true, noRoom: false, sinceMs };
      become(one, hanging(one.disk));
    },
    close: stop,
  };
}

/** Behind links too. What would be recorded to the inner one would be files of nobody in the outer one. */
async function refuseNested(paths: readonly string[], clock: Clock): Promise<void> {
  const real = await Promise.all(
    // A share that hangs must not keep the others from being recorded to.
    paths.map((path) =>
      within(
        clock,
        ANSWER_MS,
        realpath(path).catch(() => path),
        path,
      ),
    ),
  );
  const nested = nestedIn(real);
  if (nested === undefined) return;
  const { inner, outer } = nested;
  throw new ConfigError([`recordings.directories: ${inner} lies inside ${outer}; each disk needs a folder of its own`]);
}

/**
 * `undefined` when the disk takes bytes again. One without any room, below its floor, is full and no worse: retention
 * makes room on it, as it does on none that failed. Throws what else is wrong.
 */
async function tryAgain(root: string, fault: WriteFault, isBelowFloor: boolean): Promise<WriteFault | undefined> {
  try {
    await tryWriting(root);
    return undefined;
  } catch (error) {
    if (!hasNoRoom(error)) throw error;
    const state = isBelowFloor ? 'full' : 'failed';
    return { ...fault, state, detail: inWords(error), hangs: false, noRoom: true };
  }
}

const hasNoRoom = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(systemCodeOf(error) ?? '');

const hanging = (disk: Disk): Disk => ({
  ...disk,
  state: 'failed',
  hangs: true,
  detail: `does not answer (for more than ${HANGS_MS / 1000} s)`,
});

const NOTHING_FREE = 'no space is left to record to';
const GONE = 'the disk that was here is not: mount it again; if it is gone for good, configure a new folder';
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist: make it, for the user of the server',
  ENOTDIR: 'is not a folder',
  EACCES: 'the server may not write here: its user needs read and write permission',
  EPERM: 'the server may not write here: its user needs read and write permission',
  EROFS: 'is mounted read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EIO: 'the disk reports errors (input/output error)',
  ENODEV: 'the disk is gone',
  ESTALE: 'the share is gone (stale handle)',
};

function inWords(error: unknown): string {
  if (error instanceof DiskTrouble) return error.message;
  return WORDS[systemCodeOf(error) ?? ''] ?? messageOf(error);
}
