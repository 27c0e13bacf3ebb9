import { geoMercator } from 'd3-geo';
import type { MapPoint, MapView } from '#contracts/places';

/** The map in the plane. Sizes and places are CSS pixels of the map at its whole, before zooming. */

export type Point = readonly [x: number, y: number];
export interface Shape {
  readonly code: string;
  readonly rings: readonly (readonly Point[])[];
  /** In the middle of its largest part: where its name stands. */
  readonly middle: Point;
  /** Of its largest part, square pixels. */
  readonly size: number;
  readonly box: readonly [left: number, top: number, right: number, bottom: number];
}
export interface Plane {
  readonly shapes: readonly Shape[];
  /** `null` where the projection has no place for it. */
  project(point: MapPoint): Point | null;
  /** The other way round. */
  placeAt(point: Point): MapPoint | null;
}

/** How the whole is moved and enlarged: screen = k × plane + offset. */
export interface View {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}
export const WHOLE: View = { k: 1, x: 0, y: 0 };
const MOST_ZOOM = 200;

const MARGIN = 12;

/** Communes alone; the province as a whole where there are none. */
export function planeOf(map: MapView, width: number, height: number): Plane {
  const [west, south, east, north] = map.bounds;
  const projection = geoMercator().fitExtent(
    [
      [MARGIN, MARGIN],
      [Math.max(MARGIN + 1, width - MARGIN), Math.max(MARGIN + 1, height - MARGIN)],
    ],
    {
      type: 'MultiPoint',
      coordinates: [
        [west, south],
        [east, south],
        [west, north],
        [east, north],
      ],
    },
  );
  const communes = map.areas.filter(({ level }) => level === 'commune');
  const shapes = (communes.length > 0 ? communes : map.areas).flatMap(({ code, polygons }) => {
    const rings = polygons.flatMap((rings) =>
      rings.map((ring) =>
        ring.flatMap(([longitude, latitude]) => {
          const at = projection([longitude, latitude]);
          return at === null ? [] : [at];
        }),
      ),
    );
    const shape = shapeOf(code, rings);
    return shape === null ? [] : [shape];
  });
  return {
    shapes,
    project: ({ latitude, longitude }) => projection([longitude, latitude]),
    placeAt: ([x, y]) => {
      const [longitude, latitude] = projection.invert?.([x, y]) ?? [];
      return longitude === undefined || latitude === undefined ? null : { latitude, longitude };
    },
  };
}

function shapeOf(code: string, rings: readonly (readonly Point[])[]): Shape | null {
  let middle: Point | null = null;
  let size = 0;
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (const [x, y] of ring) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
    const { area, centre } = centreOf(ring);
    if (area > size && centre !== null) {
      size = area;
      middle = centre;
    }
  }
  return middle === null ? null : { code, rings, middle, size, box };
}

function centreOf(ring: readonly Point[]): { area: number; centre: Point | null } {
  let [twice, x, y] = [0, 0, 0];
  ring.forEach(([x1, y1], at) => {
    const [x2, y2] = ring[(at + 1) % ring.length] ?? [x1, y1];
    const cross = x1 * y2 - x2 * y1;
    twice += cross;
    x += (x1 + x2) * cross;
    y += (y1 + y2) * cross;
  });
  return twice === 0
    ? { area: 0, centre: null }
    : { area: Math.abs(twice) / 2, centre: [x / (3 * twice), y / (3 * twice)] };
}

/** The shape that holds a point of the plane. */
export function shapeAt(shapes: readonly Shape[], [x, y]: Point): Shape | undefined {
  return shapes.find(
    ({ box: [left, top, right, bottom], rings }) =>
      x >= left && x <= right && y >= top && y <= bottom && isInside(rings, x, y),
  );
}

/** Even-odd: holes and islands come out right by themselves. */
function isInside(rings: readonly (readonly Point[])[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    ring.forEach(([x1, y1], at) => {
      const [x2, y2] = ring[(at + ring.length - 1) % ring.length] ?? [x1, y1];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    });
  }
  return inside;
}

/** Enlarges by `factor` and leaves what is under `at` (screen) where it is. */
export function zoomed(view: View, factor: number, at: Point, width: number, height: number): View {
  const k = Math.min(MOST_ZOOM, Math.max(1, view.k * factor));
  const by = k / view.k;
  return held({ k, x: at[0] - (at[0] - view.x) * by, y: at[1] - (at[1] - view.y) * by }, width, height);
}

export function moved(view: View, dx: number, dy: number, width: number, height: number): View {
  return held({ k: view.k, x: view.x + dx, y: view.y + dy }, width, height);
}

/** Never so far that nothing of the map is left in sight. */
function held({ k, x, y }: View, width: number, height: number): View {
  const within = (offset: number, side: number): number => Math.min(side / 2, Math.max(side / 2 - k * side, offset));
  return { k, x: within(x, width), y: within(y, height) };
}

/** So that a box of the plane fills most of the screen. */
export function viewOf(
  [left, top, right, bottom]: Shape['box'],
  width: number,
  height: number,
  most = MOST_ZOOM,
): View {
  const k = Math.max(
    1,
    Math.min(most, 0.8 * Math.min(width / Math.max(right - left, 0.01), height / Math.max(bottom - top, 0.01))),
  );
  return held({ k, x: width / 2 - (k * (left + right)) / 2, y: height / 2 - (k * (top + bottom)) / 2 }, width, height);
}

/** Which names fit without covering each other; the larger ones have the first choice. */
export function placedLabels(
  shapes: readonly Shape[],
  view: View,
  width: number,
  height: number,
  sizeOf: (shape: Shape) => { readonly width: number; readonly height: number },
  first: string | null = null,
): readonly { readonly shape: Shape; readonly x: number; readonly y: number }[] {
  const taken: [number, number, number, number][] = [];
  const placed: { shape: Shape; x: number; y: number }[] = [];
  const rank = (shape: Shape): number => (shape.code === first ? Infinity : shape.size);
  for (const shape of shapes.toSorted((a, b) => rank(b) - rank(a))) {
    const x = shape.middle[0] * view.k + view.x;
    const y = shape.middle[1] * view.k + view.y;
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const { width: w, height: h } = sizeOf(shape);
    // Of scattered islands the box says nothing of how much room there is.
    const room = Math.min(shape.box[2] - shape.box[0], 2 * Math.sqrt(shape.size)) * view.k;
    if (room < w * 0.7 && shape.code !== first) continue;
    const box: [number, number, number, number] = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
    const covered = taken.some(([l, t, r, b]) => box[0] < r && box[2] > l && box[1] < b && box[3] > t);
    if (covered) continue;
    taken.push(box);
    placed.push({ shape, x, y });
  }
  return placed;
}
