/** Writes small ONNX models, so that a test needs no model of others: the few messages of onnx.proto that a graph takes. */

type Field = Buffer;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Buffer.from(bytes);
}
const number = (field: number, value: number): Field => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field: number, value: Uint8Array): Field =>
  Buffer.concat([varint((field << 3) | 2), varint(value.byteLength), value]);
const text = (field: number, value: string): Field => bytes(field, Buffer.from(value));
const message = (field: number, ...parts: readonly Field[]): Field => bytes(field, Buffer.concat(parts));

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}
export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Whole numbers only. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}
export interface OnnxGraph {
  readonly input: { readonly name: string; readonly dims: readonly number[] };
  readonly outputs: readonly { readonly name: string; readonly dims: readonly number[] }[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
}

const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

export function onnxFile({ input, outputs, nodes, constants }: OnnxGraph): Buffer {
  const graph = message(
    7,
    ...nodes.map((node) =>
      message(
        1,
        ...node.inputs.map((name) => text(1, name)),
        ...node.outputs.map((name) => text(2, name)),
        text(4, node.type),
        ...Object.entries(node.attributes ?? {}).map(([name, value]) =>
          typeof value === 'number'
            ? message(5, text(1, name), number(3, value), number(20, ATTRIBUTE_INT))
            : message(5, text(1, name), ...value.map((each) => number(8, each)), number(20, ATTRIBUTE_INTS)),
        ),
      ),
    ),
    text(2, 'graph'),
    ...constants.map(({ name, dims, values }) =>
      message(
        5,
        ...dims.map((dim) => number(1, dim)),
        number(2, values instanceof Float32Array ? FLOAT : INT64),
        text(8, name),
        bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
      ),
    ),
    valueInfo(11, input),
    ...outputs.map((output) => valueInfo(12, output)),
  );
  return Buffer.concat([number(1, 8), graph, message(8, number(2, 13))]);
}

function valueInfo(field: number, { name, dims }: { name: string; dims: readonly number[] }): Field {
  const shape = message(2, ...dims.map((dim) => message(1, number(1, dim))));
  return message(field, text(1, name), message(2, message(1, number(1, FLOAT), shape)));
}
