/**
 * Where the groups of pictures of a segment lie, as a few bytes for each: enough to seek, to play a range by byte
 * ranges and to fetch a key frame alone, without opening the file. Numbers are LEB128; signed ones zigzag first.
 */
export interface SegmentGroup {
  /** Wall-clock of its first picture, whole ms since 1970. */
  readonly startMs: number;
  /** Of its first access unit, in ticks. */
  readonly decodeTime: number;
  /** Ticks. */
  readonly duration: number;
  /** Place in the file of its first record box. */
  readonly offset: number;
  /** Up to the next group: records, fragments, and seals between them. */
  readonly bytes: number;
  /** Of these, the first record and fragment: what a still needs. */
  readonly keyBytes: number;
  readonly fragments: number;
}

/** `first` is where the first group's predecessor would have ended: the segment's start and the end of its head. */
export interface GroupOrigin {
  readonly startMs: number;
  readonly offset: number;
  readonly timescale: number;
}

export function encodeGroups(groups: readonly SegmentGroup[], origin: GroupOrigin): Uint8Array {
  const out: number[] = [];
  let [ms, decodeTime, offset] = [origin.startMs, 0, origin.offset];
  for (const group of groups) {
    putSigned(out, group.startMs - ms);
    putSigned(out, group.decodeTime - decodeTime);
    put(out, group.duration);
    put(out, group.offset - offset);
    put(out, group.bytes);
    put(out, group.keyBytes);
    put(out, group.fragments);
    ms = group.startMs + Math.round((group.duration * 1000) / origin.timescale);
    decodeTime = group.decodeTime + group.duration;
    offset = group.offset + group.bytes;
  }
  return Uint8Array.from(out);
}

/** Throws when the bytes are no such list. */
export function decodeGroups(bytes: Uint8Array, origin: GroupOrigin): SegmentGroup[] {
  const groups: SegmentGroup[] = [];
  const reader = { bytes, at: 0 };
  let [ms, decodeTime, offset] = [origin.startMs, 0, origin.offset];
  while (reader.at < bytes.byteLength) {
    const startMs = ms + takeSigned(reader);
    const start = decodeTime + takeSigned(reader);
    const duration = take(reader);
    const place = offset + take(reader);
    const group: SegmentGroup = {
      startMs,
      decodeTime: start,
      duration,
      offset: place,
      bytes: take(reader),
      keyBytes: take(reader),
      fragments: take(reader),
    };
    groups.push(group);
    ms = startMs + Math.round((duration * 1000) / origin.timescale);
    decodeTime = start + duration;
    offset = place + group.bytes;
  }
  return groups;
}

// Not bit operators: decode times and offsets pass 2^31.
function put(out: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

function putSigned(out: number[], value: number): void {
  put(out, value < 0 ? -2 * value - 1 : 2 * value);
}

function take(reader: { readonly bytes: Uint8Array; at: number }): number {
  let [value, factor] = [0, 1];
  for (;;) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined || factor > 2 ** 49) throw new Error('a list of groups is cut off');
    reader.at += 1;
    value += (byte % 128) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
}

function takeSigned(reader: { readonly bytes: Uint8Array; at: number }): number {
  const value = take(reader);
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}
