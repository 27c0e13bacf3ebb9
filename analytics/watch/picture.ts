import type { Box } from '#contracts/detection';
import type { Picture } from '../detectors/model.ts';

/** Small pictures for the gate, and windows for the detector; all of it runs for each frame, so nothing is resampled that need not be. */

/** Pixels; places within a picture. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Pixels of width that the gate needs to see a person at the far end of a yard. */
const LUMA_WIDTH = 160;

/** Brightness of squares of whole pixels; what is left over at the right and lower edge belongs to none. */
export function lumaOf({ width, height, pixels }: Picture): Luma {
  const { side, columns, rows } = lumaGrid(width, height);
  const bytes = new Uint8Array(columns * rows);
  // Every other pixel of every other row of a square tells nearly the same as all.
  const step = side >= 4 ? 2 : 1;
  const each = Math.ceil(side / step) ** 2;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (let y = row * side; y < (row + 1) * side; y += step) {
        const line = y * width;
        for (let x = column * side; x < (column + 1) * side; x += step) {
          const at = (line + x) * 3;
          sum += 2 * (pixels[at] ?? 0) + 5 * (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0);
        }
      }
      bytes[row * columns + column] = sum / (8 * each);
    }
  }
  return { width: columns, height: rows, bytes };
}

/** The size of what `lumaOf` gives, and the side of its squares. */
export function lumaGrid(width: number, height: number): { side: number; columns: number; rows: number } {
  const side = Math.max(1, Math.round(width / LUMA_WIDTH));
  return { side, columns: Math.max(1, Math.floor(width / side)), rows: Math.max(1, Math.floor(height / side)) };
}

/** Boxes are looked at with what is around them: a share of their own size, and of the picture. */
const MARGIN = 0.25;
const LEAST_MARGIN = 0.04;

/**
 * Where to look so that all of `boxes` is seen: a window of the model's size, or as much of it as the picture has. The
 * whole picture where they do not fit, or where there are none.
 */
export function windowFor(picture: Size, model: Size, boxes: readonly Box[]): Window {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const width = Math.min(picture.width, model.width);
  const height = Math.min(picture.height, model.height);
  if (boxes.length === 0 || (width === picture.width && height === picture.height)) return whole;
  const sides = boxes.map((box) => {
    const [x, y] = [Math.max(LEAST_MARGIN, MARGIN * box.width), Math.max(LEAST_MARGIN, MARGIN * box.height)];
    return {
      left: Math.max(0, box.left - x),
      right: Math.min(1, box.left + box.width + x),
      top: Math.max(0, box.top - y),
      bottom: Math.min(1, box.top + box.height + y),
    };
  });
  const left = Math.min(...sides.map((side) => side.left)) * picture.width;
  const right = Math.max(...sides.map((side) => side.right)) * picture.width;
  const top = Math.min(...sides.map((side) => side.top)) * picture.height;
  const bottom = Math.max(...sides.map((side) => side.bottom)) * picture.height;
  if (right - left > width || bottom - top > height) return whole;
  return {
    left: placeOf((left + right) / 2, width, picture.width),
    top: placeOf((top + bottom) / 2, height, picture.height),
    width,
    height,
  };
}

type Size = Pick<Picture, 'width' | 'height'>;

const placeOf = (middle: number, length: number, of: number): number =>
  Math.round(Math.min(of - length, Math.max(0, middle - length / 2)));

/** A copy of a window, made smaller where it does not fit into the model; of exactly the model's size if it stretches. */
export function pictureFor(
  picture: Picture,
  window: Window,
  model: Size & { readonly resize: 'letterbox' | 'stretch' },
): Picture {
  const fits = window.width <= model.width && window.height <= model.height;
  const same = window.width === model.width && window.height === model.height;
  const cut = cutOf(picture, window);
  if (same || (fits && model.resize === 'letterbox')) return cut;
  if (model.resize === 'stretch') return scaled(cut, model.width, model.height);
  const scale = Math.min(model.width / window.width, model.height / window.height);
  return scaled(cut, Math.max(1, Math.floor(window.width * scale)), Math.max(1, Math.floor(window.height * scale)));
}

function cutOf(picture: Picture, { left, top, width, height }: Window): Picture {
  if (width === picture.width && height === picture.height) return { width, height, pixels: picture.pixels.slice() };
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const from = ((top + y) * picture.width + left) * 3;
    pixels.set(picture.pixels.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, pixels };
}

/** Between the four nearest pixels; halved first as often as that would leave pixels out. */
function scaled(picture: Picture, width: number, height: number): Picture {
  if (picture.width >= 2 * width && picture.height >= 2 * height) return scaled(halved(picture), width, height);
  const pixels = new Uint8Array(width * height * 3);
  const columns = Array.from({ length: width }, (_, x) => between(x, width, picture.width));
  for (let y = 0, to = 0; y < height; y += 1) {
    const row = between(y, height, picture.height);
    const [upper, lower] = [row.first * picture.width, row.second * picture.width];
    for (const { first, second, share } of columns) {
      const [a, b, c, d] = [(upper + first) * 3, (upper + second) * 3, (lower + first) * 3, (lower + second) * 3];
      for (let channel = 0; channel < 3; channel += 1, to += 1) {
        const above = mix(picture.pixels[a + channel] ?? 0, picture.pixels[b + channel] ?? 0, share);
        const below = mix(picture.pixels[c + channel] ?? 0, picture.pixels[d + channel] ?? 0, share);
        pixels[to] = mix(above, below, row.share) + 0.5;
      }
    }
  }
  return { width, height, pixels };
}

const mix = (one: number, other: number, share: number): number => one + (other - one) * share;

/** The two pixels that the middle of pixel `at` of `length` lies between, of `from`. */
function between(at: number, length: number, from: number): { first: number; second: number; share: number } {
  const place = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / length - 0.5));
  const first = Math.floor(place);
  return { first, second: Math.min(from - 1, first + 1), share: place - first };
}

function halved(picture: Picture): Picture {
  const [width, height] = [Math.floor(picture.width / 2), Math.floor(picture.height / 2)];
  const pixels = new Uint8Array(width * height * 3);
  const line = picture.width * 3;
  for (let y = 0, to = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 3; channel += 1, to += 1) {
        const at = 2 * y * line + 6 * x + channel;
        const { pixels: from } = picture;
        pixels[to] =
          ((from[at] ?? 0) + (from[at + 3] ?? 0) + (from[at + line] ?? 0) + (from[at + line + 3] ?? 0) + 2) >> 2;
      }
    }
  }
  return { width, height, pixels };
}

/** What is in a window as shares of it, as shares of the whole picture. */
export function inWhole(box: Box, window: Window, picture: Size): Box {
  return {
    left: (window.left + box.left * window.width) / picture.width,
    top: (window.top + box.top * window.height) / picture.height,
    width: (box.width * window.width) / picture.width,
    height: (box.height * window.height) / picture.height,
  };
}

/** Shares of a window: a box that comes so near to its edge goes on behind it. */
const EDGE = 0.01;

/** Whether only a part of the object is in the window; it ends at the picture's own edge too, but there is no more of it. */
export function isCutOff(box: Box, window: Window, picture: Size): boolean {
  return (
    (box.left < EDGE && window.left > 0) ||
    (box.top < EDGE && window.top > 0) ||
    (box.left + box.width > 1 - EDGE && window.left + window.width < picture.width) ||
    (box.top + box.height > 1 - EDGE && window.top + window.height < picture.height)
  );
}
