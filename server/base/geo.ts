/** Distances and directions on the ground, of points in WGS 84 degrees; good to half a percent, on a sphere. */

export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_METRES = 6_371_000;
const RADIANS = Math.PI / 180;
/** Metres of one degree of latitude. */
const DEGREE_METRES = EARTH_METRES * RADIANS;

export function metresBetween(a: Point, b: Point): number {
  const up = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2);
  const along = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2);
  const h = up * up + Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * along * along;
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** From `a` to `b`, degrees clockwise from north: 0 to 360, 360 excluded. */
export function bearingTo(a: Point, b: Point): number {
  const along = (b.longitude - a.longitude) * RADIANS;
  const y = Math.sin(along) * Math.cos(b.latitude * RADIANS);
  const x =
    Math.cos(a.latitude * RADIANS) * Math.sin(b.latitude * RADIANS) -
    Math.sin(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * Math.cos(along);
  return (Math.atan2(y, x) / RADIANS + 360) % 360;
}

/** What surely holds all points within `metres`; longitudes near the poles are all of them. */
export function boxAround({ latitude, longitude }: Point, metres: number) {
  const up = metres / DEGREE_METRES;
  const shrink = Math.cos(Math.min(89.9, Math.abs(latitude) + up) * RADIANS);
  const along = Math.min(180, up / shrink);
  return { south: latitude - up, north: latitude + up, west: longitude - along, east: longitude + along };
}

/** The smaller angle between two directions, 0 to 180 degrees. */
export function angleBetween(a: number, b: number): number {
  const turn = Math.abs(a - b) % 360;
  return turn > 180 ? 360 - turn : turn;
}
