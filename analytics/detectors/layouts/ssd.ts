import { type Candidate, type Layout, type OutputShape, valuesOf } from './layout.ts';

/**
 * SSD with its suppression in the graph, as TensorFlow's detection models give it: boxes [batch, n, 4] as top, left,
 * bottom, right in fractions of the picture, scores [batch, n], classes [batch, n] from 1, and how many count [batch].
 */
export const ssd: Layout = {
  name: 'ssd',
  suppress: false,
  fits: ({ outputs }) => partsOf(outputs) !== undefined,
  read(answer, at, threshold) {
    const parts = partsOf(answer.outputs);
    if (parts === undefined) return [];
    const [boxes, scores, classes] = [parts.boxes, parts.scores, parts.classes].map((name) =>
      valuesOf(answer, name, at),
    );
    if (boxes === undefined || scores === undefined || classes === undefined) return [];
    const count = parts.count === undefined ? scores.length : (answer.data.get(parts.count)?.[at] ?? 0);
    const found: Candidate[] = [];
    for (let index = 0; index < Math.min(count, scores.length); index += 1) {
      const score = scores[index] ?? 0;
      if (score < threshold) continue;
      const side = (which: number, pixels: number): number => (boxes[index * 4 + which] ?? 0) * pixels;
      found.push({
        classIndex: (classes[index] ?? 0) - 1,
        score,
        left: side(1, answer.width),
        top: side(0, answer.height),
        right: side(3, answer.width),
        bottom: side(2, answer.height),
      });
    }
    return found;
  },
};

function partsOf(outputs: readonly OutputShape[]) {
  const named = (word: RegExp, dims: number): string | undefined =>
    outputs.find((output) => word.test(output.name) && output.dims.length === dims)?.name;
  const boxes = named(/boxes/i, 3);
  const scores = named(/scores/i, 2);
  const classes = named(/classes/i, 2);
  if (boxes === undefined || scores === undefined || classes === undefined) return undefined;
  return { boxes, scores, classes, count: named(/num/i, 1) };
}
