import { bestOf, type Candidate, type GraphShape, type Layout, valuesOf } from './layout.ts';

/** YOLOX without its decoding in the graph: [batch, cells, 4 + 1 + classes], cells of strides 8, 16 and 32 row by row. */
export const yolox: Layout = {
  name: 'yolox',
  suppress: true,
  fits(graph) {
    const [output, ...more] = graph.outputs;
    if (output === undefined || more.length > 0 || output.dims.length !== 3) return false;
    return output.dims[1] === cellsOf(graph).length && (output.dims[2] ?? 0) > 5;
  },
  read(answer, at, threshold) {
    const [output] = answer.outputs;
    if (output === undefined) return [];
    const values = valuesOf(answer, output.name, at);
    const width = output.dims[2] ?? 0;
    const found: Candidate[] = [];
    for (const [index, { x, y, stride }] of cellsOf(answer).entries()) {
      const from = index * width;
      const object = values[from + 4] ?? 0;
      if (object < threshold) continue;
      const { classIndex, score } = bestOf(values, from + 5, width - 5);
      if (object * score < threshold) continue;
      const centreX = ((values[from] ?? 0) + x) * stride;
      const centreY = ((values[from + 1] ?? 0) + y) * stride;
      const halfWidth = (Math.exp(values[from + 2] ?? 0) * stride) / 2;
      const halfHeight = (Math.exp(values[from + 3] ?? 0) * stride) / 2;
      found.push({
        classIndex,
        score: object * score,
        left: centreX - halfWidth,
        top: centreY - halfHeight,
        right: centreX + halfWidth,
        bottom: centreY + halfHeight,
      });
    }
    return found;
  },
};

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly stride: number;
}
const grids = new Map<string, readonly Cell[]>();

function cellsOf({ width, height }: Pick<GraphShape, 'width' | 'height'>): readonly Cell[] {
  const key = `${width}×${height}`;
  let cells = grids.get(key);
  if (cells === undefined) {
    cells = [8, 16, 32].flatMap((stride) =>
      Array.from({ length: Math.floor(height / stride) * Math.floor(width / stride) }, (_, at) => {
        const columns = Math.floor(width / stride);
        return { x: at % columns, y: Math.floor(at / columns), stride };
      }),
    );
    grids.set(key, cells);
  }
  return cells;
}
