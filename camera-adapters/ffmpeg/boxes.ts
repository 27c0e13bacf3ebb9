import { CameraFault } from '../adapter.ts';

/** ISO base media boxes, read in place (ISO/IEC 14496-12 §4.2). Every read is checked against its box. */
export interface Box {
  readonly type: string;
  /** First byte of the body. */
  readonly start: number;
  /** First byte after the box. */
  readonly end: number;
}

/** Bytes with their view; reads outside of `end` are faults, never undefined. */
export interface BoxBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

export function boxBytes(bytes: Uint8Array): BoxBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

export function malformed(what: string): CameraFault {
  return new CameraFault('malformedStream', `the stream is broken: ${what}`);
}

export function fourCc(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = at; i < at + 4; i += 1) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
}

/** The boxes between `start` and `end`, in order. */
export function* boxesIn({ bytes, view }: BoxBytes, start: number, end: number): Generator<Box> {
  let at = start;
  while (at + 8 <= end) {
    const size = view.getUint32(at);
    const type = fourCc(bytes, at + 4);
    if (size < 8 || at + size > end) throw malformed(`box '${printable(type)}' of ${size} bytes in ${end - at}`);
    yield { type, start: at + 8, end: at + size };
    at += size;
  }
}

/** The first box at a path of types, or `undefined`. */
export function findBox(source: BoxBytes, within: { start: number; end: number }, ...path: string[]): Box | undefined {
  let range: { start: number; end: number } = within;
  let found: Box | undefined;
  for (const type of path) {
    found = undefined;
    for (const box of boxesIn(source, range.start, range.end)) {
      if (box.type === type) {
        found = box;
        break;
      }
    }
    if (found === undefined) return undefined;
    range = found;
  }
  return found;
}

/** Reads big-endian numbers one after another, and not beyond the box. */
export interface Reader {
  readonly left: number;
  u8(): number;
  u16(): number;
  u32(): number;
  /** Up to 2^53; larger ones are faults. */
  u64(): number;
  skip(count: number): void;
  take(count: number): Uint8Array;
}

export function readBox({ bytes, view }: BoxBytes, box: Box): Reader {
  let at = box.start;
  function advance(count: number): number {
    if (count < 0 || at + count > box.end) throw malformed(`box '${printable(box.type)}' is too short`);
    const from = at;
    at += count;
    return from;
  }
  return {
    get left() {
      return box.end - at;
    },
    u8: () => view.getUint8(advance(1)),
    u16: () => view.getUint16(advance(2)),
    u32: () => view.getUint32(advance(4)),
    u64() {
      const from = advance(8);
      const value = view.getUint32(from) * 2 ** 32 + view.getUint32(from + 4);
      if (!Number.isSafeInteger(value)) throw malformed(`a number in '${printable(box.type)}' is beyond all bounds`);
      return value;
    },
    skip: (count) => void advance(count),
    take: (count) => bytes.subarray(advance(count), at),
  };
}

export function printable(type: string): string {
  return type.replace(/[^\x20-\x7e]/g, '?');
}
