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
  /** Amortised O(1): one splice for each group that leaves; in an endless group one for each fragment. */
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

/** Fragments from a key frame on; the oldest group may have lost its key frame. */
interface Group {
  first: number;
  ms: number;
  hasKey: boolean;
}

export function createRing(limits: RingLimits): WritableRing {
  const fragments: Fragment[] = [];
  const groups: Group[] = [];
  const infos = new Map<number, StreamInfo>();
  let newest: StreamInfo | undefined;
  let start = 0;
  let bytes = 0;
  let durationMs = 0;
  /** The newest group began in this generation, so the next key frame of it will tell how long it was. */
  let measuring = false;
  let longestGroupMs = 0;
  let longestFragmentMs = 0;

  const msOf = (fragment: Fragment): number => durationMsOf(fragment, infos.get(fragment.generation));

  const tooMuch = (): boolean =>
    durationMs > limits.mostMs || bytes + fragments.length * OVERHEAD_BYTES > limits.mostBytes;

  function dropFirst(count: number): void {
    for (const gone of fragments.splice(0, count)) {
      bytes -= gone.bytes.byteLength;
      durationMs -= msOf(gone);
    }
    start += count;
    // Sums of fractions drift; an empty ring is where they can be put right.
    if (fragments.length === 0) durationMs = 0;
    const oldest = fragments[0]?.generation ?? newest?.generation ?? 0;
    for (const generation of infos.keys()) {
      if (generation < oldest && generation !== newest?.generation) infos.delete(generation);
    }
  }

  function dropOldGroups(): void {
    for (;;) {
      const [oldest, second] = groups;
      if (oldest === undefined || second === undefined) return;
      if (durationMs - oldest.ms < limits.keepMs && !tooMuch()) return;
      groups.shift();
      dropFirst(second.first - start);
    }
  }

  /** What dropping whole groups could not: one group is a flood by itself. */
  function cutNewestGroup(): void {
    while (fragments.length > 1 && tooMuch()) {
      const [first] = fragments;
      const [group] = groups;
      if (group !== undefined && first !== undefined) {
        group.first += 1;
        group.ms -= msOf(first);
        group.hasKey = false;
      }
      dropFirst(1);
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
    newestKey() {
      const group = groups.at(-1);
      return group?.hasKey ? group.first : undefined;
    },
    keyFrom: (place) => groups.find((group) => group.hasKey && group.first >= place)?.first,
    infoOf: (generation) => infos.get(generation),
    newestInfo: () => newest,
    begin(info) {
      newest = info;
      infos.set(info.generation, info);
      measuring = false;
    },
    push(fragment) {
      const ms = msOf(fragment);
      let group = groups.at(-1);
      if (fragment.keyframe && group !== undefined && measuring) longestGroupMs = Math.max(longestGroupMs, group.ms);
      if (fragment.keyframe || group === undefined) {
        group = { first: start + fragments.length, ms: 0, hasKey: fragment.keyframe };
        groups.push(group);
        measuring = fragment.keyframe;
      }
      group.ms += ms;
      fragments.push(fragment);
      bytes += fragment.bytes.byteLength;
      durationMs += ms;
      longestFragmentMs = Math.max(longestFragmentMs, ms);
      dropOldGroups();
      if (tooMuch()) cutNewestGroup();
    },
    clear() {
      dropFirst(fragments.length);
      groups.length = 0;
      measuring = false;
    },
  };
}
