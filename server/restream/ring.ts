import type { Fragment, StreamInfo } from '#contracts/media';

/**
 * The last groups of pictures of one stream, in memory. Everything else in this folder reads from here and keeps no
 * copy. Places are absolute: the first fragment ever has place 0, and a place is never used again.
 *
 * What may be relied on: whole groups go, oldest first, and only while what stays still covers `keepMs`, so the ring
 * holds between `keepMs` and `keepMs` and one group. A stream without key frames, or a flood, is cut inside a group at
 * `mostMs` or `mostBytes`; what is left of such a group cannot be decoded and no reader starts in it.
 */
export interface Ring {
  /** Place of the oldest fragment kept; equals `end` when the ring is empty. O(1). */
  readonly start: number;
  /** Place that the next fragment gets. O(1). */
  readonly end: number;
  /** Sum of the fragments' sizes. O(1). */
  readonly bytes: number;
  /** Sum of the fragments' durations in ms. O(1). */
  readonly durationMs: number;
  /** The longest whole group and the longest fragment ever seen in this ring, ms; 0 until there was one. O(1). */
  readonly longestGroupMs: number;
  readonly longestFragmentMs: number;
  /** `undefined` outside `start`…`end`. O(1). */
  at(place: number): Fragment | undefined;
  /** Place of the newest key frame, or `undefined`. O(1). */
  newestKey(): number | undefined;
  /** Place of the first key frame at or after `place`, or `undefined`. O(groups). */
  keyFrom(place: number): number | undefined;
  /** What belongs to a generation, as long as a fragment of it is kept or it is the newest. O(1). */
  infoOf(generation: number): StreamInfo | undefined;
  /** O(1). */
  newestInfo(): StreamInfo | undefined;
}

export interface RingLimits {
  /** At least this much stays, once it has come in. */
  readonly keepMs: number;
  /** Never more than this, in ms and in bytes; each fragment counts some bytes more than it has. */
  readonly mostMs: number;
  readonly mostBytes: number;
}

export interface WritableRing extends Ring {
  /** Amortised O(1): one splice for each group that leaves. */
  push(fragment: Fragment): void;
  /** O(1). */
  begin(info: StreamInfo): void;
  /** Forgets the fragments; places go on. O(n). */
  clear(): void;
}

/** What an object costs beside its bytes, so that a flood of empty fragments meets the limit too. */
const OVERHEAD_BYTES = 512;

/** Duration in ms; an info that is not known counts ticks as ms. */
export function durationMsOf(fragment: Fragment, info: StreamInfo | undefined): number {
  return (fragment.duration * 1000) / (info?.timescale ?? 1000);
}

export function createRing(limits: RingLimits): WritableRing {
  const fragments: Fragment[] = [];
  const keys: number[] = [];
  const infos = new Map<number, StreamInfo>();
  let newest: StreamInfo | undefined;
  let start = 0;
  let bytes = 0;
  let durationMs = 0;
  /** From the newest key frame on; `undefined` before the first. */
  let groupMs: number | undefined;
  let longestGroupMs = 0;
  let longestFragmentMs = 0;

  const msOf = (fragment: Fragment): number => durationMsOf(fragment, infos.get(fragment.generation));

  function dropFirst(count: number): void {
    for (const gone of fragments.splice(0, count)) {
      bytes -= gone.bytes.byteLength;
      durationMs -= msOf(gone);
    }
    start += count;
    while (keys[0] !== undefined && keys[0] < start) keys.shift();
    if (fragments.length === 0) durationMs = 0;
    const oldest = fragments[0]?.generation ?? newest?.generation ?? 0;
    for (const generation of infos.keys()) {
      if (generation < oldest && generation !== newest?.generation) infos.delete(generation);
    }
  }

  /** How long the fragments before `place` last. */
  function msBefore(place: number): number {
    let ms = 0;
    for (let at = 0; at < place - start; at += 1) {
      const fragment = fragments[at];
      if (fragment !== undefined) ms += msOf(fragment);
    }
    return ms;
  }

  function dropOldGroups(): void {
    for (;;) {
      const second = keys.find((place) => place > start);
      if (second === undefined || durationMs - msBefore(second) < limits.keepMs) return;
      dropFirst(second - start);
    }
  }

  const tooMuch = (): boolean =>
    durationMs > limits.mostMs || bytes + fragments.length * OVERHEAD_BYTES > limits.mostBytes;

  /** Whole groups while there is more than one, then single fragments. */
  function cutFlood(): void {
    while (fragments.length > 1 && tooMuch()) {
      const second = keys.find((place) => place > start);
      dropFirst(second === undefined ? 1 : second - start);
    }
  }

  return {
    get start() {
      return start;
    },
    get end() {
      return start + fragments.length;
    },
    get bytes() {
      return bytes;
    },
    get durationMs() {
      return durationMs;
    },
    get longestGroupMs() {
      return longestGroupMs;
    },
    get longestFragmentMs() {
      return longestFragmentMs;
    },
    at: (place) => fragments[place - start],
    newestKey: () => keys.at(-1),
    keyFrom: (place) => keys.find((key) => key >= place),
    infoOf: (generation) => infos.get(generation),
    newestInfo: () => newest,
    begin(info) {
      newest = info;
      infos.set(info.generation, info);
      groupMs = undefined;
    },
    push(fragment) {
      const ms = msOf(fragment);
      if (fragment.keyframe) {
        if (groupMs !== undefined) longestGroupMs = Math.max(longestGroupMs, groupMs);
        groupMs = 0;
        keys.push(start + fragments.length);
      }
      if (groupMs !== undefined) groupMs += ms;
      longestFragmentMs = Math.max(longestFragmentMs, ms);
      fragments.push(fragment);
      bytes += fragment.bytes.byteLength;
      durationMs += ms;
      if (fragment.keyframe) dropOldGroups();
      if (tooMuch()) cutFlood();
    },
    clear() {
      dropFirst(fragments.length);
      keys.length = 0;
      groupMs = undefined;
    },
  };
}
