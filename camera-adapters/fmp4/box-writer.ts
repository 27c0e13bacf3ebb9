/**
 * ISO base media boxes for initialisation segments (ISO/IEC 14496-12 §4.2), put together from parts. Not for fragments:
 * those are written in place. Pure.
 */

/** Numbers are single bytes, texts are ASCII. */
export type Part = Uint8Array | number | string;

export function box(type: string, ...parts: Part[]): Uint8Array {
  const body = join(parts);
  return join([u32(body.length + 8), type, body]);
}

/** A table without entries. */
export function emptyTable(type: string): Uint8Array {
  return box(type, u32(0), u32(0));
}

/** A descriptor of ISO/IEC 14496-1 §7.2.2 of less than 128 bytes. */
export function descriptor(tag: number, ...parts: Part[]): Uint8Array {
  const body = join(parts);
  if (body.length > 127) throw new RangeError(`a descriptor of ${body.length} bytes`);
  return join([tag, body.length, body]);
}

export function join(parts: readonly Part[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) =>
      typeof part === 'number' ? Uint8Array.of(part) : typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
    ),
  );
}

export function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}

export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0);
  return bytes;
}
