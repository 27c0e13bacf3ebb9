import { type Point, type Polygon, polygonSchema } from '#contracts/shapes';

/** A box on the picture, as shares of it. */
export interface Cut {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const WHOLE: Polygon = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
/** A box whose sides lie on corners of the area would cross it nowhere and everywhere: it is a hair smaller. */
const HAIR = 1e-7;
/** Of the area, that may go with the box because the box parts it from the rest. */
const MOST_LOST = 0.05;

/**
 * The area without the box, as one polygon: a box inside it is reached by a slit. `undefined` where nothing, or no one
 * piece, would be left. `null` is the whole picture.
 */
export function cutOut(area: Polygon | null, cut: Cut): Polygon | undefined {
  const left = without(area, cut);
  // Too little may be left, or in too many corners.
  return left !== undefined && polygonSchema.safeParse(left).success ? left : undefined;
}

function without(area: Polygon | null, cut: Cut): Polygon | undefined {
  const outer = clockwise(area ?? WHOLE);
  const box: Cut = {
    left: Math.max(cut.left, 0) + HAIR * 3,
    top: Math.max(cut.top, 0) + HAIR * 5,
    right: Math.min(cut.right, 1) - HAIR * 2,
    bottom: Math.min(cut.bottom, 1) - HAIR * 4,
  };
  // Against the hands of the clock, as the border of a hole runs.
  const hole: Polygon = [
    [box.left, box.top],
    [box.left, box.bottom],
    [box.right, box.bottom],
    [box.right, box.top],
  ];
  const { ofOuter, ofHole } = crossings(outer, hole);
  if (ofOuter.every(({ other }) => other === undefined)) {
    const [corner] = hole;
    if (corner !== undefined && isInside(corner, outer)) return withSlit(outer, hole);
    const first = outer[0];
    return first !== undefined && isInside(first, hole) ? undefined : outer;
  }
  const pieces = trace(ofOuter, ofHole, hole);
  const [largest, ...others] = pieces.sort((a, b) => areaOf(b) - areaOf(a));
  const lost = others.reduce((sum, piece) => sum + areaOf(piece), 0);
  return largest === undefined || lost > MOST_LOST * areaOf(outer) ? undefined : largest;
}

/** A corner of one ring; where the two cross, `other` says which of the other ring it is. */
interface Corner {
  readonly point: Point;
  other: number | undefined;
}

function crossings(outer: Polygon, hole: Polygon): { ofOuter: Corner[]; ofHole: Corner[] } {
  interface Meeting {
    readonly point: Point;
    readonly outerAt: number;
    readonly holeAt: number;
  }
  const found: Meeting[] = [];
  for (const [i, [a, b]] of sidesOf(outer).entries()) {
    for (const [j, [c, d]] of sidesOf(hole).entries()) {
      const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
      const across = rx * sy - ry * sx;
      if (across === 0) continue;
      const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / across;
      const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / across;
      if (t <= 0 || t >= 1 || u <= 0 || u >= 1) continue;
      found.push({ point: [a[0] + t * rx, a[1] + t * ry], outerAt: i + t, holeAt: j + u });
    }
  }
  const ring = (points: Polygon, along: (one: Meeting) => number): { corner: Corner; meeting?: Meeting }[] =>
    [
      ...points.map((point, at) => ({ at, corner: { point, other: undefined } })),
      ...found.map((meeting) => ({
        at: along(meeting),
        corner: { point: meeting.point, other: undefined },
        meeting,
      })),
    ].sort((a, b) => a.at - b.at);
  const one = ring(outer, ({ outerAt }) => outerAt);
  const two = ring(hole, ({ holeAt }) => holeAt);
  for (const meeting of found) {
    const [at, there] = [one, two].map((all) => all.findIndex((each) => each.meeting === meeting));
    const [mine, its] = [one[at ?? -1], two[there ?? -1]];
    if (mine === undefined || its === undefined) continue;
    mine.corner.other = there;
    its.corner.other = at;
  }
  return { ofOuter: one.map(({ corner }) => corner), ofHole: two.map(({ corner }) => corner) };
}

/** Along the area until it enters the box, along the box until it leaves it, and so on until it closes. */
function trace(outer: readonly Corner[], inner: readonly Corner[], hole: Polygon): Polygon[] {
  const pieces: Polygon[] = [];
  const used = new Set<number>();
  for (const [start, corner] of outer.entries()) {
    if (used.has(start) || corner.other !== undefined || isInside(corner.point, hole)) continue;
    const piece: Point[] = [];
    let ring = outer;
    let at = start;
    // Each corner of both rings is passed once at most.
    for (let steps = outer.length + inner.length; steps >= 0; steps -= 1) {
      const here = ring[at];
      if (here === undefined) break;
      if (ring === outer) used.add(at);
      piece.push(here.point);
      if (here.other !== undefined && piece.length > 1) {
        ring = ring === outer ? inner : outer;
        at = here.other;
        if (ring === outer) used.add(at);
      }
      at = (at + 1) % ring.length;
      if (ring === outer && at === start) break;
    }
    pieces.push(piece);
  }
  return pieces;
}

/** From the corner of the area that is nearest to a corner of the hole, there and back. */
function withSlit(outer: Polygon, hole: Polygon): Polygon | undefined {
  let best: { i: number; j: number; far: number } | undefined;
  for (const [i, a] of outer.entries()) {
    for (const [j, b] of hole.entries()) {
      const far = Math.hypot(a[0] - b[0], a[1] - b[1]);
      const free = ![...sidesOf(outer), ...sidesOf(hole)].some(([c, d]) => meets(a, b, c, d));
      if (free && (best === undefined || far < best.far)) best = { i, j, far };
    }
  }
  if (best === undefined) return undefined;
  const { i, j } = best;
  const around = (ring: Polygon, from: number): Polygon => {
    const turned = [...ring.slice(from), ...ring.slice(0, from)];
    return [...turned, ...turned.slice(0, 1)];
  };
  return [...around(outer, i), ...around(hole, j)];
}

function sidesOf(ring: Polygon): [Point, Point][] {
  return ring.map((point, at) => [point, ring[(at + 1) % ring.length] ?? point]);
}

/** Whether the pieces `ab` and `cd` cross, ends not counted. */
function meets(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

export function isInside([x, y]: Point, ring: Polygon): boolean {
  let inside = false;
  for (const [[ax, ay], [bx, by]] of sidesOf(ring)) {
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}

function signedArea(ring: Polygon): number {
  return sidesOf(ring).reduce((sum, [[ax, ay], [bx, by]]) => sum + ax * by - bx * ay, 0) / 2;
}
const areaOf = (ring: Polygon): number => Math.abs(signedArea(ring));
/** On a picture, whose y grows downwards. */
const clockwise = (ring: Polygon): Polygon => (signedArea(ring) >= 0 ? [...ring] : [...ring].reverse());
