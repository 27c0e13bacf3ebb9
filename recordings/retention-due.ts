import type { StreamKey } from '#contracts/media';
import type { DeletionReason } from '#contracts/recordings';
import type { Holds } from './holds.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/** How long recordings of a camera are kept. */
export interface Retention {
  readonly days: number;
  /** GiB for each stream; `null`: no such bound. */
  readonly gigabytes: number | null;
}

export type WhyDue = Exclude<DeletionReason, 'space'>;
export interface DueSegment {
  readonly segment: Segment;
  readonly why: WhyDue;
}

export const DAY_MS = 86_400_000;
export const GIB = 2 ** 30;
const PAGE = 200;

/**
 * What of a stream has had its time, oldest first: what ended more than `days` ago, then what is too much. Held
 * segments are passed over and do not count as part of the bound: a hold must not make others go.
 */
export async function* dueOf(
  store: Pick<SegmentStore, 'ofStream' | 'between'>,
  key: StreamKey,
  options: {
    readonly retention: Retention;
    readonly holds: Pick<Holds, 'covers' | 'list'>;
    readonly nowMs: number;
    /** What there is of this stream, on all disks. */
    readonly bytes: number;
  },
): AsyncGenerator<DueSegment> {
  const { retention, holds, nowMs, bytes } = options;
  const keepFromMs = nowMs - retention.days * DAY_MS;
  const most = retention.gigabytes === null ? Number.POSITIVE_INFINITY : retention.gigabytes * GIB;
  let left = bytes - (retention.gigabytes === null ? 0 : await heldBytes(store, key, holds));
  let after = { startMs: Number.MIN_SAFE_INTEGER, id: 0 };
  for (;;) {
    const page = await store.ofStream(key, after, PAGE);
    for (const segment of page) {
      after = { startMs: segment.startMs, id: segment.id };
      if (segment.startMs >= keepFromMs && left <= most) return;
      if (holds.covers(segment.cameraId, segment.startMs, segment.endMs)) continue;
      const isOld = segment.endMs < keepFromMs;
      if (!isOld && left <= most) continue;
      left -= segment.bytes;
      yield { segment, why: isOld ? 'age' : 'size' };
    }
    if (page.length < PAGE) return;
  }
}

async function heldBytes(
  store: Pick<SegmentStore, 'between'>,
  { cameraId, role }: StreamKey,
  holds: Pick<Holds, 'list'>,
): Promise<number> {
  const held = new Map<number, number>();
  for (const { startMs, endMs } of holds.list(cameraId)) {
    // A moment more on both sides: what only shares its edge with a hold is held too.
    for (let from = startMs - 1; ; ) {
      const page = await store.between(cameraId, role, from, endMs + 1, PAGE);
      for (const { id, bytes, state } of page) if (state === 'closed') held.set(id, bytes);
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
      from = Math.max(from + 1, last.endMs);
    }
  }
  return [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
}
