import type { ByteSource } from '#contracts/evidence';

/** A file that a person chose, or a part of one. */
export function sourceOf(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

const SIGNATURES = { end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, central: 0x02014b50 };
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const MOST_DIRECTORY = 16 * 2 ** 20;
const ZIP64_FIELD = 1;

/**
 * The entries of a zip whose files are stored and not compressed, as exports are (APPNOTE 6.3.10 §4.3). Only the
 * directory is read. Throws with a sentence on anything else.
 */
export async function zipEntries(zip: Blob): Promise<Map<string, Blob>> {
  const tailStart = Math.max(0, zip.size - END_BYTES - LONGEST_COMMENT - 20);
  const tail = await viewOf(zip, tailStart, zip.size);
  let at = tail.byteLength - END_BYTES;
  while (at >= 0 && tail.getUint32(at, true) !== SIGNATURES.end) at -= 1;
  if (at < 0) throw new Error('not a zip file, or its end is missing');
  let entries = tail.getUint16(at + 10, true);
  let [size, start] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (at >= 20 && tail.getUint32(at - 20, true) === SIGNATURES.locator64) {
    const end64 = await viewOf(zip, Number(tail.getBigUint64(at - 12, true)), undefined, 56);
    if (end64.getUint32(0, true) !== SIGNATURES.end64) throw new Error('the zip file is damaged');
    entries = Number(end64.getBigUint64(32, true));
    [size, start] = [Number(end64.getBigUint64(40, true)), Number(end64.getBigUint64(48, true))];
  }
  if (size > MOST_DIRECTORY) throw new Error('the zip file is damaged');
  const directory = await viewOf(zip, start, start + size);
  const found = new Map<string, Blob>();
  let place = 0;
  for (let entry = 0; entry < entries; entry += 1) {
    if (directory.byteLength < place + 46 || directory.getUint32(place, true) !== SIGNATURES.central) {
      throw new Error('the zip file is damaged');
    }
    const nameBytes = directory.getUint16(place + 28, true);
    const extraBytes = directory.getUint16(place + 30, true);
    const { buffer, byteOffset } = directory;
    const name = new TextDecoder().decode(new Uint8Array(buffer, byteOffset + place + 46, nameBytes));
    if (directory.getUint16(place + 10, true) !== 0)
      throw new Error(`${name} is compressed: unpack the zip file first`);
    const [length, header] = placeOf(directory, place, place + 46 + nameBytes, extraBytes);
    const local = await viewOf(zip, header, undefined, 30);
    const data = header + 30 + local.getUint16(26, true) + local.getUint16(28, true);
    found.set(name, zip.slice(data, data + length));
    place += 46 + nameBytes + extraBytes + directory.getUint16(place + 32, true);
  }
  return found;
}

/** Size and place of the local header; large ones stand in the zip64 field (§4.5.3). */
function placeOf(directory: DataView, entry: number, extra: number, extraBytes: number): readonly [number, number] {
  let [size, compressed, header] = [24, 20, 42].map((offset) => directory.getUint32(entry + offset, true));
  for (let at = extra; at + 4 <= extra + extraBytes; at += 4 + directory.getUint16(at + 2, true)) {
    if (directory.getUint16(at, true) !== ZIP64_FIELD) continue;
    let value = at + 4;
    const next = (): number => {
      value += 8;
      return Number(directory.getBigUint64(value - 8, true));
    };
    if (size === 0xffffffff) size = next();
    if (compressed === 0xffffffff) compressed = next();
    if (header === 0xffffffff) header = next();
  }
  return [size ?? 0, header ?? 0];
}

async function viewOf(blob: Blob, start: number, end: number | undefined, length?: number): Promise<DataView> {
  const buffer = await blob.slice(start, end ?? start + (length ?? 0)).arrayBuffer();
  if (length !== undefined && buffer.byteLength < length) throw new Error('the zip file is damaged');
  return new DataView(buffer);
}
