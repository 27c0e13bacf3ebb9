import { unlink } from 'node:fs/promises';
import { messageOf, systemCodeOf } from '#base/errors';
import type { Logger } from '#base/log';
import { fileOnDisk, isReadable, isThere } from './disk-path.ts';
import type { Disk, Disks } from './interfaces.ts';
import { openSegmentFile, scanHandle } from './segment-scan.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/**
 * After a start: what the run before left open is looked at, cut to its last whole record and closed, so that the
 * index is true before anybody asks it and the chain can go on. Each step can be done again: a crash in here leaves
 * rows open, and the next start does them.
 */
export interface Recovery {
  /** Resolves when every row was looked at that can be; never rejects. The recorder must not write before. */
  run(): Promise<RecoveryReport>;
  /** Nobody knows what of this file is on its disk: it is looked at when that disk can be used again. */
  leave(segment: Segment): void;
  /** Rows whose disk is away. They are tried again when it comes back. */
  waiting(): number;
  close(): Promise<void>;
}

export interface RecoveryReport {
  readonly segments: readonly RecoveredSegment[];
}

export interface RecoveredSegment {
  readonly id: number;
  readonly cameraId: string;
  readonly path: string;
  /**
   * `closed`: whole, or cut at the end; `removed`: nothing was in it, row and file are gone; `gone`: there was no file,
   * the row is gone; `waiting`: its disk is away; `damaged`: records of ours stand behind a head that cannot be read;
   * `failed`: see `detail`. The last three stay open.
   */
  readonly outcome: 'closed' | 'removed' | 'gone' | 'waiting' | 'damaged' | 'failed';
  /** Cut off at the end. */
  readonly cutBytes: number;
  readonly detail: string;
}

/** Files that are looked at side by side: their disks are not waited for one after another. */
const AT_ONCE = 4;

export async function createRecovery(options: {
  readonly store: SegmentStore;
  readonly disks: Disks;
  readonly log: Logger;
  /** Video that may have been on its way to the disk when the power went; checked byte for byte. */
  readonly tailMs?: number;
}): Promise<Recovery> {
  const { store, disks, log, tailMs = 10_000 } = options;
  // Taken once, before anybody writes: rows that are opened later belong to the recorder, until it leaves them.
  const open = new Map((await store.openOnes()).map((segment) => [segment.id, segment]));
  const away = new Set<number>();
  let closed = false;
  let working: Promise<unknown> = Promise.resolve();

  async function recover(segment: Segment): Promise<Omit<RecoveredSegment, 'id' | 'cameraId' | 'path'>> {
    const disk = disks.find(segment.diskId);
    const detail = disk?.detail ?? 'no such disk is configured';
    if (!isReadable(disk)) return { outcome: 'waiting', cutBytes: 0, detail };
    try {
      return await recoverFile(segment, await fileOnDisk(disk.root, segment.path));
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') return { outcome: 'failed', cutBytes: 0, detail: messageOf(error) };
      if (!(await isThere(disk.root))) return { outcome: 'waiting', cutBytes: 0, detail: 'its folder is empty' };
      await store.remove(segment.id);
      return { outcome: 'gone', cutBytes: 0, detail: '' };
    }
  }

  async function recoverFile(segment: Segment, file: string) {
    const handle = await openSegmentFile(file, 'write');
    try {
      const scan = await scanHandle(handle, { tailMs });
      if (scan.link === undefined || scan.fragments === 0) {
        if (scan.link === undefined && scan.holdsRecords) {
          return { outcome: 'damaged', cutBytes: 0, detail: `its head cannot be read (${scan.stop})` } as const;
        }
        // File first: a row without its file is understood by the next start, a file without its row by nobody.
        await unlink(file);
        await store.remove(segment.id);
        return { outcome: 'removed', cutBytes: scan.fileBytes, detail: '' } as const;
      }
      if (!isOf(segment, scan)) {
        return { outcome: 'damaged', cutBytes: 0, detail: 'its head is not the one that the index has' } as const;
      }
      const cutBytes = scan.fileBytes - scan.wholeBytes;
      if (cutBytes > 0) await handle.truncate(scan.wholeBytes);
      // Also without a cut: bytes that are still on their way belong to a closed row no less.
      await handle.datasync();
      const { endMs, wholeBytes: bytes, fragments, head, groups, damages, stop } = scan;
      await store.close(segment.id, { endMs, bytes, fragments, head, groups });
      const detail = [cutBytes > 0 ? stop : '', damages.length > 0 ? `${damages.length} places are damaged` : ''];
      return { outcome: 'closed', cutBytes, detail: detail.filter((text) => text !== '').join('; ') } as const;
    } finally {
      await handle.close();
    }
  }

  async function recoverAll(segments: readonly Segment[]): Promise<RecoveryReport> {
    const done: RecoveredSegment[] = [];
    const queue = [...segments];
    const work = async (): Promise<void> => {
      for (let segment = queue.shift(); segment !== undefined && !closed; segment = queue.shift()) {
        const { id, cameraId, path } = segment;
        const result = await recover(segment).catch((error: unknown) => ({
          outcome: 'failed' as const,
          cutBytes: 0,
          detail: messageOf(error),
        }));
        if (['closed', 'removed', 'gone'].includes(result.outcome)) open.delete(id);
        if (result.outcome === 'waiting') away.add(id);
        else away.delete(id);
        const entry = { id, cameraId, path, ...result };
        done.push(entry);
        tell(log, entry);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { segments: done };
  }

  /** One look after another, so that no row is looked at twice at a time. */
  function enqueue(segments: () => readonly Segment[]): Promise<RecoveryReport> {
    const result = working.then(() => recoverAll(segments()));
    working = result;
    return result;
  }

  function lookAgain(disk: Disk): void {
    if (disk.state === 'missing' || disk.state === 'failed' || closed) return;
    const ofDisk = (): Segment[] => [...open.values()].filter(({ id, diskId }) => away.has(id) && diskId === disk.id);
    if (ofDisk().length > 0) void enqueue(ofDisk);
  }
  const unwatch = disks.onChanged(lookAgain);

  return {
    run: () => enqueue(() => [...open.values()]),
    leave(segment) {
      open.set(segment.id, segment);
      away.add(segment.id);
      const disk = disks.find(segment.diskId);
      if (disk !== undefined) lookAgain(disk);
    },
    waiting: () => away.size,
    async close() {
      closed = true;
      unwatch();
      await working;
    },
  };
}

/** Row and file speak of the same bytes: else the row's places in the file would be wrong. */
function isOf(
  segment: Segment,
  { link, headBytes, initBytes }: { link: { cameraId: string; role: string }; headBytes: number; initBytes: number },
): boolean {
  return (
    link.cameraId === segment.cameraId &&
    link.role === segment.role &&
    headBytes === segment.headBytes &&
    initBytes === segment.initBytes
  );
}

function tell(log: Logger, entry: RecoveredSegment): void {
  const isBad = entry.outcome === 'failed' || entry.outcome === 'damaged';
  log[isBad ? 'error' : 'info'](entry, 'a recording that was left open was looked at');
}
