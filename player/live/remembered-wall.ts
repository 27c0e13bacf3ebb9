import type { LayoutCell } from '#contracts/http';
import { emptyWall, type WallState } from './wall-state.ts';

const MOST_SIDE = 16;
const MOST_CELLS = 64;

const keyOf = (userId: string): string => `tamnhin.wall.${userId}`;

export function readWall(userId: string): WallState {
  try {
    return wallOf(JSON.parse(localStorage.getItem(keyOf(userId)) ?? ''));
  } catch {
    return emptyWall();
  }
}

export function rememberWall(userId: string, { grid, layoutId, dirty }: WallState): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify({ ...grid, layoutId, dirty }));
  } catch {
    // Storage is full or forbidden: the wall is remembered by its saved layout at least.
  }
}

/**
 * What stood on this person's wall when the page was left, kept in this browser. Checked by hand: the first picture
 * waits for all that this file needs.
 */
export function wallOf(kept: unknown): WallState {
  const { columns, rows, cells, layoutId, dirty } = fieldsOf(kept);
  if (!Array.isArray(cells) || cells.length === 0 || cells.length > MOST_CELLS) throw new TypeError('no cells');
  const grid = {
    columns: whole(columns, 1, MOST_SIDE),
    rows: whole(rows, 1, MOST_SIDE),
    cells: cells.map((cell: unknown) => cellOf(cell)),
  };
  return { ...emptyWall(), grid, layoutId: textOrNull(layoutId), dirty: dirty === true };
}

function cellOf(kept: unknown): LayoutCell {
  const { column, row, columnSpan, rowSpan, cameraId, pinned } = fieldsOf(kept);
  return {
    column: whole(column, 0, MOST_SIDE - 1),
    row: whole(row, 0, MOST_SIDE - 1),
    columnSpan: whole(columnSpan ?? 1, 1, MOST_SIDE),
    rowSpan: whole(rowSpan ?? 1, 1, MOST_SIDE),
    cameraId: textOrNull(cameraId),
    pinned: pinned === true,
  };
}

function fieldsOf(kept: unknown): Readonly<Record<string, unknown>> {
  if (typeof kept !== 'object' || kept === null) throw new TypeError('not an object');
  return Object.fromEntries(Object.entries(kept));
}

function whole(kept: unknown, least: number, most: number): number {
  if (typeof kept !== 'number' || !Number.isInteger(kept) || kept < least || kept > most) {
    throw new TypeError(`not a whole number from ${least} to ${most}`);
  }
  return kept;
}

function textOrNull(kept: unknown): string | null {
  return typeof kept === 'string' ? kept : null;
}
