import { describe, expect, it } from 'vitest';
import { layoutFor } from './index.ts';
import type { Answer, OutputShape } from './layout.ts';

/** Two pictures in a batch, of which only the second shows something: a box from (10, 20) to (30, 60) of class 1. */
const WIDTH = 64;
const HEIGHT = 64;
const BOX = { left: 10, top: 20, right: 30, bottom: 60 };
const CENTRE = [20, 40, 20, 40] as const;

function answer(classes: number, outputs: readonly (OutputShape & { values: Float32Array })[]): Answer {
  const data = new Map(outputs.map(({ name, values }) => [name, values]));
  return { width: WIDTH, height: HEIGHT, classes, outputs, data };
}

function tensor(
  name: string,
  dims: readonly number[],
  set: (put: (at: readonly number[], value: number) => void) => void,
) {
  const values = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
  set((at, value) => {
    values[at.reduce((index, place, which) => index * (dims[which] ?? 1) + place, 0)] = value;
  });
  return { name, dims, values };
}

const CASES: Readonly<Record<string, Answer>> = {
  // 64 × 64 has 64 + 16 + 4 cells; cell 9 of stride 8 lies at column 1, row 1.
  yolox: answer(2, [
    tensor('output', [2, 84, 7], (put) => {
      [20 / 8 - 1, 40 / 8 - 1, Math.log(20 / 8), Math.log(40 / 8), 0.9, 0.1, 0.8].forEach((value, column) => {
        put([1, 9, column], value);
      });
    }),
  ]),
  'yolo-columns': answer(2, [
    tensor('output0', [2, 6, 84], (put) => {
      [...CENTRE, 0.1, 0.72].forEach((value, row) => {
        put([1, row, 50], value);
      });
    }),
  ]),
  ssd: answer(2, [
    tensor('detection_boxes', [2, 10, 4], (put) => {
      [20 / 64, 10 / 64, 60 / 64, 30 / 64].forEach((value, side) => {
        put([1, 0, side], value);
      });
    }),
    tensor('detection_scores', [2, 10], (put) => put([1, 0], 0.72)),
    tensor('detection_classes', [2, 10], (put) => put([1, 0], 2)),
    tensor('num_detections', [2], (put) => put([1], 1)),
  ]),
  detr: answer(2, [
    tensor('logits', [2, 5, 2], (put) => {
      for (let query = 0; query < 10; query += 1) {
        for (const label of [0, 1]) put([Math.floor(query / 5), query % 5, label], -9);
      }
      put([1, 3, 1], Math.log(0.72 / 0.28));
    }),
    tensor('pred_boxes', [2, 5, 4], (put) => {
      for (const [which, value] of CENTRE.entries()) put([1, 3, which], value / 64);
    }),
  ]),
};

describe('a layout', () => {
  it.each(Object.entries(CASES))('%s is recognised, and its numbers are boxes of the right picture', (name, given) => {
    const layout = layoutFor(given, undefined);
    expect(layout.name).toBe(name);
    expect(layout.read(given, 0, 0.3)).toEqual([]);
    const found = layout.read(given, 1, 0.3);
    expect(found).toHaveLength(1);
    expect(found[0]?.classIndex).toBe(1);
    expect(found[0]?.score).toBeCloseTo(0.72, 4);
    for (const side of ['left', 'top', 'right', 'bottom'] as const) expect(found[0]?.[side]).toBeCloseTo(BOX[side], 3);
    expect(layout.read(given, 1, 0.75)).toEqual([]);
  });

  it('of the first DETR knows that its last class is nothing', () => {
    const logits = tensor('logits', [1, 2, 3], (put) => {
      for (const [query, ...values] of [
        [0, 1, 2, 9],
        [1, 0, 5, 1],
      ]) {
        for (const [label, value] of values.entries()) put([0, query ?? 0, label], value);
      }
    });
    const boxes = tensor('pred_boxes', [1, 2, 4], (put) => put([0, 1, 2], 0.5));
    const given = answer(2, [logits, boxes]);
    expect(layoutFor(given, 'detr').read(given, 0, 0.5)).toEqual([expect.objectContaining({ classIndex: 1 })]);
  });

  it('that is not known is refused in words, with what the model gives', () => {
    const graph = { width: 64, height: 64, outputs: [{ name: 'embedding', dims: [1, 512] }] };
    expect(() => layoutFor(graph, undefined)).toThrow('not understood: embedding [1, 512]; known are yolox, detr');
    expect(() => layoutFor(graph, 'ssd')).toThrow('the card says ssd');
  });
});
