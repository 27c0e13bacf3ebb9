import type { Fragment, StreamInfo } from '#contracts/media';
import { createPictureSizes, type PictureSizes } from './picture-sizes.ts';
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
  /** What has to be decoded of this time, and for what. */
  needs(atMs: number): Need;
  /** Fragments were lost, or their decoder: the next is a key frame, and decoded. */
  lose(): void;
}

/**
 * Where the sizes of pictures tell nothing of what moves, all are decoded, but only to see whether anything moves; where
 * something may have been seen, for everything.
 */
export type Need = 'keyFrames' | 'motion' | 'everything';

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
/** Suspicions that came to nothing, by which the next is doubted; and one that lasts counts again after so long, ms. */
const LEAST_IDLE = 3;
const IDLE_FOR_EACH = 3;
const LASTS_MS = 3000;
/** So often at least was something missed, and more often than foretold, before sizes are not believed, for so long, ms. */
const LEAST_MISSED = 3;
const MOST_COUNTED = 16;
const DISTRUSTS_MS = 900_000;
/** At first, so that what is usual is learnt. */
const LEARNS_MS = 3000;
/** Key frames of a quiet camera that are closer than this add nothing, ms. */
const QUIET_MS = 1000;
/** Between key frames that are farther apart somebody may come and go, ms. */
const LONG_GROUP_MS = 4000;
/** Pictures that come at an even rate come a little early or late, ms. */
const EARLY_MS = 20;

