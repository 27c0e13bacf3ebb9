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
  if (same || (fits && model.resize === 'letterbox')) return cutOf(picture, window);
  const cut = isAll(picture, window) ? picture : cutOf(picture, window);
  if (model.resize === 'stretch') return scaled(cut, model.width, model.height);
  const scale = Math.min(model.width / window.width, model.height / window.height);
  return scaled(cut, Math.max(1, Math.floor(window.width * scale)), Math.max(1, Math.floor(window.height * scale)));
}

const isAll = (picture: Picture, { width, height }: Window): boolean =>
  width === picture.width && height === picture.height;

function cutOf(picture: Picture, window: Window): Picture {
  const { left, top, width, height } = window;
  if (isAll(picture, window)) return { width, height, pixels: picture.pixels.slice() };
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
  const { pixels: from } = picture;
  const pixels = new Uint8Array(width * height * 3);
  const columns = placesBetween(width, picture.width);
  const rows = placesBetween(height, picture.height);
  for (let y = 0, to = 0; y < height; y += 1) {
    const upper = (rows.first[y] ?? 0) * picture.width * 3;
    const lower = (rows.second[y] ?? 0) * picture.width * 3;
    const down = rows.share[y] ?? 0;
    for (let x = 0; x < width; x += 1) {
      const left = (columns.first[x] ?? 0) * 3;
      const right = (columns.second[x] ?? 0) * 3;
      const across = columns.share[x] ?? 0;
      // Shares of the four, of 65536 in all: whole numbers, of which 255 times as much fits into 32 bits.
      const lowerRight = across * down;
      const lowerLeft = (ONE - across) * down;
      const upperRight = across * (ONE - down);
      const upperLeft = (ONE - across) * (ONE - down);
      for (let channel = 0; channel < 3; channel += 1, to += 1) {
        pixels[to] =
          ((from[upper + left + channel] ?? 0) * upperLeft +
            (from[upper + right + channel] ?? 0) * upperRight +
            (from[lower + left + channel] ?? 0) * lowerLeft +
            (from[lower + right + channel] ?? 0) * lowerRight +
            HALF) >>
          16;
      }
    }
  }
  return { width, height, pixels };
}

const ONE = 256;
const HALF = 1 << 15;

/** For each of `length` pixels the two of `from` that its middle lies between, and the share of the second, of 256. */
function placesBetween(length: number, from: number) {
  const [first, second, share] = [new Int32Array(length), new Int32Array(length), new Int32Array(length)];
  for (let at = 0; at < length; at += 1) {
    const place = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / length - 0.5));
    const before = Math.floor(place);
    first[at] = before;
    second[at] = Math.min(from - 1, before + 1);
    share[at] = Math.round((place - before) * ONE);
  }
  return { first, second, share };
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
