import { describe, expect, it } from 'vitest';
import type { MapView } from '#contracts/places';
import { moved, placedLabels, planeOf, shapeAt, viewOf, WHOLE, zoomed } from './geometry.ts';

const square = (west: number, south: number, side: number): (readonly [number, number])[] => [
  [west, south],
  [west + side, south],
  [west + side, south + side],
  [west, south + side],
  [west, south],
];
const MAP: MapView = {
  version: 1,
  source: 'a test',
  synthetic: true,
  bounds: [105, 10, 105.2, 10.1],
  areas: [
    { code: 'p', level: 'province', polygons: [[square(105, 10, 0.2)]] },
    // With a hole in its middle.
    { code: 'west', level: 'commune', polygons: [[square(105, 10, 0.1), square(105.04, 10.04, 0.02)]] },
    { code: 'east', level: 'commune', polygons: [[square(105.1, 10, 0.1)]] },
  ],
};
const plane = planeOf(MAP, 400, 200);
const at = (longitude: number, latitude: number): string | undefined => {
  const point = plane.project({ latitude, longitude });
  return point === null ? undefined : shapeAt(plane.shapes, point)?.code;
};

describe('the map in the plane', () => {
  it('draws the communes, and finds the one that holds a place', () => {
    expect(plane.shapes.map(({ code }) => code)).toEqual(['west', 'east']);
    expect(at(105.01, 10.01)).toBe('west');
    expect(at(105.15, 10.05)).toBe('east');
    expect(at(105.05, 10.05)).toBeUndefined();
    expect(at(106, 10.05)).toBeUndefined();
  });

  it('stays inside of its frame, north up', () => {
    const [west, east] = plane.shapes;
    expect(west?.box[0]).toBeGreaterThanOrEqual(12);
    expect(east?.box[2]).toBeLessThanOrEqual(388.001);
    const north = plane.project({ latitude: 10.1, longitude: 105 });
    const south = plane.project({ latitude: 10, longitude: 105 });
    expect(north?.[1]).toBeLessThan(south?.[1] ?? 0);
  });

  it('zooms around the place under the hand, never smaller than the whole', () => {
    const near = zoomed(WHOLE, 4, [100, 50], 400, 200);
    expect((100 - near.x) / near.k).toBeCloseTo(100);
    expect((50 - near.y) / near.k).toBeCloseTo(50);
    expect(zoomed(near, 0.001, [0, 0], 400, 200).k).toBe(1);
  });

  it('cannot be pushed out of sight', () => {
    expect(moved(WHOLE, 10_000, -10_000, 400, 200)).toEqual({ k: 1, x: 200, y: -100 });
  });

  it('brings a part to the middle', () => {
    const east = plane.shapes[1];
    const view = viewOf(east?.box ?? [0, 0, 1, 1], 400, 200);
    expect((east?.middle[0] ?? 0) * view.k + view.x).toBeCloseTo(200, 0);
  });

  it('writes no name over another, the chosen one first', () => {
    const wide = () => ({ width: 250, height: 10 });
    expect(placedLabels(plane.shapes, WHOLE, 400, 200, wide, 'east').map(({ shape }) => shape.code)).toEqual(['east']);
    expect(placedLabels(plane.shapes, WHOLE, 400, 200, () => ({ width: 20, height: 10 }))).toHaveLength(2);
  });
});
