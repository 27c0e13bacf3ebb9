import type { Track } from '../tracker/tracker.ts';

/** x, y as shares of the picture, ms since 1970. */
export type PathPoint = readonly [number, number, number];

/** Where the objects of one camera stood: the middle of the lower edge of their boxes. */
export interface Paths {
  note(tracks: readonly Track[], ended: readonly Track[]): void;
  /** Oldest first, at most `MOST_POINTS`. */
  of(track: Track): readonly PathPoint[];
}

/** Of what an event tells. */
const MOST_POINTS = 32;
/** Shares of the picture: a point that is nearer to the last one replaces its time. */
const STEP = 0.01;

export function createPaths(): Paths {
  const paths = new Map<number, PathPoint[]>();
  return {
    note(tracks, ended) {
      for (const track of tracks) {
        if (!track.seen) continue;
        const points = paths.get(track.id) ?? [];
        paths.set(track.id, points);
        const point = standsAt(track);
        const last = points.at(-1);
        if (points.length > 1 && last !== undefined && Math.hypot(point[0] - last[0], point[1] - last[1]) < STEP) {
          points[points.length - 1] = [last[0], last[1], point[2]];
        } else points.push(point);
        // What is told of a long way becomes coarser, and its beginning stays.
        if (points.length > 2 * MOST_POINTS) paths.set(track.id, thinned(points));
      }
      for (const { id } of ended) paths.delete(id);
    },
    of: (track) => thinned(paths.get(track.id) ?? [standsAt(track)]),
  };
}

function standsAt({ box, seenMs }: Track): PathPoint {
  return [rounded(box.left + box.width / 2), rounded(box.top + box.height), Math.round(seenMs)];
}

const rounded = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 10_000;

/** The first, the last, and others between them at even steps. */
function thinned(points: readonly PathPoint[]): PathPoint[] {
  if (points.length <= MOST_POINTS) return [...points];
  return Array.from({ length: MOST_POINTS }, (_, at) => {
    const point = points[Math.round((at * (points.length - 1)) / (MOST_POINTS - 1))];
    return point === undefined ? [] : [point];
  }).flat();
}
