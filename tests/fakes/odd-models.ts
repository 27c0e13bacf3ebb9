import { type OnnxGraph, onnxFile } from './onnx-file.ts';

/** Models that nobody should have to trust, each a few hundred bytes. Their outputs look like YOLOX's for 64×64. */

const INPUT = { name: 'images', dims: [1, 3, 64, 64] };
const OUTPUT = { name: 'output', dims: [1, 84, 85] };
const shape = (name: string, ...dims: readonly number[]): OnnxGraph['constants'][number] => ({
  ...{ name, dims: [dims.length], values: BigInt64Array.from(dims, BigInt) },
});

/** From the picture to one number, so that nothing can be worked out beforehand. */
const MEAN: OnnxGraph['nodes'] = [{ type: 'ReduceMean', inputs: ['images'], outputs: ['mean4'] }];

function withOutput(nodes: OnnxGraph['nodes'], constants: OnnxGraph['constants'], output = OUTPUT): Buffer {
  return onnxFile({ input: INPUT, outputs: [output], nodes: [...MEAN, ...nodes], constants });
}

/** All outputs are the mean of the picture; recognised as YOLOX with COCO's classes. */
export function plainModel(): Buffer {
  return withOutput(
    [
      { type: 'Reshape', inputs: ['mean4', 'one'], outputs: ['mean'] },
      { type: 'Expand', inputs: ['mean', 'wide'], outputs: ['output'] },
    ],
    [shape('one', 1, 1, 1), shape('wide', 1, 84, 85)],
  );
}

/** Two classes: COCO's do not fit. */
export function twoClassModel(): Buffer {
  const output = { name: 'output', dims: [1, 84, 7] };
  return withOutput(
    [
      { type: 'Reshape', inputs: ['mean4', 'one'], outputs: ['mean'] },
      { type: 'Expand', inputs: ['mean', 'wide'], outputs: ['output'] },
    ],
    [shape('one', 1, 1, 1), shape('wide', 1, 84, 7)],
    output,
  );
}

/** Divides by zero. */
export function brokenNumbersModel(): Buffer {
  return withOutput(
    [
      { type: 'Reshape', inputs: ['mean4', 'one'], outputs: ['mean'] },
      { type: 'Sub', inputs: ['mean', 'mean'], outputs: ['zero'] },
      { type: 'Div', inputs: ['mean', 'zero'], outputs: ['none'] },
      { type: 'Expand', inputs: ['none', 'wide'], outputs: ['output'] },
    ],
    [shape('one', 1, 1, 1), shape('wide', 1, 84, 85)],
  );
}

/** Says something that no layout says. */
export function wordlessModel(): Buffer {
  return withOutput(
    [
      { type: 'Reshape', inputs: ['mean4', 'one'], outputs: ['mean'] },
      { type: 'Expand', inputs: ['mean', 'wide'], outputs: ['output'] },
    ],
    [shape('one', 1, 1), shape('wide', 1, 10)],
    { name: 'output', dims: [1, 10] },
  );
}

/** Spreads the mean over 10 GB with the first look. */
export function hugeModel(): Buffer {
  return withOutput(
    [
      { type: 'Reshape', inputs: ['mean4', 'one'], outputs: ['mean'] },
      { type: 'Expand', inputs: ['mean', 'huge'], outputs: ['all'] },
      { type: 'ReduceMean', inputs: ['all'], outputs: ['again'] },
      { type: 'Expand', inputs: ['again', 'wide'], outputs: ['output'] },
    ],
    [shape('one', 1, 1, 1), shape('huge', 1, 50_000, 50_000), shape('wide', 1, 84, 85)],
  );
}

/** Multiplies large squares: minutes for each look. */
export function slowModel(): Buffer {
  const side = 2048;
  const times = 400;
  return withOutput(
    [
      { type: 'Reshape', inputs: ['mean4', 'one'], outputs: ['mean'] },
      { type: 'Expand', inputs: ['mean', 'square'], outputs: ['product0'] },
      ...Array.from({ length: times }, (_, at) => ({
        ...{ type: 'MatMul', inputs: [`product${at}`, 'product0'], outputs: [`product${at + 1}`] },
      })),
      { type: 'ReduceMean', inputs: [`product${times}`], outputs: ['again'] },
      { type: 'Expand', inputs: ['again', 'wide'], outputs: ['output'] },
    ],
    [shape('one', 1, 1, 1), shape('square', 1, side, side), shape('wide', 1, 84, 85)],
  );
}

/** Wants two pictures' worth of channels. */
export function otherInputModel(): Buffer {
  return onnxFile({
    input: { name: 'images', dims: [1, 6, 64, 64] },
    outputs: [OUTPUT],
    nodes: [
      { type: 'ReduceMean', inputs: ['images'], outputs: ['mean4'] },
      { type: 'Reshape', inputs: ['mean4', 'one'], outputs: ['mean'] },
      { type: 'Expand', inputs: ['mean', 'wide'], outputs: ['output'] },
    ],
    constants: [shape('one', 1, 1, 1), shape('wide', 1, 84, 85)],
  });
}
