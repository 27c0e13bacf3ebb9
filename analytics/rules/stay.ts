import type { Polygon } from '#contracts/shapes';
import type { Track } from '../tracker/tracker.ts';
import { depthIn, standOf } from './geometry.ts';

/** Whether an object is in an area, so that who stands on its edge neither comes nor goes with each picture. */
export interface Stay {
  readonly inside: boolean;
  /** So often in a row on the inner side, but hardly. */
  readonly hardly: number;
}

/** Heights of the box by which an object must be across an edge; what a detector's boxes shake. */
const MARGIN = 0.1;
/** Heights of the picture, in any case. */
const LEAST_MARGIN = 0.006;
/** So often inside, it is, however hardly. */
const HARDLY_OFTEN = 2;

export function marginOf({ box }: Track): number {
  return Math.max(LEAST_MARGIN, MARGIN * box.height);
}

function depthOf(area: Polygon, track: Track): number {
  return depthIn(area, standOf(track.box));
}

/** With the object seen at a depth. At first sight the side decides on which it is. */
export function stayAt(before: Stay | undefined, depth: number, margin: number): Stay {
  if (before === undefined) return { inside: depth > 0, hardly: 0 };
  if (before.inside) return depth <= -margin ? OUTSIDE : before;
  if (depth <= 0) return OUTSIDE;
  const hardly = before.hardly + 1;
  return { inside: depth >= margin || hardly >= HARDLY_OFTEN, hardly };
}

const OUTSIDE: Stay = { inside: false, hardly: 0 };

/** Which objects are in an area; everybody where it is the whole picture. */
export interface Stays {
  /** Whether it is inside, after this look at it. */
  see(track: Track): boolean;
  forget(ended: readonly Track[]): void;
}

export function createStays(area: Polygon | null): Stays {
  const stays = new Map<number, Stay>();
  return {
    see(track) {
      if (area === null) return true;
      const before = stays.get(track.id);
      if (!track.seen && before !== undefined) return before.inside;
      const stay = stayAt(before, depthOf(area, track), marginOf(track));
      stays.set(track.id, stay);
      return stay.inside;
    },
    forget(ended) {
      for (const { id } of ended) stays.delete(id);
    },
  };
}