export function createFeed({ framesPerSecond, whole }: FeedOptions): Feed {
  let watch = createSizeWatch();
  let sizes: PictureSizes | undefined;
  /** Awake until then: because something was seen, because sizes say that it may be, because it was missed too often. */
  let seenUntilMs = 0;
  let suspectedUntilMs = 0;
  let distrustedUntilMs = 0;
  /** Times at which something began to be seen: those of which the sizes had told, and the others. */
  let [foretold, missed] = [0, 0];
  /** Suspicions in which something was seen, and the others; and when the one that lasts began. */
  let [borneOut, idle] = [0, 0];
  let suspectedSinceMs: number | undefined;
  /** Of this group, not decoded so far. */
  let held: Fragment[] = [];
  let groupMs = 0;
  /** Fragments of this group that came after its first. */
  let place = 0;
  let longGroups = false;
  /** Where every picture stands for itself, the sizes of the others need not tell anything. */
  let hasPredicted = false;
  let lastKeyMs: number | undefined;
  let generation: number | undefined;

  const isTrusted = (atMs: number): boolean =>
    !whole && !longGroups && (watch.tells || !hasPredicted) && atMs >= distrustedUntilMs;

  function needs(atMs: number): Need {
    if (whole || atMs < seenUntilMs) return 'everything';
    const isSuspected = atMs < suspectedUntilMs;
    if (isSuspected && !isDoubted()) return 'everything';
    if (isTrusted(atMs) && !isSuspected) return 'keyFrames';
    // From the key frame of a long group on it takes long until a picture of now is decoded.
    return longGroups ? 'everything' : 'motion';
  }

  /** Key frames are looked at in any case: they tell what the sizes have not told. */
  function noteBegin(atMs: number): void {
    if (atMs < suspectedUntilMs) foretold += 1;
    else missed += 1;
    if (missed >= LEAST_MISSED && missed > foretold) distrustedUntilMs = atMs + DISTRUSTS_MS;
    if (missed + foretold >= MOST_COUNTED || atMs < distrustedUntilMs) [foretold, missed] = [foretold / 2, missed / 2];
  }

  /** Sizes that rise and fall by themselves cost no more than a look at whether anything moves. */
  const isDoubted = (): boolean => idle >= LEAST_IDLE && idle > IDLE_FOR_EACH * borneOut;

  function endSuspicion(isTrue: boolean): void {
    suspectedSinceMs = undefined;
    if (isTrue) borneOut += 1;
    else idle += 1;
    if (borneOut + idle >= MOST_COUNTED) [borneOut, idle] = [borneOut / 2, idle / 2];
  }

  /** Of this fragment. */
  function suspect(atMs: number, hasGrown: boolean): void {
    const isOver = suspectedSinceMs !== undefined && !hasGrown && atMs >= suspectedUntilMs;
    if (isOver || atMs - (suspectedSinceMs ?? atMs) >= LASTS_MS) endSuspicion(false);
    if (!hasGrown) return;
    suspectedUntilMs = Math.max(suspectedUntilMs, atMs + SUSPECTS_MS);
    if (atMs >= seenUntilMs) suspectedSinceMs ??= atMs;
  }

  function begin(fragment: Fragment): readonly Fragment[] {
    const atMs = fragment.wallClockMs;
    if (groupMs > 0) longGroups = groupMs > LONG_GROUP_MS;
    groupMs = 0;
    place = 0;
    held = [];
    const leastMs = needs(atMs) !== 'keyFrames' ? 1000 / framesPerSecond : QUIET_MS;
    const sinceMs = atMs - (lastKeyMs ?? Number.NEGATIVE_INFINITY);
    // A clock that was set back is no reason to wait.
    if (sinceMs >= 0 && sinceMs < leastMs - EARLY_MS) {
      held = [fragment];
      return [];
    }
    lastKeyMs = atMs;
    return [fragment];
  }

  /** What the sizes of its pictures tell. */
  function lookAt({ keyframe, bytes, pictures = 1, wallClockMs }: Fragment): void {
    let mean = 0;
    if (sizes?.read(bytes) === true) {
      if (keyframe) watch.key(sizes.bytes[0] ?? 0);
      mean = meanOf(sizes, keyframe ? 1 : 0);
    } else if (keyframe) watch.key(bytes.length / Math.max(1, pictures));
    else mean = bytes.length / Math.max(1, pictures);
    hasPredicted ||= mean > 0;
    suspect(wallClockMs, mean > 0 && watch.look(mean, place));
  }

  return {
    needs,
    push(fragment, info) {
      const atMs = fragment.wallClockMs;
      if (generation !== fragment.generation) {
        generation = fragment.generation;
        watch = createSizeWatch();
        sizes = createPictureSizes(info);
        seenUntilMs = atMs + LEARNS_MS;
        [suspectedUntilMs, distrustedUntilMs, foretold, missed, borneOut, idle] = [0, 0, 0, 0, 0, 0];
        suspectedSinceMs = undefined;
        lastKeyMs = undefined;
        hasPredicted = false;
        held = [];
        groupMs = 0;
      }
      const lengthMs = (fragment.duration * 1000) / info.timescale;
      if (fragment.keyframe) {
        const now = begin(fragment);
        lookAt(fragment);
        groupMs += lengthMs;
        return now;
      }
      groupMs += lengthMs;
      place += 1;
      longGroups ||= groupMs > LONG_GROUP_MS;
      lookAt(fragment);
      held.push(fragment);
      if (needs(atMs) === 'keyFrames') return [];
      const now = held;
      held = [];
      return now;
    },
    wake(atMs) {
      if (isTrusted(atMs) && atMs >= seenUntilMs) noteBegin(atMs);
      if (suspectedSinceMs !== undefined && atMs >= suspectedSinceMs) endSuspicion(true);
      seenUntilMs = Math.max(seenUntilMs, atMs + LINGERS_MS);
    },
    lose() {
      held = [];
      groupMs = 0;
      lastKeyMs = undefined;
    },
  };
}

/** Bytes of a predicted picture, from the one with this number on; of those that others refer to; 0 without one. */
function meanOf({ bytes, isReference, count }: PictureSizes, from: number): number {
  let [sum, pictures] = [0, 0];
  for (let at = from; at < count; at += 1) {
    if (isReference[at] !== 1) continue;
    sum += bytes[at] ?? 0;
    pictures += 1;
  }
  return pictures > 0 ? sum / pictures : 0;
}
