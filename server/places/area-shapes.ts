import type { MapPoint } from '#contracts/places';

export type Position = readonly [longitude: number, latitude: number];
export type Ring = readonly Position[];
/** Outer ring first. */
export type Polygon = readonly Ring[];
/** West, south, east, north. */
export type Bounds = readonly [number, number, number, number];

export interface AreaShape {
  readonly code: string;
  readonly polygons: readonly Polygon[];
}

export function boundsOf(polygons: readonly Polygon[]): Bounds {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [longitude, latitude] of polygons.flat(2)) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  return [west, south, east, north];
}

/** Finds which of areas that lie side by side holds a point: microseconds, as boxes leave two or three to look at. */
export function createShapeIndex(shapes: readonly AreaShape[]): (point: MapPoint) => string | null {
  const boxed = shapes.flatMap(({ code, polygons }) =>
    polygons.map((polygon) => ({
      code,
      bounds: boundsOf([polygon]),
      rings: polygon.map((ring) => Float64Array.from(ring.flat())),
    })),
  );
  return ({ latitude, longitude }) => {
    for (const { code, bounds, rings } of boxed) {
      const [west, south, east, north] = bounds;
      if (longitude < west || longitude > east || latitude < south || latitude > north) continue;
      // Even-odd over all rings: in the outer one and in no hole.
      let inside = false;
      for (const ring of rings) if (crosses(ring, longitude, latitude)) inside = !inside;
      if (inside) return code;
    }
    return null;
  };
}

function crosses(ring: Float64Array, x: number, y: number): boolean {
  let inside = false;
  for (let at = 0; at + 3 < ring.length; at += 2) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = [ring[at], ring[at + 1], ring[at + 2], ring[at + 3]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
