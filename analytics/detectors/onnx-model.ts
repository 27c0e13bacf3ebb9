import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Detection } from '#contracts/detection';
import type { GraphShape, OutputShape } from './layouts/layout.ts';
import { createModel, type Model, type Picture } from './model.ts';
import type { ModelCard } from './model-card.ts';

/** A model that runs, in the thread that loaded it: `look` blocks it. */
export interface OnnxModel {
  readonly model: Model;
  /** Most pictures that it takes at a time. */
  readonly mostPictures: number;
  /** What is in each of the pictures, in their order. `inspect` gets the numbers that the model gave, by output. */
  look(pictures: readonly Picture[], threshold?: number, inspect?: InspectNumbers): Promise<Detection[][]>;
  close(): Promise<void>;
}

export type InspectNumbers = (numbers: ReadonlyMap<string, Float32Array>, shapes: readonly OutputShape[]) => void;

/** The model wants something else than one picture of a fixed size. */
export class UnfitInput extends Error {}

/** Where the graph leaves it open. */
const MOST_PICTURES = 8;
const MOST_SIDE = 2048;
/** Only what keeps it from working. */
const LOG_ERRORS = 3;

/**
 * Loads a model file. `providers` are execution providers of ONNX Runtime, the best first. Throws with a sentence for an
 * administrator when the file is no model, or none that is understood.
 */
export async function loadOnnxModel(path: string, card: ModelCard, providers: readonly string[]): Promise<OnnxModel> {
  const session = await openSession(path, providers);
  try {
    const { name, batch, ...graph } = graphOf(session);
    const model = createModel(card, graph);
    const mostPictures = batch > 0 ? batch : MOST_PICTURES;
    return {
      model,
      mostPictures,
      look: looker(session, name, model, batch > 0 ? batch : undefined),
      close: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** What the file says of itself. Throws as `loadOnnxModel` does. */
export async function readGraph(path: string, providers: readonly string[]): Promise<GraphShape> {
  const session = await openSession(path, providers);
  try {
    const { width, height, outputs } = graphOf(session);
    return { width, height, outputs };
  } finally {
    await session.release();
  }
}

function openSession(path: string, providers: readonly string[]): Promise<InferenceSession> {
  return InferenceSession.create(path, {
    executionProviders: [...providers],
    // One thread for each session, and one session for each core: more threads of one session burn more and win little.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: LOG_ERRORS,
  });
}

function graphOf(session: InferenceSession): GraphShape & { readonly name: string; readonly batch: number } {
  const { name, dims } = inputOf(session);
  const [batch = 1, , height = 0, width = 0] = dims;
  return { name, batch, width, height, outputs: outputsOf(session) };
}

function looker(session: InferenceSession, input: string, model: Model, fixedBatch: number | undefined) {
  const { width, height, inputLength } = model;
  const values = new Float32Array(inputLength * (fixedBatch ?? MOST_PICTURES));
  return async (pictures: readonly Picture[], threshold?: number, inspect?: InspectNumbers): Promise<Detection[][]> => {
    const batch = fixedBatch ?? pictures.length;
    for (const [at, picture] of pictures.entries()) model.prepare(picture, values, at * inputLength);
    const tensor = new Tensor('float32', values.subarray(0, batch * inputLength), [batch, 3, height, width]);
    const answer = await session.run({ [input]: tensor });
    const data = new Map<string, Float32Array>();
    for (const [name, { data: numbers }] of Object.entries(answer)) data.set(name, asFloats(numbers));
    inspect?.(data, outputsOf(session));
    return pictures.map((picture, at) => model.read(data, at, picture, threshold));
  };
}

function inputOf(session: InferenceSession): { name: string; dims: readonly number[] } {
  const [input, ...more] = session.inputMetadata;
  if (input === undefined || more.length > 0 || !input.isTensor) {
    throw new UnfitInput('the model wants more than a picture');
  }
  if (input.type !== 'float32') throw new UnfitInput(`the model wants ${input.type}, and only float32 is understood`);
  const dims = input.shape.map((dim) => (typeof dim === 'number' ? dim : -1));
  const [, channels, height = 0, width = 0] = dims;
  if (dims.length !== 4 || channels !== 3)
    throw new UnfitInput(`the model wants [${dims.join(', ')}], and no picture of three colours`);
  if (!(height > 0 && height <= MOST_SIDE && width > 0 && width <= MOST_SIDE)) {
    throw new UnfitInput(
      `the model wants pictures of ${width}×${height}; up to ${MOST_SIDE}×${MOST_SIDE} are given, of a size that the graph names`,
    );
  }
  return { name: input.name, dims };
}

function outputsOf(session: InferenceSession): readonly OutputShape[] {
  return session.outputMetadata.flatMap((output) =>
    output.isTensor
      ? [{ name: output.name, dims: output.shape.map((dim) => (typeof dim === 'number' ? dim : -1)) }]
      : [],
  );
}

function asFloats(numbers: Tensor.DataType): Float32Array {
  if (numbers instanceof Float32Array) return numbers;
  if (numbers instanceof BigInt64Array || numbers instanceof Int32Array) return Float32Array.from(numbers, Number);
  throw new Error('the model gives numbers of a kind that is not understood');
}
