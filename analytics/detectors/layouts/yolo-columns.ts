import { bestOf, type Candidate, type Layout, valuesOf } from './layout.ts';

/**
 * YOLOv8 and its successors: [batch, 4 + classes, cells], decoded in the graph. Columns are cells: centre x, centre y,
 * width and height in pixels, then a score for each class.
 */
export const yoloColumns: Layout = {
  name: 'yolo-columns',
  suppress: true,
  fits({ outputs }) {
    const [output, ...more] = outputs;
    if (output === undefined || more.length > 0 || output.dims.length !== 3) return false;
    const [, rows = 0, columns = 0] = output.dims;
    return rows > 4 && columns > rows * 4;
  },
  read(answer, at, threshold) {
    const [output] = answer.outputs;
    if (output === undefined) return [];
    const values = valuesOf(answer, output.name, at);
    const [, rows = 0, columns = 0] = output.dims;
    const found: Candidate[] = [];
    for (let cell = 0; cell < columns; cell += 1) {
      const { classIndex, score } = bestOf(values, 4 * columns + cell, rows - 4, columns);
      if (score < threshold) continue;
      const part = (row: number): number => values[row * columns + cell] ?? 0;
      const [centreX, centreY, halfWidth, halfHeight] = [part(0), part(1), part(2) / 2, part(3) / 2];
      found.push({
        classIndex,
        score,
        left: centreX - halfWidth,
        top: centreY - halfHeight,
        right: centreX + halfWidth,
        bottom: centreY + halfHeight,
      });
    }
    return found;
  },
};
