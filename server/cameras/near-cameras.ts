import { angleBetween, bearingTo, boxAround, metresBetween, type Point } from '#base/geo';
import type { Place } from '#contracts/camera';
import type { NearCamera } from '#contracts/sector-events';

interface PlacedCamera {
  readonly id: string;
  readonly place: Place | null;
  readonly enabled: boolean;
}

/** Of a camera that says where it looks and not how wide: degrees. */
const USUAL_FIELD_OF_VIEW = 70;
/** So near, the place is in the picture of whatever stands there; metres. */
const AT_THE_PLACE = 5;

/**
 * Cameras that may see a place: those that face it first, then those of which nobody said where they look (domes turn),
 * then those that look away; among them the nearest first. `visible` is asked last, of those within the radius alone.
 */
export function nearCameras(
  cameras: Iterable<PlacedCamera>,
  at: Point,
  { radiusMetres, limit, visible }: { radiusMetres: number; limit: number; visible: (cameraId: string) => boolean },
): NearCamera[] {
  const { south, north, west, east } = boxAround(at, radiusMetres);
  const found: NearCamera[] = [];
  for (const { id, place, enabled } of cameras) {
    if (place === null || !enabled) continue;
    if (place.latitude < south || place.latitude > north || place.longitude < west || place.longitude > east) continue;
    const distanceMetres = metresBetween(place, at);
    if (distanceMetres > radiusMetres || !visible(id)) continue;
    const bearing = bearingTo(place, at);
    const { heading, fieldOfView } = place;
    const faces =
      distanceMetres <= AT_THE_PLACE || fieldOfView === 360
        ? true
        : heading === null
          ? null
          : angleBetween(heading, bearing) <= (fieldOfView ?? USUAL_FIELD_OF_VIEW) / 2;
    found.push({
      cameraId: id,
      distanceMetres: Math.round(distanceMetres * 10) / 10,
      bearing: Math.round(bearing) % 360,
      faces,
    });
  }
  return found.sort((a, b) => rank(a) - rank(b) || a.distanceMetres - b.distanceMetres).slice(0, limit);
}

function rank({ faces }: NearCamera): number {
  return faces === true ? 0 : faces === null ? 1 : 2;
}
