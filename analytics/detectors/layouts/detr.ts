import { type Candidate, type Layout, type OutputShape, valuesOf } from './layout.ts';

/**
 * DETR and its relatives: `pred_boxes` [batch, queries, 4] as centre x, centre y, width and height in fractions of the
 * picture, and `logits` [batch, queries, classes]. A query gives one object, so nothing is to be suppressed. The first
 * DETR has one class more than the card, "no object", and scores by softmax; later ones score each class by itself.
 */
export const detr: Layout = {
  name: 'detr',
  suppress: false,
  fits: ({ outputs }) => partsOf(outputs) !== undefined,
  read(answer, at, threshold) {
    const parts = partsOf(answer.outputs);
    if (parts === undefined) return [];
    const boxes = valuesOf(answer, parts.boxes.name, at);
    const logits = valuesOf(answer, parts.logits.name, at);
    const width = parts.logits.dims[2] ?? 0;
    const found: Candidate[] = [];
    for (let query = 0; query * width < logits.length; query += 1) {
      const best = bestOfLogits(logits.subarray(query * width, (query + 1) * width), width > answer.classes);
      if (best.score < threshold) continue;
      const part = (which: number): number => boxes[query * 4 + which] ?? 0;
      const [centreX, centreY, halfWidth, halfHeight] = [part(0), part(1), part(2) / 2, part(3) / 2];
      found.push({
        ...best,
        left: (centreX - halfWidth) * answer.width,
        top: (centreY - halfHeight) * answer.height,
        right: (centreX + halfWidth) * answer.width,
        bottom: (centreY + halfHeight) * answer.height,
      });
    }
    return found;
  },
};

function partsOf(outputs: readonly OutputShape[]): { boxes: OutputShape; logits: OutputShape } | undefined {
  const [boxes, logits] = [/box/i, /logit|class|score/i].map((word) =>
    outputs.find(({ name, dims }) => word.test(name) && dims.length === 3),
  );
  if (boxes === undefined || logits === undefined || boxes === logits) return undefined;
  return boxes.dims[2] === 4 && boxes.dims[1] === logits.dims[1] ? { boxes, logits } : undefined;
}

/** `withNothing`: the last class is "no object", and the classes share one. */
function bestOfLogits(logits: Float32Array, withNothing: boolean): { classIndex: number; score: number } {
  let [classIndex, most] = [0, Number.NEGATIVE_INFINITY];
  const named = withNothing ? logits.length - 1 : logits.length;
  for (let index = 0; index < named; index += 1) {
    const logit = logits[index] ?? 0;
    if (logit > most) [classIndex, most] = [index, logit];
  }
  if (!withNothing) return { classIndex, score: 1 / (1 + Math.exp(-most)) };
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  return { classIndex, score: 1 / sum };
}
