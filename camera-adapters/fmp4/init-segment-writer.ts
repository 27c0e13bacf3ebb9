import { box, descriptor, emptyTable, type Part, u16, u32, zeros } from './box-writer.ts';

/** Track numbers in everything that we write. */
export const VIDEO_TRACK = 1;
export const SOUND_TRACK = 2;

export interface VideoEntry {
  /** Ticks per second. */
  readonly timescale: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The sample entry with all that is in it. */
  readonly entry: Uint8Array;
}

export interface SoundEntry {
  /** Ticks per second. */
  readonly timescale: number;
  readonly entry: Uint8Array;
  /** Of the track, for people, in ASCII. */
  readonly name: string;
}

/** `ftyp` and `moov` of a fragmented file (ISO/IEC 14496-12 §8.8): tracks without samples, the picture first. Pure. */
export function writeInitSegment(video: VideoEntry, sound: SoundEntry | null): Uint8Array {
  const traks = [trak(VIDEO_TRACK, 'vide', video, 'video', video)];
  const trexes = [trex(VIDEO_TRACK)];
  if (sound !== null) {
    traks.push(trak(SOUND_TRACK, 'soun', sound, sound.name, { width: 0, height: 0 }));
    trexes.push(trex(SOUND_TRACK));
  }
  const mvhd = box(
    'mvhd',
    ...[u32(0), u32(0), u32(0), u32(1000), u32(0), u32(0x10000), u16(0x100), zeros(10)],
    ...matrix(),
    zeros(24),
    u32(traks.length + 1),
  );
  const ftyp = box('ftyp', 'iso5', u32(512), 'iso5iso6mp41');
  return Buffer.concat([ftyp, box('moov', mvhd, ...traks, box('mvex', ...trexes))]);
}

/** VisualSampleEntry (§12.1.3). */
export function visualEntry(
  type: string,
  { width, height }: { readonly width: number; readonly height: number },
  ...children: Part[]
): Uint8Array {
  return box(
    type,
    ...[zeros(6), u16(1), zeros(16), u16(width), u16(height), u32(0x48_0000), u32(0x48_0000)],
    ...[u32(0), u16(1), zeros(32), u16(24), u16(0xffff)],
    ...children,
  );
}

/** `mp4a` with its AudioSpecificConfig in an `esds` (ISO/IEC 14496-14 §5.6). */
export function aacEntry(sound: {
  readonly sampleRate: number;
  readonly channels: number;
  readonly configuration: Uint8Array;
}): Uint8Array {
  const decoder = descriptor(4, 0x40, 0x15, zeros(3), u32(0), u32(0), descriptor(5, sound.configuration));
  const esds = box('esds', u32(0), descriptor(3, u16(SOUND_TRACK), 0, decoder, descriptor(6, 2)));
  return audioEntry('mp4a', sound, esds);
}

/** `fLaC` with the first metadata block of its stream in a `dfLa` (Encapsulation of FLAC in ISO BMFF 0.0.4, §3.3). */
export function flacEntry(
  sound: { readonly sampleRate: number; readonly channels: number },
  streamInfo: Uint8Array,
): Uint8Array {
  return audioEntry('fLaC', sound, box('dfLa', u32(0), u32(0x8000_0000 + streamInfo.length), streamInfo));
}

/** AudioSampleEntry (ISO/IEC 14496-12 §12.2.3) of 16 bits. */
function audioEntry(
  type: string,
  { sampleRate, channels }: { readonly sampleRate: number; readonly channels: number },
  child: Uint8Array,
): Uint8Array {
  // Sixteen bits before the point: rates above 65,535 Hz do not fit and are told by the configuration alone.
  const rate = sampleRate > 0xffff ? 0 : sampleRate;
  return box(type, ...[zeros(6), u16(1), zeros(8), u16(channels), u16(16), u32(0), u32(rate * 65_536)], child);
}

function trak(
  id: number,
  handler: 'vide' | 'soun',
  { timescale, entry }: Pick<VideoEntry | SoundEntry, 'timescale' | 'entry'>,
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const sounds = handler === 'soun';
  const tkhd = box(
    'tkhd',
    ...[u32(3), u32(0), u32(0), u32(id), u32(0), u32(0), zeros(8), u16(0), u16(0), u16(sounds ? 0x100 : 0), u16(0)],
    ...matrix(),
    u32(width * 65_536),
    u32(height * 65_536),
  );
  const mdhd = box('mdhd', u32(0), u32(0), u32(0), u32(timescale), u32(0), u16(0x55c4), u16(0));
  const hdlr = box('hdlr', u32(0), u32(0), handler, zeros(12), `${name}\0`);
  const stbl = box(
    'stbl',
    box('stsd', u32(0), u32(1), entry),
    emptyTable('stts'),
    emptyTable('stsc'),
    box('stsz', u32(0), u32(0), u32(0)),
    emptyTable('stco'),
  );
  const dinf = box('dinf', box('dref', u32(0), u32(1), box('url ', u32(1))));
  const header = sounds ? box('smhd', u32(0), u32(0)) : box('vmhd', u32(1), zeros(8));
  return box('trak', tkhd, box('mdia', mdhd, hdlr, box('minf', header, dinf, stbl)));
}

/** Nothing by default but the sample entry: each fragment says the rest. */
function trex(id: number): Uint8Array {
  return box('trex', u32(0), u32(id), u32(1), u32(0), u32(0), u32(0));
}

function matrix(): Uint8Array[] {
  return [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000].map(u32);
}
