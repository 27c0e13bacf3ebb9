import { describe, expect, it } from 'vitest';
import { type Polygon, polygonSchema } from '#contracts/shapes';
import { type Cut, cutOut, isInside } from './cut-out.ts';

/** Places all over the picture, none on a side of what is cut here. */
const places = Array.from({ length: 40 * 40 }, (_, at): [number, number] => [
  ((at % 40) + 0.503) / 40,
  (Math.floor(at / 40) + 0.507) / 40,
]);
const within = ([x, y]: [number, number], { left, top, right, bottom }: Cut) =>
  x > left && x < right && y > top && y < bottom;

const SQUARE: Polygon = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.8, 0.8],
  [0.2, 0.8],
];
const NOTCHED: Polygon = [
  [0.1, 0.1],
  [0.9, 0.15],
  [0.6, 0.5],
  [0.95, 0.9],
  [0.15, 0.85],
];

describe('cutting a box out of an area', () => {
  it.each<[string, Polygon | null, Cut]>([
    ['a corner', SQUARE, { left: 0.6, top: 0.1, right: 0.95, bottom: 0.4 }],
    ['a bite of a side', SQUARE, { left: 0.35, top: 0.6, right: 0.55, bottom: 0.9 }],
    ['a whole side', SQUARE, { left: 0.1, top: 0.1, right: 0.9, bottom: 0.4 }],
    ['a hole', SQUARE, { left: 0.4, top: 0.4, right: 0.6, bottom: 0.5 }],
    ['a hole in the whole picture', null, { left: 0.4, top: 0.4, right: 0.6, bottom: 0.5 }],
    ['a corner of the picture', null, { left: 0, top: 0.7, right: 0.3, bottom: 1 }],
    ['a side that lies on the border', SQUARE, { left: 0.2, top: 0.3, right: 0.4, bottom: 0.5 }],
    ['a corner of what is notched', NOTCHED, { left: 0.05, top: 0.6, right: 0.4, bottom: 0.95 }],
    ['a hole in what is notched', NOTCHED, { left: 0.25, top: 0.4, right: 0.45, bottom: 0.6 }],
    ['nothing', SQUARE, { left: 0, top: 0, right: 0.1, bottom: 0.1 }],
  ])('%s', (_, area, cut) => {
    for (const given of area === null ? [null] : [area, [...area].reverse()]) {
      const left = cutOut(given, cut);
      expect(polygonSchema.safeParse(left)).toMatchObject({ success: true });
      const wrong = places.filter(
        (place) => isInside(place, left ?? []) !== ((area === null || isInside(place, area)) && !within(place, cut)),
      );
      expect(wrong).toEqual([]);
    }
  });

  it('gives nothing where nothing would be left, or two pieces', () => {
    expect(cutOut(SQUARE, { left: 0.1, top: 0.1, right: 0.9, bottom: 0.9 })).toBeUndefined();
    expect(cutOut(SQUARE, { left: 0.4, top: 0.1, right: 0.6, bottom: 0.9 })).toBeUndefined();
    expect(cutOut(null, { left: 0, top: 0, right: 1, bottom: 1 })).toBeUndefined();
  });
});
