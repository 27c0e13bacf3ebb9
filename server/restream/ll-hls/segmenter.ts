import type { Fragment, StreamInfo } from '#contracts/media';
import { durationMsOf } from '../ring.ts';

/**
 * Cuts a row of fragments into HLS segments and parts. Neither holds bytes: both are ranges of places in the ring.
 * What was cut once is never cut otherwise, so every client sees the same segments under the same numbers.
 */
export interface Part {
  /** Places `first` … `end` − 1. */
  readonly first: number;
  readonly end: number;
  readonly durationMs: number;
  /** Holds a key frame (draft-pantos-hls-rfc8216bis §4.4.4.9, INDEPENDENT). */
  readonly independent: boolean;
}

export interface Segment {
  readonly sequenceNumber: number;
  readonly info: StreamInfo;
  readonly first: number;
  readonly end: number;
  /** Of what is in it so far. */
  readonly durationMs: number;
  /** Of its first picture, ms since 1970. */
  readonly wallClockMs: number;
  /** Times or codec do not go on from the segment before (§4.4.4.3). */
  readonly discontinuity: boolean;
  /** Only whole ones, in order; empty where one fragment is longer than a part may be. */
  readonly parts: readonly Part[];
  readonly closed: boolean;
}

/** What may not change while somebody reads a playlist (§6.2.1). */
export interface Targets {
  /** EXT-X-TARGETDURATION, whole seconds. */
  readonly segmentSeconds: number;
  /** PART-TARGET, ms. */
  readonly partMs: number;
}

export interface Segmenter {
  /** All that are still wanted, oldest first; the last one may be open. */
  readonly segments: readonly Segment[];
  /** The part that is next, and of which segment, as far as can be told. */
  next(): { readonly sequenceNumber: number; readonly part: number };
  add(place: number, fragment: Fragment, info: StreamInfo): void;
  /** Fragments were missed: what comes next does not go on from here. */
  interrupt(): void;
  /** Forgets segments that begin before `place`. */
  forgetBefore(place: number): void;
  /** EXT-X-DISCONTINUITY-SEQUENCE of a playlist whose first segment is the `index`th of `segments`. */
  discontinuitiesBefore(index: number): number;
}

type Draft = { -readonly [K in keyof Segment]: K extends 'parts' ? Part[] : Segment[K] };
type PartDraft = { -readonly [K in keyof Part]: Part[K] };

/** A jump of decode times by more than this is not jitter. */
const JUMP_MS = 500;

/** A part that is this full is closed at once; the shortest that §4.4.4.9 allows in the middle of a segment. */
const PART_FULL = 0.85;

/** EXTINF, rounded, must not exceed the target duration (§4.4.3.1). */
const ROUNDS_DOWN_MS = 490;

/** Two numbers for each second since 2020: higher than any number used before a restart, and still below 2^31. */
const firstNumber = (wallClockMs: number): number => Math.max(0, Math.floor((wallClockMs - 1_577_836_800_000) / 500));

export function createSegmenter(targets: Targets): Segmenter {
  const segments: Draft[] = [];
  const longestMs = targets.segmentSeconds * 1000 + ROUNDS_DOWN_MS;
  let nextNumber: number | undefined;
  let forgotten = 0;
  let open: Draft | undefined;
  let part: PartDraft | undefined;
  /** The open segment can be decoded from its beginning. */
  let startsWithKey = false;
  /** Of the fragment before: where its decode time ends, in ticks. */
  let expected: number | undefined;
  /** The next segment does not go on from the one before although its times may. */
  let broken = false;

  function closePart(): void {
    if (part !== undefined) open?.parts.push(part);
    part = undefined;
  }

  function closeSegment(): void {
    closePart();
    if (open !== undefined) open.closed = true;
    open = undefined;
  }

  function begin(place: number, fragment: Fragment, info: StreamInfo, discontinuity: boolean): Draft {
    nextNumber ??= firstNumber(fragment.wallClockMs);
    const segment: Draft = {
      sequenceNumber: nextNumber,
      info,
      first: place,
      end: place,
      durationMs: 0,
      wallClockMs: fragment.wallClockMs,
      discontinuity,
      parts: [],
      closed: false,
    };
    nextNumber += 1;
    segments.push(segment);
    open = segment;
    return segment;
  }

  function goesOn(fragment: Fragment, info: StreamInfo): boolean {
    const previous = segments.at(-1)?.info;
    if (previous === undefined || expected === undefined) return true;
    if (broken || previous.generation !== info.generation) return false;
    return Math.abs(fragment.decodeTime - expected) * 1000 <= JUMP_MS * info.timescale;
  }

  /** A fragment longer than a part may be is a segment without parts; one longer than a segment may be breaks time. */
  function addWhole(place: number, fragment: Fragment, info: StreamInfo, discontinuity: boolean, ms: number): void {
    closeSegment();
    const segment = begin(place, fragment, info, discontinuity);
    segment.durationMs = Math.min(ms, longestMs);
    segment.end = place + 1;
    broken = ms > longestMs;
    closeSegment();
  }

  function addToPart(place: number, fragment: Fragment, ms: number): void {
    if (part !== undefined && part.durationMs + ms > targets.partMs) closePart();
    part ??= { first: place, end: place, durationMs: 0, independent: false };
    part.end = place + 1;
    part.durationMs += ms;
    part.independent ||= fragment.keyframe;
    if (part.durationMs >= targets.partMs * PART_FULL || part.durationMs + ms > targets.partMs) closePart();
  }

  return {
    segments,
    next() {
      const previous = segments.at(-2);
      const number = nextNumber ?? 0;
      if (open === undefined) return { sequenceNumber: number, part: 0 };
      // Cameras keep their groups equally long: where the last segment ended, this one most likely does too.
      const ends =
        part === undefined &&
        previous !== undefined &&
        Math.abs(open.durationMs - previous.durationMs) < targets.partMs / 4;
      return ends
        ? { sequenceNumber: number, part: 0 }
        : { sequenceNumber: open.sequenceNumber, part: open.parts.length };
    },
    add(place, fragment, info) {
      const ms = durationMsOf(fragment, info);
      const discontinuity = !goesOn(fragment, info);
      expected = fragment.decodeTime + fragment.duration;
      broken = false;
      if (ms > targets.partMs) return addWhole(place, fragment, info, discontinuity, ms);
      const full = open !== undefined && open.durationMs + ms > longestMs;
      // Two groups shorter than half a target always fit into one segment; a longer one is a segment of its own, and so
      // is the rest of one that was cut: players begin with segments, and this one can be decoded.
      const whole = startsWithKey && open !== undefined && open.durationMs < targets.segmentSeconds * 500;
      const group = fragment.keyframe && !whole;
      if (discontinuity || full || group) closeSegment();
      if (open === undefined) startsWithKey = fragment.keyframe;
      const segment = open ?? begin(place, fragment, info, discontinuity);
      addToPart(place, fragment, ms);
      segment.durationMs += ms;
      segment.end = place + 1;
    },
    interrupt() {
      closeSegment();
      broken = segments.length > 0;
    },
    forgetBefore(place) {
      while (segments[0] !== undefined && segments[0].first < place) {
        const gone = segments.shift();
        if (gone?.discontinuity) forgotten += 1;
        if (gone === open) closeSegment();
      }
    },
    discontinuitiesBefore: (index) =>
      forgotten + segments.slice(0, index).reduce((count, segment) => count + (segment.discontinuity ? 1 : 0), 0),
  };
}
