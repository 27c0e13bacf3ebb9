/** Boxes of MP4 (ISO/IEC 14496-12 §4.2), read in place. `[start, end)` is the body. Throws `RangeError` for what is none. */
export interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function* boxesIn(view: DataView, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end; ) {
    const size = view.getUint32(at);
    const type = typeAt(view, at + 4);
    if (size < 8 || at + size > end) throw new RangeError(`box '${printable(type)}' of ${size} bytes in ${end - at}`);
    yield { type, start: at + 8, end: at + size };
    at += size;
  }
}

/** The first box at a path of types. */
export function findBox(view: DataView, within: Omit<Box, 'type'>, ...path: string[]): Box | undefined {
  let range: Omit<Box, 'type'> = within;
  let found: Box | undefined;
  for (const type of path) {
    found = undefined;
    for (const box of boxesIn(view, range.start, range.end)) {
      if (box.type !== type) continue;
      found = box;
      break;
    }
    if (found === undefined) return undefined;
    range = found;
  }
  return found;
}

export function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

/** A type as it may stand in a message. */
export function printable(type: string): string {
  return type.replace(/[^\x20-\x7e]/g, '?');
}

/** Reads big-endian numbers one after another, and not beyond the box. */
export interface BoxReader {
  readonly left: number;
  u8(): number;
  u16(): number;
  u32(): number;
  /** Up to 2^53; larger ones throw. */
  u64(): number;
  skip(count: number): void;
  take(count: number): Uint8Array;
}

export function readBox(view: DataView, box: Box): BoxReader {
  let at = box.start;
  function advance(count: number): number {
    if (count < 0 || at + count > box.end) throw new RangeError(`box '${printable(box.type)}' is too short`);
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
      if (!Number.isSafeInteger(value))
        throw new RangeError(`a number in '${printable(box.type)}' is beyond all bounds`);
      return value;
    },
    skip: (count) => void advance(count),
    take: (count) => new Uint8Array(view.buffer, view.byteOffset + advance(count), count),
  };
}
