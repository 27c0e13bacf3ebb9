import type { Clock } from '#base/clock';
import type { NewEvent } from '#contracts/events';
import type { Disk } from './interfaces.ts';
import { DAY_MS, type Retention } from './retention-due.ts';
import type { Removed } from './segment-removal.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/** Keeps the floor of free space of disks: below it the oldest recordings go, whatever their policy says. */
export interface FreeSpace {
  /** What must go at once for the floor; 0 when it is free. */
  neededBytes(disk: Disk): number;
  /** What would go for it, oldest first. */
  candidates(disk: Disk): AsyncGenerator<Segment>;
  /** It needs something, and did not find out just now that nothing can go. */
  wants(disk: Disk): boolean;
  /** Deletes until there is enough, or until nothing of a whole step could go: then the next call goes on from there. */
  make(disk: Disk, pause: () => Promise<void>, isStopped: () => boolean): Promise<void>;
  /** Somebody else deleted so many bytes of it. */
  freed(disk: Disk, bytes: number): void;
}

type Place = Pick<Segment, 'startMs' | 'id'>;
const BEGIN: Place = { startMs: Number.MIN_SAFE_INTEGER, id: 0 };
const PAGE = 100;
/** Each look for what may go reads the whole disk's rows when nothing may. */
const STUCK_MS = 60_000;

export function createFreeSpace(options: {
  readonly store: Pick<SegmentStore, 'page'>;
  readonly floorOf: (disk: Disk) => number;
  readonly mayGo: (segment: Segment) => boolean;
  readonly retentionOf: (cameraId: string) => Retention;
  readonly remove: (disk: Disk, segments: readonly Segment[]) => Promise<Pick<Removed, 'bytes' | 'refused'>>;
  readonly tell: (event: NewEvent) => void;
  readonly clock: Clock;
  /** Deletions at a time. */
  readonly step: number;
}): FreeSpace {
  const { store, floorOf, mayGo, retentionOf, remove, tell, clock, step } = options;
  /**
   * The last reading of each disk and what was deleted since. A disk is measured now and then only: without this, each
   * step until the next measure would delete for the same need again.
   */
  const readings = new Map<string, { readonly freeBytes: number; removedBytes: number }>();
  /** Disks of which was told that nothing more can go, and when to look again (monotonic). */
  const stuck = new Map<string, number>();
  const toldEarlyMs = new Map<string, number>();
  /** Behind what could not be deleted: a disk that refuses everything must not keep the others waiting. */
  const goesOnAt = new Map<string, Place>();

  function readingOf(disk: Disk): { readonly freeBytes: number; removedBytes: number } {
    const known = readings.get(disk.id);
    if (known?.freeBytes === disk.freeBytes) return known;
    const reading = { freeBytes: disk.freeBytes, removedBytes: 0 };
    readings.set(disk.id, reading);
    return reading;
  }

  function neededBytes(disk: Disk): number {
    const { freeBytes, removedBytes } = readingOf(disk);
    return Math.max(0, Math.ceil(floorOf(disk) - freeBytes - removedBytes));
  }

  function wants(disk: Disk): boolean {
    return neededBytes(disk) > 0 && clock.monotonic() >= (stuck.get(disk.id) ?? 0);
  }

  async function* oldest(disk: Disk, behind: Place = BEGIN): AsyncGenerator<Segment> {
    let after = behind;
    for (;;) {
      const page = await store.page(disk.id, after, PAGE);
      for (const segment of page) {
        after = { startMs: segment.startMs, id: segment.id };
        if (mayGo(segment)) yield segment;
      }
      if (page.length < PAGE) return;
    }
  }

  async function* candidates(disk: Disk): AsyncGenerator<Segment> {
    let needed = neededBytes(disk);
    if (needed === 0) return;
    for await (const segment of oldest(disk)) {
      yield segment;
      needed -= segment.bytes;
      if (needed <= 0) return;
    }
  }

  /** People rely on the days of a policy: that a disk is too small for them is news, once a day. */
  function tellIfEarly(disk: Disk, segments: readonly Segment[]): void {
    const now = clock.now();
    const early = segments.findLast(({ cameraId, endMs }) => endMs >= now - retentionOf(cameraId).days * DAY_MS);
    if (early === undefined || now - (toldEarlyMs.get(disk.id) ?? Number.NEGATIVE_INFINITY) < DAY_MS) return;
    toldEarlyMs.set(disk.id, now);
    tell({
      type: 'vn.tamnhin.retention.earlierThanPolicy',
      timeMs: now,
      severity: 'minor',
      cameraId: null,
      data: { diskId: disk.id, path: disk.root, untilMs: early.endMs },
    });
  }

  function tellStuck(disk: Disk): void {
    const isNews = !stuck.has(disk.id);
    stuck.set(disk.id, clock.monotonic() + STUCK_MS);
    if (!isNews) return;
    tell({
      type: 'vn.tamnhin.retention.cannotFree',
      timeMs: clock.now(),
      severity: 'severe',
      cameraId: null,
      data: { diskId: disk.id, path: disk.root, freeBytes: disk.freeBytes, floorBytes: Math.round(floorOf(disk)) },
    });
  }

  return {
    neededBytes,
    candidates,
    wants,
    freed(disk, bytes) {
      readingOf(disk).removedBytes += bytes;
    },
    async make(disk, pause, isStopped) {
      let batch: Segment[] = [];
      let batchBytes = 0;
      /** False when nothing of it could go. */
      const takeBatch = async (): Promise<boolean> => {
        if (batch.length === 0) return true;
        const taken = batch;
        [batch, batchBytes] = [[], 0];
        const { bytes, refused } = await remove(disk, taken);
        if (refused.length < taken.length) tellIfEarly(disk, taken);
        readingOf(disk).removedBytes += bytes;
        return refused.length < taken.length;
      };
      if (neededBytes(disk) > 0 && !wants(disk)) return;
      if (wants(disk)) {
        // On from where it was: what could not be deleted is not met again and again.
        const behind = goesOnAt.get(disk.id);
        goesOnAt.delete(disk.id);
        for await (const segment of oldest(disk, behind)) {
          batch.push(segment);
          batchBytes += segment.bytes;
          if (batch.length < step && batchBytes < neededBytes(disk)) continue;
          const some = await takeBatch();
          if (isStopped()) return;
          if (neededBytes(disk) === 0) break;
          if (!some) {
            goesOnAt.set(disk.id, segment);
            return;
          }
          await pause();
        }
        await takeBatch();
      }
      if (neededBytes(disk) > 0) tellStuck(disk);
      else stuck.delete(disk.id);
    },
  };
}
