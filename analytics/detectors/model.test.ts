import { describe, expect, it } from 'vitest';
import type { Candidate } from './layouts/layout.ts';
import { createModel } from './model.ts';
import { COCO_CLASSES, modelCardSchema } from './model-card.ts';
import { kinOfClasses, suppress } from './suppress.ts';

const graph = { width: 64, height: 64, outputs: [{ name: 'output', dims: [1, 84, 85] }] };
const card = (input: object = {}) =>
  modelCardSchema.parse({
    ...{ name: 'small', licence: 'none', sha256: '0'.repeat(64), classes: COCO_CLASSES },
    input: { channels: 'BGR', ...input },
  });

describe('a picture for a model', () => {
  const picture = { width: 2, height: 1, pixels: Uint8Array.from([10, 20, 30, 40, 50, 60]) };

  it('lies at the top left, in its channels, with padding around', () => {
    const model = createModel(card(), graph);
    const input = new Float32Array(2 * model.inputLength).fill(-1);
    model.prepare(picture, input, model.inputLength);
    const plane = 64 * 64;
    const at = (channel: number, index: number) => input[model.inputLength + channel * plane + index];
    expect([at(0, 0), at(1, 0), at(2, 0)]).toEqual([30, 20, 10]);
    expect([at(0, 1), at(1, 1), at(2, 1)]).toEqual([60, 50, 40]);
    expect([at(0, 2), at(1, 64), at(2, plane - 1)]).toEqual([114, 114, 114]);
    expect(input.subarray(0, model.inputLength).every((value) => value === -1)).toBe(true);
  });

  it('has mean and scale of each channel taken off, also of the padding', () => {
    const model = createModel(card({ channels: 'RGB', mean: [10, 0, 0], scale: [2, 4, 1], padding: 0 }), graph);
    const input = new Float32Array(model.inputLength);
    model.prepare(picture, input, 0);
    const plane = 64 * 64;
    expect([input[0], input[plane], input[2 * plane]]).toEqual([0, 5, 30]);
    expect(input[2]).toBe(-5);
  });

  it('that is too large is refused', () => {
    const model = createModel(card(), graph);
    const large = { width: 65, height: 1, pixels: new Uint8Array(195) };
    expect(() => model.prepare(large, new Float32Array(model.inputLength), 0)).toThrow('65×1 does not fit in 64×64');
  });
});

describe('boxes of one object', () => {
  const label = (name: string): number => COCO_CLASSES.indexOf(name);
  const box = (name: string, score: number, left: number): Candidate => ({
    ...{ classIndex: label(name), score, left, top: 0, right: left + 100, bottom: 100 },
  });
  const kept = (...boxes: Candidate[]) =>
    suppress(boxes, kinOfClasses(COCO_CLASSES)).map(({ classIndex, score }) => [COCO_CLASSES[classIndex], score]);

  it('are one: a person twice, a van that is car and truck', () => {
    expect(kept(box('person', 0.5, 0), box('person', 0.9, 20))).toEqual([['person', 0.9]]);
    expect(kept(box('truck', 0.5, 0), box('car', 0.6, 5))).toEqual([['car', 0.6]]);
  });

  it('of two objects stay two: beside each other, and a person on a motorcycle', () => {
    expect(kept(box('person', 0.9, 0), box('person', 0.8, 60))).toHaveLength(2);
    expect(kept(box('car', 0.9, 0), box('truck', 0.8, 30))).toHaveLength(2);
    expect(kept(box('person', 0.9, 0), box('motorcycle', 0.8, 0))).toHaveLength(2);
  });
});
