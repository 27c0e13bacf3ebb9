import type { LayoutView } from '#contracts/http';
import { type Grid, gridOf, moveInto, type Preset, presetFor } from './presets.ts';

/** What stands on the wall, and every way to change it. Pure: the page keeps one of these in a reducer. */
export interface WallState {
  readonly grid: Grid;
  /** Index of the cell that keys and calls go to. */
  readonly selected: number;
  readonly enlarged: number | null;
  /** The saved layout that this came from. */
  readonly layoutId: string | null;
  /** Changed since it was saved or opened. */
  readonly dirty: boolean;
  /** What was there before the last changes, newest last. */
  readonly past: readonly Grid[];
}

export type WallAction =
  | { readonly type: 'preset'; readonly preset: Preset }
  | { readonly type: 'open'; readonly layout: LayoutView }
  | { readonly type: 'saved'; readonly layoutId: string }
  | { readonly type: 'place'; readonly cell: number; readonly cameraId: string }
  /** Into the selected cell when it is free, else the next free one, else the selected one. */
  | { readonly type: 'call'; readonly cameraId: string }
  | { readonly type: 'swap'; readonly from: number; readonly to: number }
  | { readonly type: 'clear'; readonly cell: number }
  | { readonly type: 'clearAll' }
  | { readonly type: 'pin'; readonly cell: number }
  | { readonly type: 'fill'; readonly cameraIds: readonly string[] }
  | { readonly type: 'tour'; readonly cameraIds: readonly string[] }
  | { readonly type: 'select'; readonly cell: number }
  | { readonly type: 'step'; readonly columns: number; readonly rows: number }
  | { readonly type: 'enlarge'; readonly cell: number | null }
  | { readonly type: 'undo' };

const MOST_PAST = 30;

export function emptyWall(): WallState {
  return { grid: gridOf('3x3'), selected: 0, enlarged: null, layoutId: null, dirty: false, past: [] };
}

export function wallReducer(state: WallState, action: WallAction): WallState {
  const { grid } = state;
  switch (action.type) {
    case 'preset':
      return { ...changed(state, moveInto(gridOf(action.preset), grid)), selected: 0, enlarged: null };
    case 'open': {
      const { columns, rows, cells, id } = action.layout;
      return { ...changed(state, { columns, rows, cells }), layoutId: id, dirty: false, selected: 0, enlarged: null };
    }
    case 'saved':
      return { ...state, layoutId: action.layoutId, dirty: false };
    case 'place':
      return { ...changed(state, withCamera(grid, action.cell, action.cameraId)), selected: action.cell };
    case 'call': {
      const shown = grid.cells.findIndex((cell) => cell.cameraId === action.cameraId);
      if (shown >= 0) return turnedTo(state, shown);
      const cell = cellForCall(state);
      return turnedTo(changed(state, withCamera(grid, cell, action.cameraId)), cell);
    }
    case 'swap': {
      const [from, to] = [grid.cells[action.from], grid.cells[action.to]];
      if (from === undefined || to === undefined || action.from === action.to) return state;
      const cells = grid.cells.map((cell, at) => {
        const other = at === action.from ? to : at === action.to ? from : undefined;
        return other === undefined ? cell : { ...cell, cameraId: other.cameraId, pinned: other.pinned };
      });
      return { ...changed(state, { ...grid, cells }), selected: action.to };
    }
    case 'clear':
      return changed(
        state,
        withCamera(grid, action.cell, null),
        state.enlarged === action.cell ? null : state.enlarged,
      );
    case 'clearAll':
      return changed(
        state,
        { ...grid, cells: grid.cells.map((cell) => ({ ...cell, cameraId: null, pinned: false })) },
        null,
      );
    case 'pin':
      return changed(state, {
        ...grid,
        cells: grid.cells.map((cell, at) => (at === action.cell ? { ...cell, pinned: !cell.pinned } : cell)),
      });
    case 'fill': {
      const target = gridOf(presetFor(Math.min(64, action.cameraIds.length)));
      const cells = target.cells.map((cell, at) => ({ ...cell, cameraId: action.cameraIds[at] ?? null }));
      return { ...changed(state, { ...target, cells }), selected: 0, enlarged: null };
    }
    case 'tour':
      return { ...state, grid: { ...grid, cells: toured(grid, action.cameraIds) } };
    case 'select':
      return { ...state, selected: clamp(action.cell, grid) };
    case 'step':
      return turnedTo(state, neighbour(state, action.columns, action.rows));
    case 'enlarge':
      return { ...state, enlarged: action.cell, selected: action.cell ?? state.selected };
    case 'undo': {
      const last = state.past.at(-1);
      if (last === undefined) return state;
      return {
        ...state,
        grid: last,
        past: state.past.slice(0, -1),
        dirty: true,
        selected: clamp(state.selected, last),
        enlarged: null,
      };
    }
  }
}

/** Selects a cell by key or call. While one is enlarged it is what is seen, so the enlargement goes along. */
function turnedTo(state: WallState, cell: number): WallState {
  const enlarged = state.enlarged === null || state.grid.cells[cell]?.cameraId === null ? null : cell;
  return { ...state, selected: cell, enlarged };
}

function changed(state: WallState, grid: Grid, enlarged = state.enlarged): WallState {
  return { ...state, grid, enlarged, dirty: true, past: [...state.past, state.grid].slice(-MOST_PAST) };
}

function withCamera(grid: Grid, at: number, cameraId: string | null): Grid {
  return {
    ...grid,
    cells: grid.cells.map((cell, index) =>
      index === at ? { ...cell, cameraId, pinned: cameraId === null ? false : cell.pinned } : cell,
    ),
  };
}

function cellForCall({ grid, selected }: WallState): number {
  if (grid.cells[selected]?.cameraId === null) return selected;
  const free = grid.cells.findIndex((cell) => cell.cameraId === null);
  if (free >= 0) return free;
  if (grid.cells[selected]?.pinned !== true) return selected;
  return Math.max(
    0,
    grid.cells.findIndex((cell) => !cell.pinned),
  );
}

function toured(grid: Grid, cameraIds: readonly string[]): Grid['cells'] {
  const pinned = new Set(grid.cells.flatMap((cell) => (cell.pinned && cell.cameraId !== null ? [cell.cameraId] : [])));
  const next = cameraIds.filter((id) => !pinned.has(id));
  let taken = 0;
  return grid.cells.map((cell) => {
    if (cell.pinned) return cell;
    const cameraId = next[taken] ?? null;
    taken += 1;
    return { ...cell, cameraId };
  });
}

/** The nearest cell in a direction, by centres; the same one at the edge. */
function neighbour({ grid, selected }: WallState, columns: number, rows: number): number {
  const from = grid.cells[selected];
  if (from === undefined) return 0;
  const [x, y] = centre(from);
  let best = selected;
  let bestDistance = Number.POSITIVE_INFINITY;
  grid.cells.forEach((cell, at) => {
    const [cx, cy] = centre(cell);
    const along = (cx - x) * columns + (cy - y) * rows;
    const across = Math.abs((cx - x) * rows) + Math.abs((cy - y) * columns);
    const distance = along + across * 2;
    if (along > 0.01 && distance < bestDistance) {
      best = at;
      bestDistance = distance;
    }
  });
  return best;
}

function centre(cell: Grid['cells'][number]): [number, number] {
  return [cell.column + cell.columnSpan / 2, cell.row + cell.rowSpan / 2];
}

function clamp(cell: number, grid: Grid): number {
  return Math.max(0, Math.min(grid.cells.length - 1, cell));
}
