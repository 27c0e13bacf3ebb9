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
    if (size < 8 || at + size > end) throw new RangeError(`an MP4 box of ${size} bytes in ${end - at}`);
    yield { type: typeAt(view, at + 4), start: at + 8, end: at + size };
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
