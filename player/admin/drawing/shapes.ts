import { MOST_POINTS, type Point } from '#contracts/shapes';

/** What can be done to a shape on a picture, as values; points are shares of width and height (pure). */

export type { Point };
export type Points = readonly Point[];

/** A rectangle with a shorter side was a click. */
const LEAST_SIDE = 0.02;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
/** What a picture of 10,000 pixels needs, and no more: these numbers are read by people in manifests. */
const round = (value: number): number => Math.round(value * 10_000) / 10_000;
export const inside = ([x, y]: Point): Point => [round(clamp(x)), round(clamp(y))];

/** A rectangle between two corners; `undefined` where it is too small to be meant. */
export function rectangle(from: Point, to: Point): Point[] | undefined {
  const [[ax, ay], [bx, by]] = [inside(from), inside(to)];
  if (Math.abs(ax - bx) < LEAST_SIDE || Math.abs(ay - by) < LEAST_SIDE) return undefined;
  return [
    [ax, ay],
    [bx, ay],
    [bx, by],
    [ax, by],
  ];
}

/** In the middle; each `number` a little beside the one before, so that none lies hidden under another. */
export function starterArea(number: number): Point[] {
  const aside = (number % 6) * 0.04;
  return rectangle([0.36 + aside, 0.36 + aside], [0.56 + aside, 0.56 + aside]) ?? [];
}

export function starterLine(number: number): Point[] {
  const y = 0.6 - (number % 6) * 0.06;
  return [inside([0.3, y]), inside([0.7, y])];
}

export const withPointAt = (points: Points, point: number, to: Point): Point[] =>
  points.map((known, at) => (at === point ? inside(to) : known));

/** As far as it can go: a shape keeps its form at the edge of the picture. */
export function moved(points: Points, [dx, dy]: Point): Point[] {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const stepX = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), dx));
  const stepY = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), dy));
  return points.map(([x, y]) => inside([x + stepX, y + stepY]));
}

/** In the middle of the edge that begins at `edge`; that of the last point leads to the first. */
export function middleOf(points: Points, edge: number): Point {
  const [ax, ay] = points[edge] ?? [0, 0];
  const [bx, by] = points[(edge + 1) % points.length] ?? [0, 0];
  return inside([(ax + bx) / 2, (ay + by) / 2]);
}

const mayAddPoint = (points: Points): boolean => points.length < MOST_POINTS;

export const withPointAdded = (points: Points, edge: number): Points =>
  mayAddPoint(points) ? points.toSpliced(edge + 1, 0, middleOf(points, edge)) : points;

export const withPointRemoved = (points: Points, point: number, least: number): Points =>
  points.length > least ? points.toSpliced(point, 1) : points;

/** The arrow that shows where forward is: from the middle of a line's longest piece to its right, as one walks it. */
export function forwardArrow(line: Points, aspect: number): readonly [Point, Point] | undefined {
  let longest: { readonly from: Point; readonly along: Point; readonly length: number } | undefined;
  for (const [at, to] of line.entries()) {
    const from = line[at - 1];
    if (from === undefined) continue;
    // In heights of the picture, so that the arrow stands square on its line on the screen.
    const along: Point = [(to[0] - from[0]) * aspect, to[1] - from[1]];
    const length = Math.hypot(...along);
    if (length > 0 && (longest === undefined || length > longest.length)) longest = { from, along, length };
  }
  if (longest === undefined) return undefined;
  const { from, along, length } = longest;
  const middle: Point = [from[0] + along[0] / aspect / 2, from[1] + along[1] / 2];
  const reach = 0.09;
  // Right of the way, where y grows downwards.
  return [middle, [middle[0] - (along[1] / length / aspect) * reach, middle[1] + (along[0] / length) * reach]];
}
