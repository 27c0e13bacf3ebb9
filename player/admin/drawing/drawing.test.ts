import { describe, expect, it } from 'vitest';
import { crossingSides, lineSchema, polygonSchema, turn } from '#contracts/shapes';
import { begin, historyAfter } from './history.ts';
import {
  forwardArrow,
  middleOf,
  moved,
  type Points,
  rectangle,
  starterArea,
  starterLine,
  withPointAdded,
  withPointAt,
  withPointRemoved,
} from './shapes.ts';

const square: Points = rectangle([0.2, 0.2], [0.4, 0.6]) ?? [];

describe('shapes', () => {
  it('begin as what the server takes, each beside the last', () => {
    for (let number = 0; number < 8; number += 1) {
      expect(polygonSchema.safeParse(starterArea(number)).success).toBe(true);
      expect(lineSchema.safeParse(starterLine(number)).success).toBe(true);
    }
    expect(starterArea(0)).not.toEqual(starterArea(1));
    expect(rectangle([0.5, 0.5], [0.51, 0.9])).toBeUndefined();
    expect(rectangle([0.9, 0.9], [1.4, -3])).toEqual([
      [0.9, 0.9],
      [1, 0.9],
      [1, 0],
      [0.9, 0],
    ]);
  });

  it('keep their points inside of the picture, and their form when they are moved against its edge', () => {
    expect(withPointAt(square, 1, [1.7, -0.2])[1]).toEqual([1, 0]);
    expect(moved(square, [0.9, -0.9])).toEqual([
      [0.8, 0],
      [1, 0],
      [1, 0.4],
      [0.8, 0.4],
    ]);
  });

  it('get points between two, and keep what they need', () => {
    expect(middleOf(square, 3)).toEqual([0.2, 0.4]);
    expect(withPointAdded(square, 3)).toHaveLength(5);
    let points = square;
    for (let at = 0; at < 5; at += 1) points = withPointRemoved(points, 0, 3);
    expect(points).toHaveLength(3);
    for (let at = 0; at < 40; at += 1) points = withPointAdded(points, 0);
    expect(points).toHaveLength(32);
  });

  it('name the sides that cross', () => {
    const hourglass: Points = [
      [0.2, 0.2],
      [0.8, 0.2],
      [0.2, 0.8],
      [0.8, 0.8],
    ];
    expect(crossingSides(hourglass)).toEqual([1, 3]);
    expect(crossingSides(square)).toEqual([]);
  });

  it('of a line point forward to its right, square on its longest piece as it is seen', () => {
    const line: Points = [
      [0.1, 0.5],
      [0.2, 0.5],
      [0.8, 0.7],
    ];
    const [from, to] = forwardArrow(line, 16 / 9) ?? [
      [0, 0],
      [0, 0],
    ];
    expect(from.map((share) => Math.round(share * 1000))).toEqual([500, 600]);
    expect(turn([0.2, 0.5], [0.8, 0.7], to)).toBeGreaterThan(0);
    const seen = (to[0] - from[0]) * (16 / 9) * 0.6 * (16 / 9) + (to[1] - from[1]) * 0.2;
    expect(seen).toBeCloseTo(0, 6);
    expect(forwardArrow([[0.1, 0.1]], 1)).toBeUndefined();
  });
});

describe('undo', () => {
  it('takes back one gesture at a time, and gives it again', () => {
    let history = begin(square);
    for (let at = 1; at <= 5; at += 1) {
      history = historyAfter(history, { kind: 'change', to: (p) => moved(p, [0.01, 0]), gesture: 'drag 1' });
    }
    const dragged = history.now;
    history = historyAfter(history, { kind: 'change', to: (p) => withPointAdded(p, 0) });
    history = historyAfter(history, { kind: 'undo' });
    expect(history.now).toEqual(dragged);
    history = historyAfter(history, { kind: 'undo' });
    expect(history.now).toBe(square);
    expect(historyAfter(history, { kind: 'undo' })).toBe(history);
    history = historyAfter(history, { kind: 'redo' });
    expect(history.now).toEqual(dragged);
    history = historyAfter(history, { kind: 'change', to: () => [] });
    expect(historyAfter(history, { kind: 'redo' })).toBe(history);
  });
});
