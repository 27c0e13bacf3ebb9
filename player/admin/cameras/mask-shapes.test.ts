import { describe, expect, it } from 'vitest';
import { privacyMaskSchema } from '#contracts/camera';
import {
  begin,
  historyAfter,
  type Masks,
  middleOf,
  moved,
  rectangle,
  starter,
  withMask,
  withPointAdded,
  withPointAt,
  withPointRemoved,
} from './mask-shapes.ts';

const one: Masks = withMask([], 'cửa sổ', rectangle([0.2, 0.2], [0.4, 0.6]) ?? []);
const pointsOf = (masks: Masks) => masks[0]?.points ?? [];

describe('masks', () => {
  it('begin as rectangles that the server takes, each beside the last', () => {
    let masks: Masks = [];
    for (let at = 0; at < 8; at += 1) masks = withMask(masks, `${at}`, starter(masks));
    for (const mask of masks) expect(privacyMaskSchema.safeParse(mask).success).toBe(true);
    expect(masks[0]?.points).not.toEqual(masks[1]?.points);
    expect(rectangle([0.5, 0.5], [0.51, 0.9])).toBeUndefined();
    expect(rectangle([0.9, 0.9], [1.4, -3])).toEqual([
      [0.9, 0.9],
      [1, 0.9],
      [1, 0],
      [0.9, 0],
    ]);
  });

  it('keep their points inside of the picture, and their form when they are moved against its edge', () => {
    expect(pointsOf(withPointAt(one, 0, 1, [1.7, -0.2]))[1]).toEqual([1, 0]);
    expect(pointsOf(moved(one, 0, [0.9, -0.9]))).toEqual([
      [0.8, 0],
      [1, 0],
      [1, 0.4],
      [0.8, 0.4],
    ]);
  });

  it('get points between two, and keep three', () => {
    expect(middleOf(pointsOf(one), 3)).toEqual([0.2, 0.4]);
    expect(pointsOf(withPointAdded(one, 0, 3))).toHaveLength(5);
    let masks = one;
    for (let at = 0; at < 5; at += 1) masks = withPointRemoved(masks, 0, 0);
    expect(pointsOf(masks)).toHaveLength(3);
    for (let at = 0; at < 40; at += 1) masks = withPointAdded(masks, 0, 0);
    expect(pointsOf(masks)).toHaveLength(32);
  });
});

describe('undo', () => {
  it('takes back one gesture at a time, and gives it again', () => {
    let history = begin(one);
    for (let at = 1; at <= 5; at += 1) {
      history = historyAfter(history, { kind: 'change', to: (m) => moved(m, 0, [0.01, 0]), gesture: 'drag 1' });
    }
    const dragged = history.now;
    history = historyAfter(history, { kind: 'change', to: (m) => withPointAdded(m, 0, 0) });
    history = historyAfter(history, { kind: 'undo' });
    expect(history.now).toEqual(dragged);
    history = historyAfter(history, { kind: 'undo' });
    expect(history.now).toBe(one);
    expect(historyAfter(history, { kind: 'undo' })).toBe(history);
    history = historyAfter(history, { kind: 'redo' });
    expect(history.now).toEqual(dragged);
    history = historyAfter(history, { kind: 'change', to: () => [] });
    expect(historyAfter(history, { kind: 'redo' })).toBe(history);
  });
});
