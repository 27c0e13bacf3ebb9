import { expect, it } from 'vitest';
import { chooseTargets } from './muxer.ts';

it.each([
  ['a group of one second', 1000, 200, 12, { segmentSeconds: 1, partMs: 220 }],
  ['a group a little longer', 1040, 200, 12, { segmentSeconds: 1, partMs: 220 }],
  ['a group of a second and a half', 1500, 200, 12, { segmentSeconds: 2, partMs: 220 }],
  ['a group not seen to its end yet', 0, 200, 12, { segmentSeconds: 2, partMs: 220 }],
  ['a group longer than a third of the ring', 14_000, 200, 12, { segmentSeconds: 4, partMs: 220 }],
  ['the smallest ring', 14_000, 200, 4, { segmentSeconds: 1, partMs: 220 }],
  ['single pictures', 1000, 40, 12, { segmentSeconds: 1, partMs: 220 }],
  ['two fragments in a part', 1000, 100, 12, { segmentSeconds: 1, partMs: 220 }],
  ['fragments of which one and a half would fit', 1000, 133, 12, { segmentSeconds: 1, partMs: 293 }],
  ['a picture each second', 1000, 1000, 12, { segmentSeconds: 1, partMs: 1000 }],
  ['a picture every third second', 3000, 3000, 12, { segmentSeconds: 3, partMs: 3000 }],
])('targets for %s', (_, longestGroupMs, longestFragmentMs, ringSeconds, targets) => {
  expect(chooseTargets({ longestGroupMs, longestFragmentMs }, { ringSeconds, partMs: 200 })).toEqual(targets);
});
