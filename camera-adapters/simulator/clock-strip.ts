/**
 * Wall-clock that a program can read off a picture: a row of cells at its bottom left, so that the age of what somebody
 * sees can be measured at the very end, in the browser. White and black for reference, then 24 bits, the highest first,
 * of the time in units of 10 ms modulo 2^24 (it comes round after 46 hours). Pure.
 */
export const CELL = 8;
const BITS = 24;
const CELLS = BITS + 2;
const UNIT_MS = 10;
const ROUND = 2 ** BITS;

/** Smallest difference of the two reference cells, of 255, at which there is a strip at all. */
const LEAST_CONTRAST = 80;
/** A bit this near to the middle, as part of the contrast, was lost in compression. */
const DOUBT = 0.15;

/** FFmpeg filters that draw the strip; the time stamp `t` must be seconds since 1970, see `onWallClock`. */
export function clockStripFilter(): string {
  const box = (cell: number, cells: number, colour: string, enable?: string): string =>
    `drawbox=x=${cell * CELL}:y=ih-${CELL}:w=${cells * CELL}:h=${CELL}:c=${colour}:t=fill${enable === undefined ? '' : `:enable='${enable}'`}`;
  const bits = Array.from({ length: BITS }, (_, index) =>
    box(2 + index, 1, 'white', `mod(floor(t*${1000 / UNIT_MS}/${2 ** (BITS - 1 - index)}),2)`),
  );
  return [box(0, CELLS, 'black'), box(0, 1, 'white'), ...bits].join(',');
}

/**
 * Puts `filters` on the wall-clock and gives back small time stamps at `fps`. The clock is read once for each picture:
 * bits that were each read from the clock could belong to two moments.
 */
export function onWallClock(filters: string, fps: number): string {
  return `settb=1/1000000,setpts=RTCTIME,${filters},setpts=N*1000000/${fps}`;
}

/** The time on a picture (RGBA, its own size), in units of 10 ms modulo 2^24; `null` where there is no strip to read. */
export function readClockStrip(pixels: Uint8ClampedArray, width: number, height: number): number | null {
  if (width < CELLS * CELL || height < CELL || pixels.length < width * height * 4) return null;
  const white = brightness(pixels, width, height, 0);
  const black = brightness(pixels, width, height, 1);
  const contrast = white - black;
  if (contrast < LEAST_CONTRAST) return null;
  let units = 0;
  for (let bit = 0; bit < BITS; bit += 1) {
    const level = (brightness(pixels, width, height, 2 + bit) - black) / contrast;
    if (Math.abs(level - 0.5) < DOUBT) return null;
    units = units * 2 + (level > 0.5 ? 1 : 0);
  }
  return units;
}

/** ms from the moment on the strip to `nowMs`; negative when the strip is ahead. Right within ±23 hours. */
export function ageMs(units: number, nowMs: number): number {
  const age = (((nowMs / UNIT_MS - units) % ROUND) + ROUND) % ROUND;
  return Math.round((age < ROUND / 2 ? age : age - ROUND) * UNIT_MS);
}

/** Mean of the middle of a cell; its edges are smeared by compression. */
function brightness(pixels: Uint8ClampedArray, width: number, height: number, cell: number): number {
  let sum = 0;
  for (let y = height - CELL + 2; y < height - 2; y += 1) {
    for (let x = cell * CELL + 2; x < (cell + 1) * CELL - 2; x += 1) {
      const at = (y * width + x) * 4;
      sum += ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0)) / 3;
    }
  }
  return sum / (CELL - 4) ** 2;
}
