import type { Box } from '#contracts/detection';
import { isVehicle, overlap, sidesOf } from '../detectors/suppress.ts';
import type { Track } from '../tracker/tracker.ts';
import { distance, standOf, touchesEdge } from './geometry.ts';

/**
 * Knows an object again that the tracker has lost: a track that begins where another one has just been lost goes on
 * with it, and a car that has stood somewhere is the same car when it comes out from behind a lorry.
 */
export interface Lineage {
  /**
   * The tracks of a picture, each with the number of its object, which no other object gets, in place of its own; and
   * the objects that will not be seen again. `atMs` must not fall.
   */
  identify(tracks: readonly Track[], ended: readonly Track[], atMs: number): Identified;
}

export interface Identified {
  readonly tracks: readonly Track[];
  readonly ended: readonly Track[];
  /** The tracker's own, by the number of the object. */
  readonly own: ReadonlyMap<number, Track>;
}

/** What was not seen for longer is another: walking; walking out of the picture; standing. */
const WALKS_MS = 5000;
const WALKS_OUT_MS = 1000;
const STANDS_MS = 3_600_000;
/** What stands is found where it was: so much of both boxes is common. */
const SAME_PLACE = 0.4;
/** What walks is found so far away, in sizes of its box: at once, and more for each second. */
const REACH = 0.7;
const REACH_PER_SECOND = 0.6;
const MOST_REACH = 1.6;
/** Of a size like before. */
const LEAST_LIKENESS = 0.35;
const MOST_OBJECTS = 1000;

interface Known {
  readonly id: number;
  own: Track;
}

/** `timeOf`: a moment on the clock by which it is told how long an object was away. */
export function createLineage(timeOf: (atMs: number) => number): Lineage {
  /** In the order in which they came. */
  const objects = new Map<number, Known>();
  /** By the tracker's number and the moment of the first sight: a new tracker counts anew. */
  const byTrack = new Map<string, Known>();
  let lastId = 0;

  const keyOf = ({ id, firstMs }: Track): string => `${id} ${firstMs}`;

  function begin(track: Track): Known {
    lastId += 1;
    const known: Known = { id: lastId, own: track };
    objects.set(known.id, known);
    byTrack.set(keyOf(track), known);
    return known;
  }

  /** Of a track that is new. */
  function findOrBegin(track: Track): Known {
    let [before, least]: [Known | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (const candidate of objects.values()) {
      const off = offBetween(candidate.own, track, timeOf(track.firstMs) - timeOf(candidate.own.seenMs));
      if (off !== undefined && off < least) [before, least] = [candidate, off];
    }
    if (before === undefined) return begin(track);
    byTrack.delete(keyOf(before.own));
    before.own = track;
    byTrack.set(keyOf(track), before);
    return before;
  }

  return {
    identify(tracks, ended, atMs) {
      // Those that are known first: who is seen now is nobody's predecessor.
      for (const track of [...ended, ...tracks]) {
        const known = byTrack.get(keyOf(track));
        if (known !== undefined) known.own = track;
      }
      const own = new Map<number, Track>();
      const identified = tracks.map((track) => {
        const known = byTrack.get(keyOf(track)) ?? findOrBegin(track);
        own.set(known.id, track);
        return { ...track, id: known.id };
      });
      const over: Track[] = [];
      for (const known of objects.values()) {
        if (own.has(known.id)) continue;
        if (timeOf(atMs) - timeOf(known.own.seenMs) <= patienceFor(known.own) && objects.size <= MOST_OBJECTS) continue;
        objects.delete(known.id);
        byTrack.delete(keyOf(known.own));
        own.set(known.id, known.own);
        over.push({ ...known.own, id: known.id });
      }
      return { tracks: identified, ended: over, own };
    },
  };
}

function patienceFor({ stationarySinceMs, box }: Track): number {
  if (stationarySinceMs !== null) return STANDS_MS;
  return touchesEdge(box) ? WALKS_OUT_MS : WALKS_MS;
}

/** How far the new track is from where the lost one was, or `undefined` where it cannot be the same object. */
function offBetween(lost: Track, found: Track, awayMs: number): number | undefined {
  // Seen at the same time they are two.
  if (awayMs <= 0) return undefined;
  const isSameKind = lost.label === found.label || (isVehicle(lost.label) && isVehicle(found.label));
  if (!isSameKind || awayMs > patienceFor(lost)) return undefined;
  const common = overlap(sidesOf(lost.box), sidesOf(found.box));
  if (common >= SAME_PLACE) return 1 - common;
  if (awayMs > WALKS_MS) return undefined;
  const [size, otherSize] = [sizeOf(lost.box), sizeOf(found.box)];
  if (Math.min(size, otherSize) / Math.max(size, otherSize) < LEAST_LIKENESS) return undefined;
  const reach = Math.min(MOST_REACH, REACH + (REACH_PER_SECOND * awayMs) / 1000);
  const off = distance(standOf(lost.box), standOf(found.box)) / Math.max(size, otherSize);
  return off <= reach ? 1 + off : undefined;
}

/** The longer side; height and width of the picture are taken for nearly alike. */
const sizeOf = ({ width, height }: Box): number => Math.max(width, height);
