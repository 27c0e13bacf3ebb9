import type { MapView } from '#contracts/places';

/** Degrees to the units of a drawing, and back: plain, with degrees of longitude as short as they are there. */
export interface Projection {
  readonly width: number;
  readonly height: number;
  toPoint(longitude: number, latitude: number): readonly [x: number, y: number];
  toPlace(x: number, y: number): { longitude: number; latitude: number };
}

const WIDTH = 1000;

export function projectionOf([west, south, east, north]: MapView['bounds']): Projection {
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = WIDTH / Math.max(1e-9, (east - west) * shrink);
  return {
    width: WIDTH,
    height: (north - south) * scale,
    toPoint: (longitude, latitude) => [(longitude - west) * shrink * scale, (north - latitude) * scale],
    toPlace: (x, y) => ({ longitude: west + x / (shrink * scale), latitude: north - y / scale }),
  };
}

/** The `d` of an SVG path. */
export function pathOf(polygons: MapView['areas'][number]['polygons'], { toPoint }: Projection): string {
  let d = '';
  for (const rings of polygons) {
    for (const ring of rings) {
      ring.forEach(([longitude, latitude], at) => {
        const [x, y] = toPoint(longitude, latitude);
        d += `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      });
      d += 'Z';
    }
  }
  return d;
}

/** West, south, east, north of an area. */
export function boundsOf(polygons: MapView['areas'][number]['polygons']): MapView['bounds'] {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [longitude, latitude] of polygons.flat(2)) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  return [west, south, east, north];
}

/** Does one of the polygons hold the point? Even-odd, holes left out. */
export function holds(
  polygons: MapView['areas'][number]['polygons'],
  { longitude, latitude }: { longitude: number; latitude: number },
): boolean {
  return polygons.some((rings) => rings.filter((ring) => inRing(ring, longitude, latitude)).length % 2 === 1);
}

function inRing(ring: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  let [px, py] = ring.at(-1) ?? [0, 0];
  for (const [qx, qy] of ring) {
    if (qy > y !== py > y && x < ((px - qx) * (y - qy)) / (py - qy) + qx) inside = !inside;
    [px, py] = [qx, qy];
  }
  return inside;
}
