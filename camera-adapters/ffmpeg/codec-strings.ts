import { type Box, type BoxReader, findBox, readBox } from '#base/mp4/boxes';
import { readAudioConfig } from '../codecs/audio-config.ts';
import { avcName, hevcName, PROFILE_TIER_LEVEL_BYTES } from '../codecs/codec-names.ts';
import { malformed } from './malformed.ts';

/** RFC 6381 codec strings from the configuration boxes of sample entries. Pure. */

/** `avc1.PPCCLL` (ISO/IEC 14496-15 §5.3.3.1). */
function avcCodec(view: DataView, avcC: Box): string {
  const reader = readBox(view, avcC);
  reader.skip(1);
  return avcName(reader.u8(), reader.u8(), reader.u8());
}

/** `hvc1.…` (ISO/IEC 14496-15 §8.3.3.1). */
function hevcCodec(view: DataView, hvcC: Box): string {
  const reader = readBox(view, hvcC);
  reader.skip(1);
  return hevcName(reader.take(PROFILE_TIER_LEVEL_BYTES));
}

/** What the configuration of a sample entry tells. */
export interface CodecFacts {
  readonly codec: string;
  /** Of AAC, whose sample entry always says two; `null` where only the sample entry tells. */
  readonly channels: number | null;
}

/** `mp4v.6C`, `mp4v.20.9`, `mp4a.40.2`: the object type of an elementary stream (ISO/IEC 14496-1 §7.2.6). */
function readEsds(view: DataView, esds: Box, entry: 'mp4a' | 'mp4v'): CodecFacts {
  const reader = readBox(view, esds);
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
    const { audioObject, channels } = readAudioConfig(reader.take(Math.min(8, reader.left)));
    return { codec: `${codec}.${audioObject}`, channels };
  }
  if (objectType === 0x20 && reader.left > 6) {
    expectDescriptor(reader, 0x05);
    // ISO/IEC 14496-2 §6.2.2: visual_object_sequence_start_code, then the profile and level.
    if (reader.left >= 5 && reader.u32() === 0x1b0) return { codec: `${codec}.${reader.u8()}`, channels: null };
  }
  return { codec, channels: null };
}

function expectDescriptor(reader: BoxReader, tag: number): void {
  if (reader.u8() !== tag) throw malformed("'esds' without the expected descriptor");
  // The length takes up to four bytes of seven bits; what it says is checked by the reads that follow.
  for (let i = 0; i < 4; i += 1) if ((reader.u8() & 0x80) === 0) return;
}

/** The codec of a sample entry whose child boxes start at `children`; `undefined` for one that we do not know. */
export function codecOf(view: DataView, entry: Box, children: number): CodecFacts | undefined {
  const within = { start: children, end: entry.end };
  const box = (type: string): Box => {
    const found = findBox(view, within, type);
    if (found === undefined) throw malformed(`'${entry.type}' without '${type}'`);
    return found;
  };
  switch (entry.type) {
    case 'avc1':
    case 'avc3':
      return { codec: avcCodec(view, box('avcC')), channels: null };
    case 'hvc1':
    case 'hev1':
      return { codec: hevcCodec(view, box('hvcC')), channels: null };
    case 'mp4v':
      return readEsds(view, box('esds'), 'mp4v');
    case 'mp4a':
      return readEsds(view, box('esds'), 'mp4a');
    case 'fLaC':
      return { codec: 'flac', channels: null };
    case 'Opus':
      return { codec: 'opus', channels: null };
    default:
      return undefined;
  }
}
