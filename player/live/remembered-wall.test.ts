import { describe, expect, it } from 'vitest';
import { wallOf } from './remembered-wall.ts';
import { emptyWall } from './wall-state.ts';

const CELL = { column: 0, row: 0, columnSpan: 2, rowSpan: 1, cameraId: 'a', pinned: true };

describe('a remembered wall', () => {
  it('comes back as it was kept', () => {
    const { grid } = emptyWall();
    const kept = { ...grid, cells: [CELL, ...grid.cells.slice(1)], layoutId: 'l1', dirty: true };
    expect(wallOf(JSON.parse(JSON.stringify(kept)))).toEqual({
      ...emptyWall(),
      grid: { ...grid, cells: kept.cells },
      layoutId: 'l1',
      dirty: true,
    });
  });

  it.each([
    ['nothing', null],
    ['no cells', { columns: 2, rows: 2, cells: [] }],
    ['more columns than there are', { columns: 17, rows: 2, cells: [CELL] }],
    ['a cell without a place', { columns: 2, rows: 2, cells: [{ ...CELL, column: undefined }] }],
    ['half a cell', { columns: 2, rows: 2, cells: [{ ...CELL, rowSpan: 1.5 }] }],
    ['65 cells', { columns: 16, rows: 16, cells: Array.from({ length: 65 }, () => CELL) }],
  ])('is not taken from %s', (_, kept) => expect(() => wallOf(kept)).toThrow(TypeError));
});
