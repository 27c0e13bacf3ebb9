import type { SegmentGroup } from './group-list.ts';
import type { FragmentRecord } from './segment-file.ts';

/**
 * Makes the list of groups, and the end of the last one, from records in the order of the file. Whoever writes a segment
 * and whoever reads it again must come to the same, so both build it here.
 */
export interface GroupBuilder {
  /** `offset`: of the record box. */
  add(record: Pick<FragmentRecord, 'keyframe' | 'wallClockMs' | 'decodeTime' | 'duration'>, place: RecordPlace): void;
  /** What stands behind `offset` is damaged: the group ends there, and the next begins with the next key frame. */
  interrupt(offset: number): void;
  /** All groups as they are when the file ends at `offset`. The builder goes on. */
  upTo(offset: number): SegmentGroup[];
  /** ms since 1970; `undefined` before the first record. */
  readonly endMs: number | undefined;
}

/** Wall-clock and media time may part by this much: more is a clock that was set, or a gap that a person would notice. */
export const STEP_MS = 1000;

export interface RecordPlace {
  readonly offset: number;
  /** Record box and fragment. */
  readonly bytes: number;
}

/** `timescale`: ticks per second of decode times and durations. */
export function createGroupBuilder(timescale: number): GroupBuilder {
  const done: SegmentGroup[] = [];
  let open: Omit<SegmentGroup, 'bytes'> | undefined;
  let waitsForKey = false;
  /** Where the last record should end by its own time; after a step the clock counts from the next file. */
  let expectedMs: number | undefined;
  let endMs: number | undefined;

  function close(offset: number): void {
    if (open !== undefined) done.push({ ...open, bytes: offset - open.offset });
    open = undefined;
  }

  return {
    add({ keyframe, wallClockMs, decodeTime, duration }, { offset, bytes }) {
      const expected = expectedMs ?? wallClockMs;
      const startMs = Math.abs(wallClockMs - expected) > STEP_MS ? expected : wallClockMs;
      expectedMs = startMs + (duration * 1000) / timescale;
      endMs = Math.max(endMs ?? expectedMs, expectedMs);
      if (waitsForKey && !keyframe) return;
      if (keyframe || open === undefined) {
        close(offset);
        waitsForKey = false;
        open = { startMs: Math.round(wallClockMs), decodeTime, duration, offset, keyBytes: bytes, fragments: 1 };
        return;
      }
      // Not the sum of durations: a camera may leave a hole inside a group, which belongs to it as time.
      open = {
        ...open,
        duration: Math.max(open.duration, decodeTime + duration - open.decodeTime),
        fragments: open.fragments + 1,
      };
    },
    interrupt(offset) {
      close(offset);
      waitsForKey = true;
      expectedMs = undefined;
    },
    upTo: (offset) => (open === undefined ? [...done] : [...done, { ...open, bytes: offset - open.offset }]),
    get endMs() {
      return endMs;
    },
  };
}
