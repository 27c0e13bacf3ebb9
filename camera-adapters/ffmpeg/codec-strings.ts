import type { Box, BoxBytes } from './boxes.ts';
import { findBox, malformed, readBox } from './boxes.ts';

/** RFC 6381 codec strings from the configuration boxes of sample entries. Pure. */

const hex = (value: number): string => value.toString(16).padStart(2, '0');

/** `avc1.PPCCLL` (ISO/IEC 14496-15 §5.3.3.1, RFC 6381 §3.3). */
export function avcCodec(source: BoxBytes, avcC: Box): string {
  const reader = readBox(source, avcC);
  reader.skip(1);
  return `avc1.${hex(reader.u8())}${hex(reader.u8())}${hex(reader.u8())}`;
}

/** `hvc1.…` (ISO/IEC 14496-15 Annex E.3). */
export function hevcCodec(source: BoxBytes, hvcC: Box): string {
  const reader = readBox(source, hvcC);
  reader.skip(1);
  const profile = reader.u8();
  const space = ['', 'A', 'B', 'C'][profile >> 6] ?? '';
  const compatibility = reversedBits(reader.u32());
  const constraints = [...reader.take(6)];
  const level = reader.u8();
  while (constraints.length > 0 && constraints.at(-1) === 0) constraints.pop();
  return [
    'hvc1',
    `${space}${profile & 0x1f}`,
    compatibility.toString(16).toUpperCase(),
    `${(profile & 0x20) === 0 ? 'L' : 'H'}${level}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}

/** E.3: the compatibility flags are written with the first flag as the lowest bit. */
function reversedBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((value & (1 << bit)) !== 0) reversed |= 1 << (31 - bit);
  return reversed >>> 0;
}

/** What the configuration of a sample entry tells. */
export interface CodecFacts {
  readonly codec: string;
  /** Of AAC, whose sample entry always says two; `null` where only the sample entry tells. */
  readonly channels: number | null;
}

/** `mp4v.6C`, `mp4v.20.9`, `mp4a.40.2`: the object type of an elementary stream (ISO/IEC 14496-1 §7.2.6). */
export function readEsds(source: BoxBytes, esds: Box, entry: 'mp4a' | 'mp4v'): CodecFacts {
  const reader = readBox(source, esds);
  reader.skip(4);
  expectDescriptor(reader, 0x03);
  reader.skip(2);
  const flags = reader.u8();
  if ((flags & 0x80) !== 0) reader.skip(2);
  if ((flags & 0x40) !== 0) reader.skip(reader.u8());
  if ((flags & 0x20) !== 0) reader.skip(2);
  expectDescriptor(reader, 0x04);
  const objectType = reader.u8();
  const codec = `${entry}.${objectType.toString(16).toUpperCase().padStart(2, '0')}`;
  reader.skip(12);
  if (objectType === 0x40 && reader.left >= 4) {
    expectDescriptor(reader, 0x05);
    const { audioObject, channels } = readAudioConfig([...reader.take(Math.min(8, reader.left))]);
    return { codec: `${codec}.${audioObject}`, channels };
  }
  if (objectType === 0x20 && reader.left > 6) {
    expectDescriptor(reader, 0x05);
    // ISO/IEC 14496-2 §6.2.2: visual_object_sequence_start_code, then the profile and level.
    if (reader.left >= 5 && reader.u32() === 0x1b0) return { codec: `${codec}.${reader.u8()}`, channels: null };
  }
  return { codec, channels: null };
}

/** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
function readAudioConfig(bytes: readonly number[]): { audioObject: number; channels: number | null } {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (const end = at + count; at < end; at += 1) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const five = bits(5);
  const audioObject = five === 31 ? 32 + bits(6) : five;
  if (bits(4) === 15) bits(24);
  const configuration = bits(4);
  // Table 1.19: seven means eight channels, zero that they are told elsewhere.
  return { audioObject, channels: configuration === 7 ? 8 : configuration || null };
}

function expectDescriptor(reader: ReturnType<typeof readBox>, tag: number): void {
  if (reader.u8() !== tag) throw malformed("'esds' without the expected descriptor");
  // The length takes up to four bytes of seven bits; what it says is checked by the reads that follow.
  for (let i = 0; i < 4; i += 1) if ((reader.u8() & 0x80) === 0) return;
}

/** The codec of a sample entry whose child boxes start at `children`; `undefined` for one that we do not know. */
export function codecOf(source: BoxBytes, entry: Box, children: number): CodecFacts | undefined {
  const within = { start: children, end: entry.end };
  const box = (type: string): Box => {
    const found = findBox(source, within, type);
    if (found === undefined) throw malformed(`'${entry.type}' without '${type}'`);
    return found;
  };
  switch (entry.type) {
    case 'avc1':
    case 'avc3':
      return { codec: avcCodec(source, box('avcC')), channels: null };
    case 'hvc1':
    case 'hev1':
      return { codec: hevcCodec(source, box('hvcC')), channels: null };
    case 'mp4v':
      return readEsds(source, box('esds'), 'mp4v');
    case 'mp4a':
      return readEsds(source, box('esds'), 'mp4a');
    case 'Opus':
      return { codec: 'opus', channels: null };
    default:
      return undefined;
  }
}
