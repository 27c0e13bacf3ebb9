import { bestOf, type Candidate, type GraphShape, type Layout, valuesOf } from './layout.ts';

/**
 * NanoDet: for each stride one output of class scores [batch, cells, classes] and one of distances
 * [batch, cells, 4 × bins] to the four sides, each a distribution over its bins (generalised focal loss).
 */
export const nanodet: Layout = {
  name: 'nanodet',
  suppress: true,
  fits: (graph) => pairsOf(graph) !== undefined,
  read(answer, at, threshold) {
    const found: Candidate[] = [];
    for (const { stride, scores, distances, classes, bins } of pairsOf(answer) ?? []) {
      const scoreValues = valuesOf(answer, scores, at);
      const distanceValues = valuesOf(answer, distances, at);
      const columns = Math.ceil(answer.width / stride);
      for (let cell = 0; cell * classes < scoreValues.length; cell += 1) {
        const { classIndex, score } = bestOf(scoreValues, cell * classes, classes);
        if (score < threshold) continue;
        const side = (index: number): number => expectation(distanceValues, (cell * 4 + index) * bins, bins) * stride;
        const centreX = ((cell % columns) + 0.5) * stride;
        const centreY = (Math.floor(cell / columns) + 0.5) * stride;
        found.push({
          classIndex,
          score,
          left: centreX - side(0),
          top: centreY - side(1),
          right: centreX + side(2),
          bottom: centreY + side(3),
        });
      }
    }
    return found;
  },
};

interface Pair {
  readonly stride: number;
  readonly scores: string;
  readonly distances: string;
  readonly classes: number;
  readonly bins: number;
}

const STRIDES = [8, 16, 32, 64];

/** Outputs of one number of cells belong together; the one with the distances is known by its name, else by its size. */
function pairsOf({ width, height, outputs }: GraphShape): readonly Pair[] | undefined {
  if (outputs.length < 2 || outputs.length % 2 !== 0) return undefined;
  const pairs: Pair[] = [];
  for (const stride of STRIDES) {
    const cells = Math.ceil(width / stride) * Math.ceil(height / stride);
    const of = outputs.filter(({ dims }) => dims.length === 3 && dims[1] === cells);
    const [distances] = of.filter(({ name, dims }) => /dis|reg|box/i.test(name) && (dims[2] ?? 0) % 4 === 0);
    const [scores] = of.filter((output) => output !== distances);
    if (distances === undefined || scores === undefined) continue;
    const [classes, bins] = [scores.dims[2] ?? 0, (distances.dims[2] ?? 0) / 4];
    pairs.push({ stride, scores: scores.name, distances: distances.name, classes, bins });
  }
  return pairs.length * 2 === outputs.length ? pairs : undefined;
}

/** Mean of a distribution that is given by its logits. */
function expectation(values: Float32Array, from: number, bins: number): number {
  let [sum, weighted, most] = [0, 0, Number.NEGATIVE_INFINITY];
  for (let bin = 0; bin < bins; bin += 1) most = Math.max(most, values[from + bin] ?? 0);
  for (let bin = 0; bin < bins; bin += 1) {
    const weight = Math.exp((values[from + bin] ?? 0) - most);
    sum += weight;
    weighted += weight * bin;
  }
  return weighted / sum;
}
