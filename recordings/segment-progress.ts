import type { Fragment, StreamInfo } from '#contracts/media';
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
/** Wall-clock and media time may part by this much: more is a clock that was set, or a gap that a person would notice. */
const STEP_MS = 1000;

export function createSegmentProgress(
  opened: Segment,
  info: StreamInfo,
  first: Fragment,
  segmentMs: number,
): SegmentProgress {
  const msOf = (fragment: Fragment): number => (fragment.duration * 1000) / info.timescale;
  const groups: SegmentGroup[] = [];
  let { bytes, endMs, fragments, head } = opened;

  /** Of what was let in. */
  let admittedBytes = bytes;
  let expectedMs = first.wallClockMs;
  let stepped = false;
  /** Where the last fragment on the disk should end by its own time; after a step the clock counts from the next file. */
  let onDiskMs = first.wallClockMs;

  function begin(fragment: Fragment, size: number): void {
    groups.push({
      startMs: Math.round(fragment.wallClockMs),
      decodeTime: fragment.decodeTime,
      duration: fragment.duration,
      offset: bytes,
      bytes: size,
      keyBytes: size,
      fragments: 1,
    });
  }

  return {
    get segment() {
      return { ...opened, bytes, endMs, fragments, head };
    },
    get groups() {
      return groups.slice();
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
      const last = groups.at(-1);
      if (fragment?.keyframe === true || (fragment !== undefined && last === undefined)) begin(fragment, size);
      else if (last !== undefined) {
        groups[groups.length - 1] = {
          ...last,
          duration: last.duration + (fragment?.duration ?? 0),
          bytes: last.bytes + size,
          fragments: last.fragments + (fragment === undefined ? 0 : 1),
        };
      }
      bytes += size;
      if (fragment === undefined) return;
      const stays = Math.abs(fragment.wallClockMs - onDiskMs) <= STEP_MS;
      onDiskMs = (stays ? fragment.wallClockMs : onDiskMs) + msOf(fragment);
      endMs = Math.max(endMs, Math.round(onDiskMs));
      fragments += 1;
      head = now;
    },
  };
}
