import { describe, expect, it } from 'vitest';
import type { Picture } from '../detectors/model.ts';
import { isMasked, maskOf } from './masks.ts';
import { inWhole, isCutOff, lumaOf, pictureFor, windowFor } from './picture.ts';

const MODEL = { width: 416, height: 416, resize: 'letterbox' as const };

function draw(width: number, height: number, colour: (x: number, y: number) => readonly number[]): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) pixels.set(colour(x, y), (y * width + x) * 3);
  }
  return { width, height, pixels };
}
const at = ({ width, pixels }: Picture, x: number, y: number): number[] => [
  ...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
/** Tells where it is. */
const map = draw(640, 360, (x, y) => [x >> 2, y >> 1, 7]);

it('makes a small grey picture of any size', () => {
  const luma = lumaOf(draw(640, 360, (x) => (x < 320 ? [200, 200, 200] : [0, 80, 0])));
  expect(luma).toMatchObject({ width: 160, height: 90 });
  expect([luma.bytes[0], luma.bytes[79], luma.bytes[80], luma.bytes.at(-1)]).toEqual([200, 200, 50, 50]);
  expect(lumaOf(draw(100, 60, () => [9, 9, 9]))).toMatchObject({ width: 100, height: 60 });
  expect(lumaOf(draw(641, 363, () => [9, 9, 9])).bytes.every((byte) => byte === 9)).toBe(true);
});

describe('the window', () => {
  const near = [{ left: 0.7, top: 0.2, width: 0.1, height: 0.3 }];
  const window = windowFor(map, MODEL, near);

  it('has the size of the model, as far as the picture goes, around what is looked at', () => {
    expect(window).toEqual({ left: 224, top: 0, width: 416, height: 360 });
    expect(windowFor(map, { width: 320, height: 320 }, near)).toEqual({ left: 320, top: 0, width: 320, height: 320 });
  });

  it('is the whole picture where that is not enough, and where nothing is named', () => {
    const whole = { left: 0, top: 0, width: 640, height: 360 };
    expect(windowFor(map, MODEL, [...near, { left: 0, top: 0, width: 0.1, height: 0.1 }])).toEqual(whole);
    expect(windowFor(map, MODEL, [])).toEqual(whole);
    expect(windowFor({ width: 300, height: 200 }, MODEL, near)).toEqual({ ...whole, width: 300, height: 200 });
  });

  it('is cut out as it is', () => {
    const cut = pictureFor(map, window, MODEL);
    expect(cut).toMatchObject({ width: 416, height: 360 });
    expect(at(cut, 0, 0)).toEqual(at(map, 224, 0));
    expect(at(cut, 415, 359)).toEqual(at(map, 639, 359));
  });

  it('has boxes that mean the same in the whole picture, and those that it cuts', () => {
    const box = { left: 0.25, top: 0.5, width: 0.5, height: 0.25 };
    const whole = inWhole(box, window, map);
    expect(whole.left).toBeCloseTo((224 + 104) / 640, 6);
    expect([whole.top, whole.height]).toEqual([0.5, 0.25]);
    expect(isCutOff(box, window, map)).toBe(false);
    expect(isCutOff({ ...box, left: 0.002 }, window, map)).toBe(true);
    // Here the picture itself ends.
    expect(isCutOff({ ...box, left: 0.6, width: 0.4 }, window, map)).toBe(false);
  });
});

it('makes the whole picture smaller where it must be', () => {
  const whole = { left: 0, top: 0, width: 640, height: 360 };
  const small = pictureFor(map, whole, MODEL);
  expect(small).toMatchObject({ width: 416, height: 234 });
  for (const [x, y] of [
    [3, 3],
    [200, 100],
    [400, 230],
  ] as const) {
    const [red = 0, green = 0] = at(small, x, y);
    expect(Math.abs(red - (x * 640) / 416 / 4)).toBeLessThan(1.5);
    expect(Math.abs(green - (y * 360) / 234 / 2)).toBeLessThan(1.5);
  }
  const tiny = pictureFor(map, whole, { ...MODEL, width: 64, height: 64 });
  expect(tiny).toMatchObject({ width: 64, height: 36 });
  expect(Math.abs((at(tiny, 32, 18)[0] ?? 0) - 80)).toBeLessThan(3);
});

it('gives a model that stretches exactly its size', () => {
  const window = { left: 0, top: 0, width: 640, height: 360 };
  const stretched = pictureFor(map, window, { width: 352, height: 352, resize: 'stretch' });
  expect(stretched).toMatchObject({ width: 352, height: 352 });
  expect(stretched.pixels).toHaveLength(352 * 352 * 3);
});

it('knows what is masked', () => {
  const masks = [
    [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
      [0, 1],
    ],
  ] as const;
  expect([isMasked(masks, [0.2, 0.9]), isMasked(masks, [0.7, 0.1])]).toEqual([true, false]);
  expect([...(maskOf(masks, 4, 1) ?? [])]).toEqual([1, 1, 0, 0]);
  expect(maskOf([], 4, 1)).toBeUndefined();
});
