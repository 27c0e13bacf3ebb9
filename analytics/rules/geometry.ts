import type { Box } from '#contracts/detection';
import { type Line, type Point, type Polygon, turn } from '#contracts/shapes';

/**
 * Places are shares of the picture; distances are heights of the picture, taking it to be 16:9: they are compared with
 * the heights of boxes, and only roughly.
 */
const ASPECT = 16 / 9;

/** Closer to the picture's edge is on it. */
const EDGE = 0.012;

/** Where an object stands: the middle of the lower edge of its box. Never on the very edge of the picture. */
export function standOf({ left, top, width, height }: Box): Point {
  const inside = (value: number): number => Math.min(0.999, Math.max(0.001, value));
  return [inside(left + width / 2), inside(top + height)];
}

export function distance([x, y]: Point, [otherX, otherY]: Point): number {
  return Math.hypot((x - otherX) * ASPECT, y - otherY);
}

/** The box ends where the picture ends: the object may go on beyond. */
export function touchesEdge({ left, top, width, height }: Box): boolean {
  return left < EDGE || top < EDGE || left + width > 1 - EDGE || top + height > 1 - EDGE;
}

export function isInside(polygon: Polygon, [x, y]: Point): boolean {
  let inside = false;
  for (const [at, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[at === 0 ? polygon.length - 1 : at - 1] ?? [ax, ay];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/**
 * How far inside a point is; negative outside. Sides that lie on the edge of the picture do not count from inside:
 * nobody can be seen beyond them.
 */
export function depthIn(polygon: Polygon, point: Point): number {
  const inside = isInside(polygon, point);
  let least = Number.POSITIVE_INFINITY;
  for (const [at, to] of polygon.entries()) {
    const from = polygon[at === 0 ? polygon.length - 1 : at - 1] ?? to;
    if (inside && isOnEdge(from, to)) continue;
    least = Math.min(least, distanceToPiece(point, from, to));
  }
  return inside ? least : -least;
}

function isOnEdge([ax, ay]: Point, [bx, by]: Point): boolean {
  const both = (a: number, b: number): boolean => (a < EDGE && b < EDGE) || (a > 1 - EDGE && b > 1 - EDGE);
  return both(ax, bx) || both(ay, by);
}

function distanceToPiece(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [(to[0] - from[0]) * ASPECT, to[1] - from[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point[0] - from[0]) * ASPECT * dx + (point[1] - from[1]) * dy) / length;
  return distance(point, between(from, to, Math.min(1, Math.max(0, along))));
}

/** The point at a share of the way. */
export function between(from: Point, to: Point, share: number): Point {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

export function distanceToLine(line: Line, point: Point): number {
  const pieces = line.slice(1).map((to, at) => distanceToPiece(point, line[at] ?? to, to));
  return Math.min(...pieces);
}

/**
 * How often the straight way `from` → `to` crosses the line, forward less backward. A point on the line is on its right,
 * so that a way in pieces crosses once wherever it is cut, and a corner of the line is crossed once.
 */
export function crossings(line: Line, from: Point, to: Point): number {
  let net = 0;
  for (const [at, end] of line.slice(1).entries()) {
    const start = line[at] ?? end;
    const [before, after] = [turn(start, end, from) >= 0, turn(start, end, to) >= 0];
    if (before === after || turn(from, to, start) >= 0 === turn(from, to, end) >= 0) continue;
    net += after ? 1 : -1;
  }
  return net;
}

/** How far `from` → `to` leads along the way of an arrow, and how far aside of it. */
export function alongArrow(
  [tail, head]: readonly [Point, Point],
  from: Point,
  to: Point,
): [along: number, aside: number] {
  const [ax, ay] = [(head[0] - tail[0]) * ASPECT, head[1] - tail[1]];
  const [x, y] = [(to[0] - from[0]) * ASPECT, to[1] - from[1]];
  const length = Math.hypot(ax, ay) || 1;
  return [(x * ax + y * ay) / length, Math.abs(x * ay - y * ax) / length];
}

/** Points of a grid over the picture that are inside. */
export function gridInside(polygon: Polygon, columns: number, rows: number): readonly Point[] {
  const points: Point[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const point: Point = [(column + 0.5) / columns, (row + 0.5) / rows];
      if (isInside(polygon, point)) points.push(point);
    }
  }
  return points;
}
