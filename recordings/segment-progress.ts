import type { Fragment, StreamInfo } from '#contracts/media';
import { createGroupBuilder, STEP_MS } from './group-builder.ts';
import type { SegmentGroup } from './group-list.ts';
import { LONGEST_SEGMENT_MS, type Segment } from './segment-store.ts';

/** How far a segment has come: what it was let in, and what of that is on the disk. */
export interface SegmentProgress {
  readonly segment: Segment;
  readonly groups: readonly SegmentGroup[];
  readonly head: Uint8Array;
  /** Length of the file. */
  readonly bytes: number;
  admit(fragment: Fragment, info: StreamInfo): boolean;
  /** So many bytes are on the disk: a fragment with its record, or a seal. */
  grow(bytes: number, fragment: Fragment | undefined, head: Uint8Array): void;
}

/** A key frame behind this begins a new file. */
const LARGE_BYTES = 0.75 * 2 ** 30;
/** No file becomes larger or longer, also of a stream without key frames, which then loses what comes before the next. */
const MOST_BYTES = 2 ** 30;
const MOST_MS = 0.75 * LONGEST_SEGMENT_MS;

export function createSegmentProgress(
  opened: Segment,
  info: StreamInfo,
  first: Fragment,
  segmentMs: number,
): SegmentProgress {
  const msOf = (fragment: Fragment): number => (fragment.duration * 1000) / info.timescale;
  const builder = createGroupBuilder(info.timescale);
  let { bytes, fragments, head } = opened;

  /** Of what was let in. */
  let admittedBytes = bytes;
  let expectedMs = first.wallClockMs;
  let stepped = false;

  return {
    get segment() {
      return { ...opened, bytes, endMs: Math.round(builder.endMs ?? opened.endMs), fragments, head };
    },
    get groups() {
      return builder.upTo(bytes);
    },
    get head() {
      return head;
    },
    get bytes() {
      return bytes;
    },
    admit(fragment, of) {
      if (of.generation !== info.generation) return false;
      const elapsedMs = fragment.wallClockMs - opened.startMs;
      if (admittedBytes + fragment.bytes.byteLength > MOST_BYTES || elapsedMs >= MOST_MS) return false;
      stepped ||= Math.abs(fragment.wallClockMs - expectedMs) > STEP_MS;
      if (fragment.keyframe && (stepped || elapsedMs >= segmentMs || admittedBytes > LARGE_BYTES)) return false;
      admittedBytes += fragment.bytes.byteLength;
      expectedMs = fragment.wallClockMs + msOf(fragment);
      return true;
    },
    grow(size, fragment, now) {
      if (fragment !== undefined) {
        builder.add(fragment, { offset: bytes, bytes: size });
        fragments += 1;
        head = now;
      }
      bytes += size;
    },
  };
}
