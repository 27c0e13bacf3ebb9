import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { DiskView, RetentionPlan, StoredStream } from '#contracts/recordings';
import type { Disk, Disks } from './interfaces.ts';
import type { RetentionKeeper } from './retention.ts';
import type { SegmentStore } from './segment-store.ts';

/** What lies where, and for how long there is room: for people who look after the disks. */
export interface Storage {
  disks(): Promise<readonly DiskView[]>;
  /** What each camera stream takes on a disk. Throws `Fault` `notFound` for one that is not configured. */
  recordingsOn(diskId: string): Promise<readonly StoredStream[]>;
  /** As `RetentionKeeper.plan`; who asks while one is made gets that one. */
  plan(): Promise<RetentionPlan>;
}

/** ms. A look reads the whole index; several people who look at once share one. */
const FRESH_MS = 10_000;

export function createStorage(options: {
  readonly store: Pick<SegmentStore, 'streams' | 'usageOf'>;
  readonly disks: Pick<Disks, 'list' | 'find'>;
  readonly retention: Pick<RetentionKeeper, 'forecast' | 'floorBytes' | 'plan'>;
  readonly clock: Clock;
}): Storage {
  const { store, disks, retention, clock } = options;
  let looked: { readonly atMs: number; readonly found: Promise<ReadonlyMap<string, StoredStream[]>> } | undefined;
  let planning: Promise<RetentionPlan> | undefined;

  async function look(): Promise<ReadonlyMap<string, StoredStream[]>> {
    const byDisk = new Map<string, StoredStream[]>();
    for (const key of await store.streams()) {
      for (const { diskId, ...stream } of await store.usageOf(key)) {
        byDisk.set(diskId, [...(byDisk.get(diskId) ?? []), stream]);
      }
      await immediate();
    }
    return byDisk;
  }

  async function streamsOn(diskId: string): Promise<readonly StoredStream[]> {
    if (looked === undefined || clock.monotonic() - looked.atMs > FRESH_MS) {
      looked = { atMs: clock.monotonic(), found: look() };
    }
    const current = looked;
    try {
      return (await current.found).get(diskId) ?? [];
    } catch (error) {
      if (looked === current) looked = undefined;
      throw error;
    }
  }

  async function viewOf(disk: Disk): Promise<DiskView> {
    const { id, root: path, state, detail, totalBytes, freeBytes } = disk;
    const streams = await streamsOn(id);
    return {
      ...{ id, path, state, detail, totalBytes, freeBytes },
      floorBytes: Math.round(retention.floorBytes(disk)),
      recordedBytes: streams.reduce((sum, { bytes }) => sum + bytes, 0),
      oldestMs: streams.length === 0 ? null : Math.min(...streams.map(({ oldestMs }) => oldestMs)),
      ...(await retention.forecast(disk)),
    };
  }

  return {
    async disks() {
      const views: DiskView[] = [];
      for (const disk of disks.list()) views.push(await viewOf(disk));
      return views;
    },
    async recordingsOn(diskId) {
      if (disks.find(diskId) === undefined) throw new Fault('notFound', 'disk.unknown', 'there is no such disk');
      return streamsOn(diskId);
    },
    plan() {
      planning ??= retention.plan().finally(() => {
        planning = undefined;
      });
      return planning;
    },
  };
}
