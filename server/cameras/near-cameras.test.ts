import { expect, it } from 'vitest';
import { angleBetween, bearingTo, boxAround, metresBetween } from '#base/geo';
import { nearCameras } from './near-cameras.ts';

const AT = { latitude: 10.386, longitude: 105.435 };
/** So many metres north and east of the place. */
const moved = (north: number, east: number) => ({
  latitude: AT.latitude + north / 111_195,
  longitude: AT.longitude + east / (111_195 * Math.cos((AT.latitude * Math.PI) / 180)),
});
const camera = (id: string, north: number, east: number, heading: number | null, fieldOfView: number | null = 60) => ({
  ...{ id, enabled: true, place: { ...moved(north, east), heading, fieldOfView } },
});
const all = { radiusMetres: 500, limit: 10, visible: () => true };

it('puts cameras that face the place before nearer ones that look away', () => {
  const cameras = [
    camera('away', 50, 0, 0),
    camera('dome', 100, 0, null),
    camera('faces', 300, 0, 180),
    camera('edge in', 0, 200, 270 - 29),
    camera('edge out', 0, 200, 270 - 31),
    camera('far', 600, 0, 180),
    { ...camera('off', 10, 0, 180), enabled: false },
    { id: 'nowhere', place: null, enabled: true },
  ];
  expect(nearCameras(cameras, AT, all).map(({ cameraId, faces }) => [cameraId, faces])).toEqual([
    ['edge in', true],
    ['faces', true],
    ['dome', null],
    ['away', false],
    ['edge out', false],
  ]);
  const few = { ...all, limit: 1, visible: (id: string) => id !== 'edge in' };
  expect(nearCameras(cameras, AT, few)).toEqual([
    { cameraId: 'faces', distanceMetres: expect.closeTo(300, 0), bearing: 180, faces: true },
  ]);
});

it('measures on a sphere, over the date line and around the compass', () => {
  // Long Xuyên to Rạch Giá.
  const away = metresBetween({ latitude: 10.3864, longitude: 105.4352 }, { latitude: 10.0125, longitude: 105.0809 });
  expect(away / 1000).toBeCloseTo(56.8, 0);
  expect(metresBetween({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 })).toBeLessThan(23_000);
  expect(bearingTo(AT, moved(0, 100))).toBeCloseTo(90, 0);
  expect(bearingTo(AT, moved(-100, -100))).toBeCloseTo(225, 0);
  expect([angleBetween(350, 10), angleBetween(10, 350), angleBetween(0, 180)]).toEqual([20, 20, 180]);
  const { south, north } = boxAround({ latitude: 89.999, longitude: 0 }, 1000);
  expect(north - south).toBeGreaterThan(0);
});

it('finds among ten thousand cameras in less than five milliseconds', () => {
  const cameras = Array.from({ length: 10_000 }, (_, at) =>
    camera(`c${at}`, ((at * 37) % 40_000) - 20_000, ((at * 7919) % 40_000) - 20_000, at % 360),
  );
  const times = Array.from({ length: 30 }, () => {
    const begun = performance.now();
    expect(nearCameras(cameras, AT, { ...all, radiusMetres: 2000, limit: 4 })).toHaveLength(4);
    return performance.now() - begun;
  });
  expect(Math.min(...times)).toBeLessThan(5);
});
