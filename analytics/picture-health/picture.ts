/** What the checks see of a picture: small, so that a look costs little and noise averages out. Pure. */
export interface Picture {
  /** Brightness, 0 to 255, `WIDTH` × `HEIGHT`, row by row. */
  readonly luma: Uint8Array;
  /** Differences of brightness to the right and downwards, −255 to 255, as many as `luma`. */
  readonly across: Int16Array;
  readonly down: Int16Array;
  /** Mean brightness, 0 to 255. */
  readonly mean: number;
  /** As bright as the brightest hundredth of the picture, 0 to 255. */
  readonly bright: number;
  /** Fine detail: mean second difference of brightness at twice the size. */
  readonly detail: number;
  /** Coarse structure: mean difference of brightness at a quarter of the size. */
  readonly structure: number;
  /** Mean difference between the colour channels, 0 to 255; next to nothing under infra-red light. */
  readonly colour: number;
}

/** Pixels; any picture is stretched to it. */
export const WIDTH = 160;
export const HEIGHT = 90;
export const PIXELS = WIDTH * HEIGHT;
/** The size that `readPicture` takes. */
export const SOURCE_WIDTH = 2 * WIDTH;
export const SOURCE_HEIGHT = 2 * HEIGHT;

/** Side of the cells that a picture is divided into, pixels, and how many there are. */
export const CELL = 10;
export const CELLS_ACROSS = WIDTH / CELL;
export const CELLS = CELLS_ACROSS * (HEIGHT / CELL);

/** `rgb`: three bytes a pixel, `SOURCE_WIDTH` × `SOURCE_HEIGHT`. Throws `RangeError` for another size. */
export function readPicture(rgb: Uint8Array): Picture {
  if (rgb.byteLength !== SOURCE_WIDTH * SOURCE_HEIGHT * 3) throw new RangeError('the picture has another size');
  const { fine, colour } = brightness(rgb);
  const luma = halve(fine);
  const { across, down } = differences(luma);
  let sum = 0;
  const counts = new Uint32Array(256);
  for (const value of luma) {
    sum += value;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return {
    luma,
    across,
    down,
    mean: sum / PIXELS,
    bright: brightest(counts),
    detail: detailOf(fine),
    structure: structureOf(across, down),
    colour,
  };
}

/** BT.601, as the pictures of cameras are. */
function brightness(rgb: Uint8Array): { fine: Float32Array; colour: number } {
  const count = SOURCE_WIDTH * SOURCE_HEIGHT;
  const fine = new Float32Array(count);
  let spread = 0;
  for (let at = 0; at < count; at += 1) {
    const red = rgb[3 * at] ?? 0;
    const green = rgb[3 * at + 1] ?? 0;
    const blue = rgb[3 * at + 2] ?? 0;
    fine[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
    spread += Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return { fine, colour: spread / count };
}

function halve(fine: Float32Array): Uint8Array {
  const luma = new Uint8Array(PIXELS);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const at = 2 * y * SOURCE_WIDTH + 2 * x;
      const below = at + SOURCE_WIDTH;
      const sum = (fine[at] ?? 0) + (fine[at + 1] ?? 0) + (fine[below] ?? 0) + (fine[below + 1] ?? 0);
      luma[y * WIDTH + x] = Math.round(sum / 4);
    }
  }
  return luma;
}

function differences(luma: Uint8Array): { across: Int16Array; down: Int16Array } {
  const across = new Int16Array(PIXELS);
  const down = new Int16Array(PIXELS);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const at = y * WIDTH + x;
      const here = luma[at] ?? 0;
      if (x + 1 < WIDTH) across[at] = (luma[at + 1] ?? 0) - here;
      if (y + 1 < HEIGHT) down[at] = (luma[at + WIDTH] ?? 0) - here;
    }
  }
  return { across, down };
}

function brightest(counts: Uint32Array): number {
  let above = 0;
  for (let value = 255; value > 0; value -= 1) {
    above += counts[value] ?? 0;
    if (above >= PIXELS / 100) return value;
  }
  return 0;
}

function detailOf(fine: Float32Array): number {
  let sum = 0;
  for (let y = 1; y < SOURCE_HEIGHT - 1; y += 1) {
    for (let x = 1; x < SOURCE_WIDTH - 1; x += 1) {
      const at = y * SOURCE_WIDTH + x;
      const around =
        (fine[at - 1] ?? 0) + (fine[at + 1] ?? 0) + (fine[at - SOURCE_WIDTH] ?? 0) + (fine[at + SOURCE_WIDTH] ?? 0);
      sum += Math.abs(4 * (fine[at] ?? 0) - around);
    }
  }
  return sum / ((SOURCE_WIDTH - 2) * (SOURCE_HEIGHT - 2));
}

/** The mean of differences over a square is the difference of the picture averaged so: no second picture is needed. */
const SQUARE = 5;
function structureOf(across: Int16Array, down: Int16Array): number {
  let sum = 0;
  for (let top = 0; top < HEIGHT; top += SQUARE) {
    for (let left = 0; left < WIDTH; left += SQUARE) {
      let [x, y] = [0, 0];
      for (let at = top * WIDTH + left; at < (top + SQUARE) * WIDTH; at += WIDTH) {
        for (let i = at; i < at + SQUARE; i += 1) {
          x += across[i] ?? 0;
          y += down[i] ?? 0;
        }
      }
      sum += Math.hypot(x, y);
    }
  }
  return sum / PIXELS;
}
