import type { PlannedDisk, PlannedStream, RetentionPlan } from '#contracts/recordings';
import type { Disk } from './interfaces.ts';
import type { Segment } from './segment-store.ts';

/** Fewer segments are no archive: an hour of one camera may come to its end without a word. */
const LEAST_SEGMENTS = 10;

/** More than half goes, beyond what free space needs at once. */
export function isOverHalf(disk: Omit<PlannedDisk, 'asks'>): boolean {
  return disk.existingSegments > LEAST_SEGMENTS && disk.dueBytes - disk.neededBytes > disk.existingBytes / 2;
}

export function startPlan(disks: readonly Disk[]) {
  const drafts = new Map(
    disks.map(({ id, root }) => [
      id,
      { path: root, existingBytes: 0, existingSegments: 0, neededBytes: 0, streams: new Map<string, PlannedStream>() },
    ]),
  );
  /** Taken for space already: not due a second time. */
  const forSpace = new Set<number>();

  return {
    exists({ diskId, bytes, segments }: { diskId: string; bytes: number; segments: number }): void {
      const draft = drafts.get(diskId);
      if (draft === undefined) return;
      draft.existingBytes += bytes;
      draft.existingSegments += segments;
    },
    needs(diskId: string, bytes: number): void {
      const draft = drafts.get(diskId);
      if (draft !== undefined) draft.neededBytes = bytes;
    },
    goes(segment: Segment, why: PlannedStream['why']): void {
      const draft = drafts.get(segment.diskId);
      if (draft === undefined || forSpace.has(segment.id)) return;
      if (why === 'space') forSpace.add(segment.id);
      const { cameraId, role, startMs, endMs } = segment;
      const key = `${why} ${role} ${cameraId}`;
      const before = draft.streams.get(key);
      draft.streams.set(key, {
        cameraId,
        role,
        why,
        bytes: (before?.bytes ?? 0) + segment.bytes,
        segments: (before?.segments ?? 0) + 1,
        oldestMs: Math.min(before?.oldestMs ?? startMs, startMs),
        newestMs: Math.max(before?.newestMs ?? endMs, endMs),
      });
    },
    plan(): RetentionPlan {
      const planned = [...drafts].map(([diskId, { streams: byKey, ...draft }]): PlannedDisk => {
        const streams = [...byKey.values()];
        const byPolicy = streams.filter(({ why }) => why !== 'space');
        const disk = {
          diskId,
          ...draft,
          dueBytes: byPolicy.reduce((sum, { bytes }) => sum + bytes, 0),
          dueSegments: byPolicy.reduce((sum, { segments }) => sum + segments, 0),
          streams,
        };
        return { ...disk, asks: isOverHalf(disk) };
      });
      return { disks: planned };
    },
  };
}
