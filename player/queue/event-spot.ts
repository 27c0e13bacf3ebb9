import type { AreaView, MapPoint } from '#contracts/places';
import type { SectorEventView } from '#contracts/sector-events';

/** Where to look for cameras of an event. */
export interface Spot extends MapPoint {
  /** `undefined`: as far as is usual for a place. */
  readonly radiusMetres?: number;
  readonly limit?: number;
  /** Nobody said more than the area: its west, south, east, north. */
  readonly bounds: readonly [number, number, number, number] | null;
}

/** Metres; the server looks no farther. */
const FARTHEST = 20_000;
const METRES_PER_DEGREE = 111_320;

/** The place; where there is none, the middle of the area, with a circle around all of it. */
export function spotOf(
  { place, areaCode }: Pick<SectorEventView, 'place' | 'areaCode'>,
  areas: readonly AreaView[],
): Spot | null {
  if (place !== null) return { latitude: place.latitude, longitude: place.longitude, bounds: null };
  const bounds = areas.find(({ code, level }) => code === areaCode && level === 'commune')?.bounds ?? null;
  if (bounds === null) return null;
  const [west, south, east, north] = bounds;
  const [latitude, longitude] = [(south + north) / 2, (west + east) / 2];
  const across = (east - west) * Math.cos((latitude * Math.PI) / 180);
  const radius = (Math.hypot(across, north - south) / 2) * METRES_PER_DEGREE;
  return { latitude, longitude, bounds, limit: 16, radiusMetres: Math.min(FARTHEST, Math.max(500, Math.ceil(radius))) };
}

/** Those inside the area first, else as they come. */
export function insideFirst<One extends { readonly place: MapPoint | null }>(
  cameras: readonly One[],
  bounds: Spot['bounds'],
): readonly One[] {
  if (bounds === null) return cameras;
  const [west, south, east, north] = bounds;
  const outside = ({ place }: One): number =>
    place !== null && inside(place.latitude, south, north) && inside(place.longitude, west, east) ? 0 : 1;
  return cameras.toSorted((a, b) => outside(a) - outside(b));
}

const inside = (value: number, least: number, most: number): boolean => value >= least && value <= most;
