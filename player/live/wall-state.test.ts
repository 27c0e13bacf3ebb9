import { describe, expect, it } from 'vitest';
import { gridOf, moveInto, PRESETS, presetFor, presetOf } from './presets.ts';
import { emptyWall, type WallAction, type WallState, wallReducer } from './wall-state.ts';

function wallAfter(...actions: readonly WallAction[]): WallState {
  return actions.reduce(wallReducer, emptyWall());
}
const cameras = (state: WallState): (string | null)[] => state.grid.cells.map((cell) => cell.cameraId);

describe('presets', () => {
  it.each(PRESETS)('%s covers its grid without gap or overlap, and is recognised', (preset) => {
    const grid = gridOf(preset);
    const area = grid.cells.reduce((sum, cell) => sum + cell.columnSpan * cell.rowSpan, 0);
    expect(area).toBe(grid.columns * grid.rows);
    expect(grid.cells.length).toBeLessThanOrEqual(64);
    expect(presetOf(grid)).toBe(preset);
  });

  it('has one large cell and five or seven small ones', () => {
    expect(gridOf('1+5').cells).toHaveLength(6);
    expect(gridOf('1+7').cells).toHaveLength(8);
  });

  it('takes the cameras along in reading order and fits a count', () => {
    const from = {
      ...gridOf('2x2'),
      cells: gridOf('2x2').cells.map((cell, at) => ({ ...cell, cameraId: at === 1 ? null : `c${at}` })),
    };
    expect(
      moveInto(gridOf('3x3'), from)
        .cells.map((cell) => cell.cameraId)
        .slice(0, 4),
    ).toEqual(['c0', 'c2', 'c3', null]);
    expect([1, 2, 4, 5, 10, 17, 64, 65].map(presetFor)).toEqual(['1', '2x2', '2x2', '3x3', '4x4', '5x5', '8x8', '8x8']);
  });
});

describe('wall', () => {
  it('calls a camera into the selected free cell, then the next free one, and only selects one that is shown', () => {
    const state = wallAfter(
      { type: 'preset', preset: '2x2' },
      { type: 'select', cell: 2 },
      { type: 'call', cameraId: 'a' },
      { type: 'call', cameraId: 'b' },
    );
    expect(cameras(state)).toEqual(['b', null, 'a', null]);
    const again = wallReducer(state, { type: 'call', cameraId: 'a' });
    expect(again.selected).toBe(2);
    expect(cameras(again)).toEqual(cameras(state));
  });

  it('turns the enlarged cell to the camera that is called, and to the neighbour, or back to the wall at a free one', () => {
    const state = wallAfter(
      { type: 'fill', cameraIds: ['a', 'b', 'c'] },
      { type: 'enlarge', cell: 0 },
      { type: 'call', cameraId: 'c' },
    );
    expect(state).toMatchObject({ selected: 2, enlarged: 2 });
    expect(wallReducer(state, { type: 'step', columns: 0, rows: -1 })).toMatchObject({ selected: 0, enlarged: 0 });
    expect(wallReducer(state, { type: 'step', columns: 1, rows: 0 })).toMatchObject({ selected: 3, enlarged: null });
  });

  it('never calls over a pinned cell while another can be had', () => {
    const full = wallAfter(
      { type: 'fill', cameraIds: ['a', 'b', 'c', 'd'] },
      { type: 'pin', cell: 0 },
      { type: 'select', cell: 0 },
    );
    expect(cameras(wallReducer(full, { type: 'call', cameraId: 'x' }))).toEqual(['a', 'x', 'c', 'd']);
  });

  it('leads a tour around the pinned cells', () => {
    const state = wallAfter(
      { type: 'fill', cameraIds: ['a', 'b', 'c', 'd'] },
      { type: 'pin', cell: 1 },
      { type: 'tour', cameraIds: ['b', 'e', 'f', 'g', 'h'] },
    );
    expect(cameras(state)).toEqual(['e', 'b', 'f', 'g']);
  });

  it('moves the selection to the neighbour that lies in the direction of the key', () => {
    const large = wallAfter({ type: 'preset', preset: '1+5' });
    const right = wallReducer(large, { type: 'step', columns: 1, rows: 0 });
    expect(large.grid.cells[right.selected]).toMatchObject({ column: 2 });
    expect(wallReducer(right, { type: 'step', columns: 1, rows: 0 }).selected).toBe(right.selected);
    expect(wallReducer(right, { type: 'step', columns: -1, rows: 0 }).selected).toBe(0);
  });

  it('swaps two cells, undoes it, and undoes nothing when nothing was done', () => {
    const filled = wallAfter({ type: 'fill', cameraIds: ['a', 'b'] });
    const swapped = wallReducer(filled, { type: 'swap', from: 0, to: 3 });
    expect(cameras(swapped)).toEqual([null, 'b', null, 'a']);
    expect(cameras(wallReducer(swapped, { type: 'undo' }))).toEqual(['a', 'b', null, null]);
    expect(wallReducer(emptyWall(), { type: 'undo' })).toEqual(emptyWall());
  });
});
