import type { SegmentGroup } from './group-list.ts';
import type { FragmentRecord } from './segment-file.ts';

/**
 * Makes the list of groups from records in the order of the file. Whoever writes a segment and whoever reads it again
 * must come to the same list, so both build it here.
 */
export interface GroupBuilder {
  /** `offset`: of the record box. */
  add(record: Pick<FragmentRecord, 'keyframe' | 'wallClockMs' | 'decodeTime' | 'duration'>, place: RecordPlace): void;
  /** What stands behind `offset` is damaged: the group ends there, and the next begins with the next key frame. */
  interrupt(offset: number): void;
  /** All groups as they are when the file ends at `offset`. The builder goes on. */
  upTo(offset: number): SegmentGroup[];
}

export interface RecordPlace {
  readonly offset: number;
  /** Record box and fragment. */
  readonly bytes: number;
}

export function createGroupBuilder(): GroupBuilder {
  const done: SegmentGroup[] = [];
  let open: Omit<SegmentGroup, 'bytes'> | undefined;
  let waitsForKey = false;

  function close(offset: number): void {
    if (open !== undefined) done.push({ ...open, bytes: offset - open.offset });
    open = undefined;
  }

  return {
    add({ keyframe, wallClockMs, decodeTime, duration }, { offset, bytes }) {
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
    },
    upTo: (offset) => (open === undefined ? [...done] : [...done, { ...open, bytes: offset - open.offset }]),
  };
}
