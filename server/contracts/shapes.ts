import { z } from 'zod';

/** What people draw on a camera's picture. Places are shares of width and height from the upper left corner. */

const share = z.number().min(0, 'lies outside of the picture').max(1, 'lies outside of the picture');
/** `[x, y]`. */
export const pointSchema = z.tuple([share, share]);
export type Point = z.output<typeof pointSchema>;

export const MOST_POINTS = 32;
/** Share of the picture below which nobody could mean anything by a polygon. */
const LEAST_AREA = 0.0005;
/** Shares of the picture: two points that are closer are one. */
const LEAST_DISTANCE = 0.004;

/** Closed from the last point to the first; its sides do not cross. */
export const polygonSchema = z
  .array(pointSchema)
  .min(3, 'an area needs at least 3 points')
  .max(MOST_POINTS, `an area has at most ${MOST_POINTS} points`)
  .refine((points) => crossingSides(points).length === 0, 'the sides of the area cross each other')
  .refine(coversSomething, 'the area is too small: it covers nothing');
export type Polygon = z.output<typeof polygonSchema>;

/** An open line of one or more straight pieces. Forward is from its left to its right as one walks from first to last. */
export const lineSchema = z
  .array(pointSchema)
  .min(2, 'a line needs at least 2 points')
  .max(MOST_POINTS, `a line has at most ${MOST_POINTS} points`)
  .refine(
    (points) => points.every((point, at) => at === 0 || areApart(points[at - 1], point)),
    'two points are the same',
  );
export type Line = z.output<typeof lineSchema>;

/** Whether a polygon is large enough to be meant. */
export function coversSomething(points: readonly Point[]): boolean {
  return areaOf(points) >= LEAST_AREA;
}

/** Of a polygon, as a share of the picture. */
function areaOf(points: readonly Point[]): number {
  return Math.abs(
    points.reduce((sum, [x, y], at) => {
      const [nextX, nextY] = points[(at + 1) % points.length] ?? [x, y];
      return sum + x * nextY - nextX * y;
    }, 0) / 2,
  );
}

/** Closer, and they are the same point. */
export function areApart(a: Point | undefined, b: Point): boolean {
  return a === undefined || Math.hypot(a[0] - b[0], a[1] - b[1]) >= LEAST_DISTANCE;
}

/** The sides of a polygon that cross others, each by the point that it begins at, in order. */
export function crossingSides(points: readonly Point[]): readonly number[] {
  const side = (at: number): readonly [Point, Point] => {
    const from = points[at] ?? [0, 0];
    return [from, points[(at + 1) % points.length] ?? from];
  };
  const found = new Set<number>();
  for (let one = 0; one < points.length; one += 1) {
    for (let other = one + 2; other < points.length; other += 1) {
      // The first and the last side share a point.
      if (one === 0 && other === points.length - 1) continue;
      if (cross(...side(one), ...side(other))) found.add(one).add(other);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Whether the pieces `ab` and `cd` cross, ends not counted. */
function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/** Positive when `c` lies to the right of the way from `a` to `b`, in pictures whose y grows downwards. */
export function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
