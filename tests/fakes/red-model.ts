import { createHash } from 'node:crypto';
import { type ModelCard, modelCardSchema } from '../../analytics/detectors/model-card.ts';
import { onnxFile } from './onnx-file.ts';

/** A model that takes what is red for a person and what is blue for a car, in squares of 16 pixels; YOLOX's layout. */
export const RED_MODEL_SIZE = 64;

const STRIDES = [8, 16, 32];
/** x, y, width, height, object, person, car. */
const CHANNELS = 7;

export function redModel(): { readonly file: Buffer; readonly card: ModelCard } {
  const constants: Parameters<typeof onnxFile>[0]['constants'][number][] = [
    { name: 'least', dims: [], values: Float32Array.of(0) },
    { name: 'most', dims: [], values: Float32Array.of(1) },
  ];
  const nodes = STRIDES.flatMap((stride) => {
    const cells = (RED_MODEL_SIZE / stride) ** 2;
    const weights = new Float32Array(CHANNELS * 3 * stride * stride);
    // Only the finest squares are looked at; the input is blue, green, red.
    const weigh = (channel: number, colours: readonly number[]): void => {
      for (const [colour, weight] of colours.entries()) {
        const from = (channel * 3 + colour) * stride * stride;
        weights.fill(weight / (255 * stride * stride), from, from + stride * stride);
      }
    };
    if (stride === 8) {
      weigh(4, [1, -2, 1]);
      weigh(5, [-1, -1, 1]);
      weigh(6, [1, -1, -1]);
    }
    constants.push(
      { name: `weights${stride}`, dims: [CHANNELS, 3, stride, stride], values: weights },
      { name: `bias${stride}`, dims: [CHANNELS], values: Float32Array.of(0.5, 0.5, Math.LN2, Math.LN2, 0, 0, 0) },
      { name: `shape${stride}`, dims: [3], values: BigInt64Array.of(1n, BigInt(CHANNELS), BigInt(cells)) },
    );
    return [
      {
        type: 'Conv',
        inputs: ['images', `weights${stride}`, `bias${stride}`],
        outputs: [`conv${stride}`],
        attributes: { kernel_shape: [stride, stride], strides: [stride, stride] },
      },
      { type: 'Clip', inputs: [`conv${stride}`, 'least', 'most'], outputs: [`clip${stride}`] },
      { type: 'Reshape', inputs: [`clip${stride}`, `shape${stride}`], outputs: [`rows${stride}`] },
    ];
  });
  const file = onnxFile({
    input: { name: 'images', dims: [1, 3, RED_MODEL_SIZE, RED_MODEL_SIZE] },
    outputs: [{ name: 'output', dims: [1, 84, CHANNELS] }],
    nodes: [
      ...nodes,
      { type: 'Concat', inputs: STRIDES.map((stride) => `rows${stride}`), outputs: ['all'], attributes: { axis: 2 } },
      { type: 'Transpose', inputs: ['all'], outputs: ['output'], attributes: { perm: [0, 2, 1] } },
    ],
    constants,
  });
  const card = modelCardSchema.parse({
    name: 'Red and blue',
    licence: 'ours',
    sha256: createHash('sha256').update(file).digest('hex'),
    input: { channels: 'BGR' },
    classes: ['person', 'car'],
  });
  return { file, card };
}
