import { expect, it } from 'vitest';
import { askFor, type CellFacts } from './cell-policy.ts';

const SMALL: CellFacts = {
  widthPx: 480,
  heightPx: 270,
  visible: 1,
  documentHidden: false,
  hasSub: true,
  enlarged: false,
  selected: false,
  pinned: false,
  cells: 9,
};

it.each<[string, Partial<CellFacts>, string]>([
  ['a small cell', {}, 'sub'],
  ['a large cell of few', { widthPx: 1200, cells: 4 }, 'main'],
  ['a large cell of many', { widthPx: 1200, cells: 9 }, 'sub'],
  ['an enlarged cell', { enlarged: true }, 'main'],
  ['a camera without a sub-stream', { hasSub: false }, 'main'],
  ['a cell out of sight', { visible: 0 }, 'stills'],
  ['a window behind others', { documentHidden: true, enlarged: true }, 'stills'],
])('%s', (_, facts, quality) => {
  expect(askFor({ ...SMALL, ...facts }).quality).toBe(quality);
});

it('gives up what is looked at last', () => {
  const order = [{ visible: 0 }, { visible: 0.5 }, {}, { pinned: true }, { selected: true }, { enlarged: true }];
  const priorities = order.map((facts) => askFor({ ...SMALL, ...facts }).priority);
  expect(priorities).toEqual([...priorities].sort((a, b) => a - b));
  expect(new Set(priorities).size).toBe(priorities.length);
});
