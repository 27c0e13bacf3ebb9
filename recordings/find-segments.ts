import type { StreamRole } from '#contracts/media';
import type { SegmentGroup } from './group-list.ts';
import type { OpenSegments } from './interfaces.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/** A segment with its groups, from the index or, while it is written, from its writer. */
export interface FoundSegment {
  readonly segment: Segment;
  /** Oldest first; no byte of them lies behind what is on the disk. */
  readonly groups: readonly SegmentGroup[];
}

export interface FindSegments {
  /** Those of one stream that touch `fromMs`…`toMs`, oldest first. */
  between(cameraId: string, role: StreamRole, fromMs: number, toMs: number): Promise<FoundSegment[]>;
  find(segmentId: number): Promise<FoundSegment | undefined>;
}

/** More files than this in one range are a camera that begins anew every second; the rest is found by a later range. */
const MOST_SEGMENTS = 4000;

export function createFindSegments({ store, open }: { store: SegmentStore; open: OpenSegments }): FindSegments {
  async function complete(row: Segment): Promise<FoundSegment | undefined> {
    if (row.state === 'closed') return { segment: row, groups: await store.groups(row) };
    const written = open.find(row.id);
    if (written !== undefined) return { segment: written.segment, groups: onDisk(written.segment, written.groups) };
    // It ended since the row was read; or its writer died in an earlier run, and nobody has looked at the file yet.
    const now = await store.get(row.id);
    return now?.state === 'closed' ? { segment: now, groups: await store.groups(now) } : undefined;
  }

  return {
    async between(cameraId, role, fromMs, toMs) {
      const found: FoundSegment[] = [];
      for (const row of await store.between(cameraId, role, fromMs, toMs, MOST_SEGMENTS)) {
        const whole = await complete(row);
        if (whole !== undefined) found.push(whole);
      }
      return found;
    },
    async find(segmentId) {
      const row = await store.get(segmentId);
      return row && complete(row);
    },
  };
}

export function groupEndMs(group: SegmentGroup, timescale: number): number {
  return group.startMs + (group.duration * 1000) / timescale;
}

/** The groups that touch `fromMs`…`toMs`. */
export function groupsWithin({ segment, groups }: FoundSegment, fromMs: number, toMs: number): SegmentGroup[] {
  return groups.filter((group) => group.startMs < toMs && groupEndMs(group, segment.timescale) > fromMs);
}

function onDisk(segment: Segment, groups: readonly SegmentGroup[]): SegmentGroup[] {
  return groups
    .map((group) => ({ ...group, bytes: Math.min(group.bytes, segment.bytes - group.offset) }))
    .filter((group) => group.bytes >= group.keyBytes);
}
