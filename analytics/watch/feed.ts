import type { Fragment, StreamInfo } from '#contracts/media';
import { createSizeWatch } from './size-watch.ts';

/**
 * Which fragments of a stream are decoded. A quiet camera is seen by its key frames alone; where something may be
 * happening the whole group is decoded, from its key frame on, and what follows for some seconds more. Pure: time is
 * that of the fragments.
 */
export interface Feed {
  /** Takes the next fragment; gives those that are to be decoded now, in their order. */
  push(fragment: Fragment, info: StreamInfo): readonly Fragment[];
  /** Something was seen in a picture of this time, ms since 1970: everything is wanted. */
  wake(atMs: number): void;
  /** Fragments were lost: the next is a key frame. */
  lose(): void;
}

export interface FeedOptions {
  /** More pictures are not looked at: groups that are shorter than that are left out. */
  readonly framesPerSecond: number;
  /** Everything is decoded, always. */
  readonly whole: boolean;
}

/** A camera stays awake for so long after the last reason, ms. */
const LINGERS_MS = 4000;
/** And for so long where nothing but the sizes of pictures said so: if it is true, it is seen by then. */
const SUSPECTS_MS = 1400;
/** At first, so that what is usual is learnt. */
const LEARNS_MS = 3000;
/** Key frames of a quiet camera that are closer than this add nothing, ms. */
const QUIET_MS = 1000;
/** Between key frames that are farther apart somebody may come and go, ms. */
const LONG_GROUP_MS = 4000;
/** Pictures that come at an even rate come a little early or late, ms. */
const EARLY_MS = 20;

export function createFeed({ framesPerSecond, whole }: FeedOptions): Feed {
  let sizes = createSizeWatch();
  let awakeUntilMs: number | undefined;
  /** Of this group, not decoded so far. */
  let held: Fragment[] = [];
  let groupMs = 0;
  /** Fragments of this group that came after its first. */
  let place = 0;
  let longGroups = false;
  let lastKeyMs: number | undefined;
  let generation: number | undefined;

  const isAwake = (atMs: number): boolean => whole || longGroups || atMs < (awakeUntilMs ?? 0);

  function begin(fragment: Fragment): readonly Fragment[] {
    const atMs = fragment.wallClockMs;
    if (groupMs > 0) longGroups = groupMs > LONG_GROUP_MS;
    groupMs = 0;
    place = 0;
    held = [];
    const leastMs = isAwake(atMs) ? 1000 / framesPerSecond : QUIET_MS;
    const sinceMs = atMs - (lastKeyMs ?? Number.NEGATIVE_INFINITY);
    // A clock that was set back is no reason to wait.
    if (sinceMs >= 0 && sinceMs < leastMs - EARLY_MS) {
      held = [fragment];
      return [];
    }
    lastKeyMs = atMs;
    return [fragment];
  }

  return {
    push(fragment, info) {
      const atMs = fragment.wallClockMs;
      if (generation !== fragment.generation) {
        generation = fragment.generation;
        sizes = createSizeWatch();
        awakeUntilMs = atMs + LEARNS_MS;
        lastKeyMs = undefined;
        held = [];
        groupMs = 0;
      }
      const lengthMs = (fragment.duration * 1000) / info.timescale;
      if (fragment.keyframe) {
        const now = begin(fragment);
        groupMs += lengthMs;
        return now;
      }
      groupMs += lengthMs;
      place += 1;
      longGroups ||= groupMs > LONG_GROUP_MS;
      if (sizes.look(fragment.bytes.length / Math.max(1, fragment.pictures ?? 1), place)) {
        awakeUntilMs = Math.max(awakeUntilMs ?? 0, atMs + SUSPECTS_MS);
      }
      held.push(fragment);
      if (!isAwake(atMs)) return [];
      const now = held;
      held = [];
      return now;
    },
    wake(atMs) {
      awakeUntilMs = Math.max(awakeUntilMs ?? 0, atMs + LINGERS_MS);
    },
    lose() {
      held = [];
      groupMs = 0;
    },
  };
}
