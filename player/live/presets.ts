import type { LayoutCell, LayoutInput } from '#contracts/http';

/** The grids that a wall can have, and how cameras move from one to another. Pure. */

export type Grid = Pick<LayoutInput, 'columns' | 'rows' | 'cells'>;

export const PRESETS = ['1', '2x2', '3x3', '1+5', '4x4', '1+7', '5x5', '6x6', '7x7', '8x8'] as const;
export type Preset = (typeof PRESETS)[number];

/** One large cell at the top left and small ones around it: spans of the large one, by preset. */
const AROUND: Partial<Record<Preset, { side: number; span: number }>> = {
  '1+5': { side: 3, span: 2 },
  '1+7': { side: 4, span: 3 },
};

export function gridOf(preset: Preset): Grid {
  const around = AROUND[preset];
  const side = around?.side ?? Number(preset.split('x')[0]);
  const cells: LayoutCell[] = [];
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const span = around?.span ?? 1;
      const inLarge = row < span && column < span;
      if (inLarge && (row > 0 || column > 0) && span > 1) continue;
      const size = inLarge ? span : 1;
      cells.push({ column, row, columnSpan: size, rowSpan: size, cameraId: null, pinned: false });
    }
  }
  return { columns: side, rows: side, cells };
}

/** The preset that this grid has the shape of, or `null` for a free one. */
export function presetOf(grid: Grid): Preset | null {
  return PRESETS.find((preset) => sameShape(gridOf(preset), grid)) ?? null;
}

function sameShape(a: Grid, b: Grid): boolean {
  return (
    a.columns === b.columns &&
    a.rows === b.rows &&
    a.cells.length === b.cells.length &&
    a.cells.every((cell, at) => {
      const other = b.cells[at];
      return (
        other !== undefined &&
        cell.column === other.column &&
        cell.row === other.row &&
        cell.columnSpan === other.columnSpan &&
        cell.rowSpan === other.rowSpan
      );
    })
  );
}

/** The same cameras in another grid, in reading order; what finds no place is left out. */
export function moveInto(grid: Grid, from: Grid): Grid {
  const cameras = from.cells.filter((cell) => cell.cameraId !== null);
  return {
    ...grid,
    cells: grid.cells.map((cell, at) => ({
      ...cell,
      cameraId: cameras[at]?.cameraId ?? null,
      pinned: cameras[at]?.pinned ?? false,
    })),
  };
}

/** The smallest square preset with at least `count` cells. */
export function presetFor(count: number): Preset {
  const squares: readonly Preset[] = ['1', '2x2', '3x3', '4x4', '5x5', '6x6', '7x7', '8x8'];
  return squares.find((preset) => gridOf(preset).cells.length >= count) ?? '8x8';
}
