import type { Position, Ring } from '../area-shapes.ts';

/** Checks and measures of closed rings (first point = last point), longitude and latitude in degrees. */

const EARTH_METRES = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** In square degrees; positive where it runs counter-clockwise. */
export function signedArea(ring: Ring): number {
  let sum = 0;
  for (const [at, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[at + 1] ?? [x, y];
    sum += x * nextY - nextX * y;
  }
  return sum / 2;
}

/** On the sphere, for what is as small as a province. */
export function areaKm2(ring: Ring): number {
  const latitude = ring.reduce((sum, [, y]) => sum + y, 0) / ring.length;
  const metresPerDegree = EARTH_METRES * RADIANS;
  return (Math.abs(signedArea(ring)) * metresPerDegree ** 2 * Math.cos(latitude * RADIANS)) / 1e6;
}

/** RFC 7946 §3.1.6: outer rings counter-clockwise, holes clockwise. */
export function rewound(ring: Ring, counterClockwise: boolean): Ring {
  return signedArea(ring) > 0 === counterClockwise ? ring : [...ring].reverse();
}

export function contains(ring: Ring, [x, y]: Position): boolean {
  let inside = false;
  for (const [at, [x1, y1]] of ring.entries()) {
    const [x2, y2] = ring[at + 1] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

interface Segment {
  readonly at: number;
  readonly from: Position;
  readonly to: Position;
  readonly west: number;
  readonly east: number;
}

/** Where a ring crosses itself, or `null`. One that only touches itself is sound. Sweeps from west to east. */
export function selfCrossing(ring: Ring): Position | null {
  const segments: Segment[] = [];
  for (const [at, from] of ring.entries()) {
    const to = ring[at + 1];
    if (to === undefined) break;
    segments.push({ at, from, to, west: Math.min(from[0], to[0]), east: Math.max(from[0], to[0]) });
  }
  segments.sort((a, b) => a.west - b.west);
  let active: Segment[] = [];
  for (const segment of segments) {
    active = active.filter(({ east }) => east >= segment.west);
    for (const other of active) {
      if (Math.abs(other.at - segment.at) > 1 && cross(segment, other)) return segment.from;
    }
    active.push(segment);
  }
  return null;
}

function cross(a: Segment, b: Segment): boolean {
  if (Math.max(a.from[1], a.to[1]) < Math.min(b.from[1], b.to[1])) return false;
  if (Math.max(b.from[1], b.to[1]) < Math.min(a.from[1], a.to[1])) return false;
  const apart = (p: number, q: number): boolean => (p > 0 && q < 0) || (p < 0 && q > 0);
  return (
    apart(turn(a.from, a.to, b.from), turn(a.from, a.to, b.to)) &&
    apart(turn(b.from, b.to, a.from), turn(b.from, b.to, a.to))
  );
}

function turn([ax, ay]: Position, [bx, by]: Position, [cx, cy]: Position): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}
