import type { Box } from '#contracts/detection';

/** Cells that touch, also by a corner or over one empty cell, are one region. */
const REACH = 2;
/** Less is a leaf. */
const LEAST_CELLS = 3;
const MOST_REGIONS = 12;

/** Boxes around the cells that are not 0, as fractions of the grid; largest first. */
export function regionsOf(cells: Uint8Array, columns: number, rows: number): readonly Box[] {
  const left = Uint8Array.from(cells);
  const found: { box: Box; cells: number }[] = [];
  for (const [start, value] of left.entries()) {
    if (value === 0) continue;
    left[start] = 0;
    const open = [start];
    let [x0, y0, x1, y1, count] = [columns, rows, 0, 0, 0];
    for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
      const [x, y] = [cell % columns, Math.floor(cell / columns)];
      [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x + 1), Math.max(y1, y + 1)];
      count += 1;
      for (let otherY = Math.max(0, y - REACH); otherY <= Math.min(rows - 1, y + REACH); otherY += 1) {
        for (let otherX = Math.max(0, x - REACH); otherX <= Math.min(columns - 1, x + REACH); otherX += 1) {
          const other = otherY * columns + otherX;
          if ((left[other] ?? 0) === 0) continue;
          left[other] = 0;
          open.push(other);
        }
      }
    }
    if (count < LEAST_CELLS) continue;
    const box = { left: x0 / columns, top: y0 / rows, width: (x1 - x0) / columns, height: (y1 - y0) / rows };
    found.push({ box, cells: count });
  }
  return found
    .sort((a, b) => b.cells - a.cells)
    .slice(0, MOST_REGIONS)
    .map(({ box }) => box);
}
