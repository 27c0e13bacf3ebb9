/**
 * A clock that a program can read from a picture: a row of black and white cells at the bottom left. From left to right
 * a white marker, 24 bits of the wall clock in units of 10 ms (lowest first), one bit that makes the number of white bits
 * odd, and a black marker. It goes round every 46 hours, and survives any encoder that keeps a black from a white cell.
 *
 * No imports, and `readClockStrip` calls nothing else of this file: a browser test sends its text into the page.
 */
export interface ClockStripGeometry {
  /** Pixels of the picture. */
  readonly left: number;
  readonly top: number;
  readonly cell: number;
}

export const CLOCK_STRIP_BITS = 24;
export const CLOCK_STRIP_UNIT_MS = 10;
/** Both markers, the bits, and the parity. */
export const CLOCK_STRIP_CELLS = CLOCK_STRIP_BITS + 3;

/** Where our scenes have it in a picture of this size. */
export function clockStripGeometry(width: number, height: number): ClockStripGeometry {
  const cell = Math.floor(width / 64);
  return { left: 0, top: height - cell, cell };
}

/**
 * Units of 10 ms modulo 2^24, or `null` where no valid strip is. `pixels` are RGBA, row by row, `width` × `height` of
 * them; `geometry` in the same pixels, also for a picture that was scaled (fractions are fine).
 */
export function readClockStrip(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  geometry: ClockStripGeometry,
): number | null {
  const bits = 24;
  const { left, top, cell } = geometry;
  let value = 0;
  let whites = 0;
  for (let index = 0; index < bits + 3; index += 1) {
    // The middle half of the cell: its edges are blurred by chroma, scaling and the encoder.
    let sum = 0;
    let count = 0;
    for (let y = Math.floor(top + cell / 4); y < Math.max(top + (cell * 3) / 4, top + cell / 4 + 1); y += 1) {
      for (
        let x = Math.floor(left + cell * (index + 0.25));
        x < Math.max(left + cell * (index + 0.75), left + cell * (index + 0.25) + 1);
        x += 1
      ) {
        if (x < 0 || y < 0 || x >= width || y >= height) return null;
        const at = (y * width + x) * 4;
        sum += 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
        count += 1;
      }
    }
    const luma = count === 0 ? 127 : sum / count;
    if (luma > 90 && luma < 165) return null;
    const white = luma >= 165;
    if (index === 0 && !white) return null;
    if (index === bits + 2 && white) return null;
    if (index > 0 && index <= bits + 1 && white) {
      whites += 1;
      if (index <= bits) value += 2 ** (index - 1);
    }
  }
  return whites % 2 === 1 ? value : null;
}

/** ms from the moment in the strip to `nowMs`; negative where the strip is ahead. Right within ±23 hours. */
export function clockStripAgeMs(units: number, nowMs: number): number {
  const round = 2 ** CLOCK_STRIP_BITS * CLOCK_STRIP_UNIT_MS;
  const age = (((nowMs - units * CLOCK_STRIP_UNIT_MS) % round) + round) % round;
  return age > round / 2 ? age - round : age;
}

/** FFmpeg filters that draw the strip. The time base must be the wall clock: `t` in seconds since 1970. */
export function clockStripFilters(width: number, height: number): string {
  const { left, top, cell } = clockStripGeometry(width, height);
  // Half of a thousandth, because a sum of binary fractions may fall just short of the unit that it stands for.
  const units = 'floor(t*100+0.0005)';
  const bit = (index: number): string => `mod(floor(${units}/${2 ** index}),2)`;
  const cells = Array.from({ length: CLOCK_STRIP_BITS }, (_, index) => bit(index));
  const parity = `eq(mod(${cells.join('+')},2),0)`;
  const box = (index: number, colour: string, when?: string): string =>
    `drawbox=x=${left + index * cell}:y=${top}:w=${cell}:h=${cell}:color=${colour}:t=fill${when === undefined ? '' : `:enable='${when}'`}`;
  return [
    `drawbox=x=${left}:y=${top - 2}:w=${cell * CLOCK_STRIP_CELLS}:h=${cell + 2}:color=black:t=fill`,
    box(0, 'white'),
    ...cells.map((when, index) => box(index + 1, 'white', when)),
    box(CLOCK_STRIP_BITS + 1, 'white', parity),
  ].join(',');
}
