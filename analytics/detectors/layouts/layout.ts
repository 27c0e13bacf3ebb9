/** How a family of models says what it has seen. One file for each, in the list of `index.ts`. */
export interface Layout {
  readonly name: string;
  /** Whether a graph with this input and these outputs speaks so. What fits several is told by the card. */
  fits(graph: GraphShape): boolean;
  /** Whether several boxes are given for one object, of which the best is to be kept. */
  readonly suppress: boolean;
  /**
   * What was seen in picture `at` of the batch with a score of at least `threshold`, in any order. `outputs` has all
   * that the graph gives, by name.
   */
  read(answer: Answer, at: number, threshold: number): Candidate[];
}

export interface GraphShape {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly outputs: readonly OutputShape[];
}
export interface OutputShape {
  readonly name: string;
  /** Batch first; −1 where the graph leaves it open. */
  readonly dims: readonly number[];
}

export interface Answer extends GraphShape {
  /** Classes that the card names. */
  readonly classes: number;
  readonly data: ReadonlyMap<string, Float32Array>;
}

/** In pixels of the model's input. */
export interface Candidate {
  readonly classIndex: number;
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The values of picture `at` of one output, whatever the size of the batch. */
export function valuesOf(answer: Answer, name: string, at: number): Float32Array {
  const values = answer.data.get(name);
  if (values === undefined) throw new Error(`the model gave no output ${name}`);
  const dims = answer.outputs.find((output) => output.name === name)?.dims ?? [];
  const length = dims.slice(1).reduce((product, dim) => product * dim, 1);
  return values.subarray(at * length, (at + 1) * length);
}

/** The best class of those at `from`…`from + count − 1`, `step` apart; `score` is −1 where there is none. */
export function bestOf(
  values: Float32Array,
  from: number,
  count: number,
  step = 1,
): { classIndex: number; score: number } {
  let [classIndex, score] = [0, -1];
  for (let index = 0; index < count; index += 1) {
    const value = values[from + index * step] ?? 0;
    if (value > score) [classIndex, score] = [index, value];
  }
  return { classIndex, score };
}
