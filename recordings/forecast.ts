import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import type { Disk } from './interfaces.ts';
import { DAY_MS, GIB, type Retention } from './retention-due.ts';
import type { SegmentStore } from './segment-store.ts';

/** What recording will do to a disk when it goes on as in the last days. */
export interface Forecast {
  readonly bytesPerDay: number;
  /** Until the floor of free space is met; `null` when retention comes first, or when it is not known yet. */
  readonly fullInDays: number | null;
}

/** The rate is that of as many days. */
export const LOOK_BACK_DAYS = 3;
/** Less is no measure. */
export const LEAST_DAYS = 1 / 24;
const MOST_DAYS = 3650;
/** A look reads a part of the whole index. */
const FRESH_MS = 600_000;

/** How a stream on a disk grows: at `bytesPerDay` until retention takes as much as comes, `roomBytes` from now. */
interface Growth {
  readonly bytesPerDay: number;
  readonly roomBytes: number;
}

export function createForecasts(options: {
  readonly store: Pick<SegmentStore, 'streams' | 'usageOf'>;
  readonly retentionOf: (cameraId: string) => Retention;
  readonly floorOf: (disk: Disk) => number;
  readonly clock: Clock;
}): (disk: Disk) => Promise<Forecast> {
  const { store, retentionOf, floorOf, clock } = options;
  let looked: { readonly atMs: number; readonly growths: Promise<Map<string, Growth[]>> } | undefined;

  async function look(): Promise<Map<string, Growth[]>> {
    const growths = new Map<string, Growth[]>();
    const now = clock.now();
    for (const key of await store.streams()) {
      const { days, gigabytes } = retentionOf(key.cameraId);
      const all = await store.usageOf(key);
      for (const { diskId, bytes, oldestMs } of await store.usageOf(key, now - LOOK_BACK_DAYS * DAY_MS)) {
        const measuredDays = Math.max(LEAST_DAYS, (now - oldestMs) / DAY_MS);
        const bytesPerDay = bytes / measuredDays;
        const kept = all.find((one) => one.diskId === diskId)?.bytes ?? 0;
        const most = Math.min(bytesPerDay * days, gigabytes === null ? Number.POSITIVE_INFINITY : gigabytes * GIB);
        growths.set(diskId, [...(growths.get(diskId) ?? []), { bytesPerDay, roomBytes: Math.max(0, most - kept) }]);
      }
      await immediate();
    }
    return growths;
  }

  return async (disk) => {
    if (looked === undefined || clock.now() - looked.atMs > FRESH_MS || clock.now() < looked.atMs) {
      looked = { atMs: clock.now(), growths: look() };
    }
    const current = looked;
    const growths = await current.growths.catch((error: unknown) => {
      if (looked === current) looked = undefined;
      throw error;
    });
    const ofDisk = growths.get(disk.id) ?? [];
    return {
      bytesPerDay: ofDisk.reduce((sum, { bytesPerDay }) => sum + bytesPerDay, 0),
      fullInDays: daysUntil(Math.max(0, disk.freeBytes - floorOf(disk)), ofDisk),
    };
  };
}

function daysUntil(freeBytes: number, growths: readonly Growth[]): number | null {
  const grown = (days: number): number =>
    growths.reduce((sum, { bytesPerDay, roomBytes }) => sum + Math.min(bytesPerDay * days, roomBytes), 0);
  if (grown(MOST_DAYS) <= freeBytes) return null;
  let [low, high] = [0, MOST_DAYS];
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (grown(middle) > freeBytes) high = middle;
    else low = middle;
  }
  return high;
}
