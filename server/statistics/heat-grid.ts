import { HEAT_COLUMNS, HEAT_ROWS, type SeenScene } from '#contracts/statistics';

/** Seconds, here ms, that moving objects stood in each cell of a picture; row by row. */
export type HeatGrid = Float32Array;

/** Two pictures that are farther apart say nothing of the time between them. ms */
const MOST_STEP_MS = 5000;

export const emptyGrid = (): HeatGrid => new Float32Array(HEAT_COLUMNS * HEAT_ROWS);

/**
 * Adds the time since the scene before where each object stands: the middle of the lower edge of its box. What does not
 * move is not added: a parked car would burn a hole into every map. Until it is known to stand it was counted.
 */
export function addScene(grid: HeatGrid, scene: SeenScene, beforeMs: number): boolean {
  const stepMs = Math.min(MOST_STEP_MS, scene.atMs - beforeMs);
  if (stepMs <= 0) return false;
  let added = false;
  for (const { box, seen, stationarySinceMs } of scene.tracks) {
    if (!seen || stationarySinceMs !== null) continue;
    const column = cellOf(box.left + box.width / 2, HEAT_COLUMNS);
    const row = cellOf(box.top + box.height, HEAT_ROWS);
    const at = row * HEAT_COLUMNS + column;
    grid[at] = (grid[at] ?? 0) + stepMs;
    added = true;
  }
  return added;
}

/** Feet may stand on the very edge, and boxes reach over it. */
function cellOf(share: number, cells: number): number {
  return Math.min(cells - 1, Math.max(0, Math.floor(share * cells)));
}

export function addGrid(to: HeatGrid, more: HeatGrid): void {
  for (let at = 0; at < to.length; at += 1) to[at] = (to[at] ?? 0) + (more[at] ?? 0);
}

export function toBytes(grid: HeatGrid): Uint8Array {
  const view = new DataView(new ArrayBuffer(grid.length * 4));
  for (const [at, value] of grid.entries()) view.setFloat32(at * 4, value, true);
  return new Uint8Array(view.buffer);
}

/** Of another size: it was made by another version, and nothing of it can be placed. */
export function fromBytes(bytes: Uint8Array): HeatGrid {
  const grid = emptyGrid();
  if (bytes.byteLength !== grid.length * 4) return grid;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return grid.map((_, at) => view.getFloat32(at * 4, true));
}
