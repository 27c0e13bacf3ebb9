import { bestOf, type Candidate, type Layout, valuesOf } from './layout.ts';

/** FastestDet: one grid, [batch, 1 + 4 + classes, rows, columns]: objectness, box in fractions of the picture, classes. */
export const fastestdet: Layout = {
  name: 'fastestdet',
  suppress: true,
  fits({ outputs }) {
    const [output, ...more] = outputs;
    return output !== undefined && more.length === 0 && output.dims.length === 4 && (output.dims[1] ?? 0) > 5;
  },
  read(answer, at, threshold) {
    const [output] = answer.outputs;
    if (output === undefined) return [];
    const values = valuesOf(answer, output.name, at);
    const [, channels = 0, rows = 0, columns = 0] = output.dims;
    const plane = rows * columns;
    const found: Candidate[] = [];
    for (let cell = 0; cell < plane; cell += 1) {
      const object = values[cell] ?? 0;
      const best = bestOf(values, 5 * plane + cell, channels - 5, plane);
      const score = object ** 0.6 * Math.max(0, best.score) ** 0.4;
      if (score < threshold) continue;
      const part = (channel: number): number => values[channel * plane + cell] ?? 0;
      const centreX = (((cell % columns) + Math.tanh(part(1))) / columns) * answer.width;
      const centreY = ((Math.floor(cell / columns) + Math.tanh(part(2))) / rows) * answer.height;
      const halfWidth = (sigmoid(part(3)) * answer.width) / 2;
      const halfHeight = (sigmoid(part(4)) * answer.height) / 2;
      found.push({
        classIndex: best.classIndex,
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

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
