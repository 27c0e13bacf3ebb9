import type { PictureCodec } from '../nal-units.ts';
import { G711_NAMES, type G711Law } from '../sound/g711.ts';
import { type Box, boxesIn, findBox, viewOf } from './boxes.ts';

/** What an initialisation segment (`ftyp`, `moov`) says about a track that can be sent as RTP. */
export type Mp4Track = PictureTrack | SoundTrack;

interface AnyTrack {
  readonly id: number;
  /** Ticks per second. */
  readonly timescale: number;
  /** From `trex`: what a fragment leaves out. */
  readonly defaults: { readonly duration: number; readonly size: number; readonly flags: number };
}

export interface PictureTrack extends AnyTrack {
  readonly codec: PictureCodec;
  /** To be turned when it is shown. */
  readonly isTurned: boolean;
  /** As `avcC` or `hvcC` have them, in their order, without lengths. */
  readonly parameterSets: readonly Uint8Array[];
}

export interface AacTrack extends AnyTrack {
  readonly codec: 'aac';
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1). */
  readonly configuration: Uint8Array;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** G.711 that we have packed as FLAC; it is called what it was. */
export interface G711Track extends AnyTrack {
  readonly codec: G711Law;
  /** Hertz. */
  readonly sampleRate: number;
}

export type SoundTrack = AacTrack | G711Track;

export const isPicture = (track: Mp4Track): track is PictureTrack => track.codec === 'h264' || track.codec === 'h265';

/** Tracks of other codecs are left out. Throws `RangeError` for bytes that are no initialisation segment. */
export function readTracks(init: Uint8Array): readonly Mp4Track[] {
  const view = viewOf(init);
  const moov = findBox(view, { start: 0, end: init.length }, 'moov');
  if (moov === undefined) throw new RangeError('no moov');
  const tracks: Mp4Track[] = [];
  for (const trak of boxesIn(view, moov.start, moov.end)) {
    if (trak.type !== 'trak') continue;
    const track = readTrack(init, view, trak, moov);
    if (track !== null) tracks.push(track);
  }
  return tracks;
}

function readTrack(init: Uint8Array, view: DataView, trak: Box, moov: Box): Mp4Track | null {
  const tkhd = findBox(view, trak, 'tkhd');
  const mdhd = findBox(view, trak, 'mdia', 'mdhd');
  const stsd = findBox(view, trak, 'mdia', 'minf', 'stbl', 'stsd');
  if (tkhd === undefined || mdhd === undefined || stsd === undefined) return null;
  const [entry] = boxesIn(view, stsd.start + 8, stsd.end);
  if (entry === undefined) return null;
  // Version 1 of both boxes has times of eight bytes before the number.
  const id = view.getUint32(tkhd.start + (view.getUint8(tkhd.start) === 1 ? 20 : 12));
  const timescale = view.getUint32(mdhd.start + (view.getUint8(mdhd.start) === 1 ? 20 : 12));
  if (timescale === 0) return null;
  const base = { id, timescale, defaults: defaultsOf(view, moov, id) };
  const picture = { ...base, isTurned: isTurned(view, tkhd) };
  // §12.1.3 and §12.2.3: what is the same for all codecs, before the boxes of this one.
  const inPicture = { start: entry.start + 78, end: entry.end };
  if (entry.type === 'avc1' || entry.type === 'avc3') {
    const box = findBox(view, inPicture, 'avcC');
    return box === undefined ? null : { ...picture, codec: 'h264', parameterSets: setsOfAvc(init, view, box) };
  }
  if (entry.type === 'hvc1' || entry.type === 'hev1') {
    const box = findBox(view, inPicture, 'hvcC');
    return box === undefined ? null : { ...picture, codec: 'h265', parameterSets: setsOfHevc(init, view, box) };
  }
  if (entry.type === 'fLaC') {
    const law = lawOf(init, view, findBox(view, trak, 'mdia', 'hdlr'));
    return law === null ? null : { ...base, codec: law, sampleRate: view.getUint16(entry.start + 24) };
  }
  if (entry.type !== 'mp4a') return null;
  const esds = findBox(view, { start: entry.start + 28, end: entry.end }, 'esds');
  const configuration = esds === undefined ? null : specificConfig(init, view, esds);
  if (configuration === null) return null;
  const [channels, sampleRate] = [view.getUint16(entry.start + 16), view.getUint16(entry.start + 24)];
  return sampleRate === 0 ? null : { ...base, codec: 'aac', configuration, channels, sampleRate };
}

/** By the track's name (§8.4.3.3), which stands behind 24 bytes. */
function lawOf(init: Uint8Array, view: DataView, hdlr: Box | undefined): G711Law | null {
  const start = (hdlr?.start ?? view.byteLength) + 24;
  const name = Buffer.from(init.subarray(start, hdlr?.end)).toString('latin1').replace(/\0.*$/s, '');
  if (name === G711_NAMES.pcma) return 'pcma';
  return name === G711_NAMES.pcmu ? 'pcmu' : null;
}

/** §8.3.2: the matrix stands before width and height, in both versions. */
function isTurned(view: DataView, tkhd: Box): boolean {
  const matrix = tkhd.end - 44;
  return view.getUint32(matrix) !== 0x1_0000 || view.getUint32(matrix + 16) !== 0x1_0000;
}

function defaultsOf(view: DataView, moov: Box, id: number): AnyTrack['defaults'] {
  const mvex = findBox(view, moov, 'mvex');
  for (const box of mvex === undefined ? [] : boxesIn(view, mvex.start, mvex.end)) {
    if (box.type !== 'trex' || view.getUint32(box.start + 4) !== id) continue;
    const [duration, size, flags] = [12, 16, 20].map((at) => view.getUint32(box.start + at));
    return { duration: duration ?? 0, size: size ?? 0, flags: flags ?? 0 };
  }
  return { duration: 0, size: 0, flags: 0 };
}

/** ISO/IEC 14496-15 §5.3.3.1. */
function setsOfAvc(init: Uint8Array, view: DataView, { start, end }: Box): Uint8Array[] {
  assertLengths(view.getUint8(start + 4) & 3);
  const sets: Uint8Array[] = [];
  let at = take(init, view, start + 6, end, view.getUint8(start + 5) & 0x1f, sets);
  at = take(init, view, at + 1, end, view.getUint8(at), sets);
  return sets;
}

/** ISO/IEC 14496-15 §8.3.3.1. */
function setsOfHevc(init: Uint8Array, view: DataView, { start, end }: Box): Uint8Array[] {
  assertLengths(view.getUint8(start + 21) & 3);
  const sets: Uint8Array[] = [];
  let at = start + 23;
  for (let arrays = view.getUint8(start + 22); arrays > 0; arrays -= 1) {
    const type = view.getUint8(at) & 0x3f;
    const units: Uint8Array[] = [];
    at = take(init, view, at + 3, end, view.getUint16(at + 1), units);
    // Messages may stand there, too; video, sequence and picture sets are 32 to 34.
    if (type >= 32 && type <= 34) sets.push(...units);
  }
  return sets;
}

function take(init: Uint8Array, view: DataView, from: number, end: number, count: number, sets: Uint8Array[]): number {
  let at = from;
  for (let index = 0; index < count; index += 1) {
    const length = view.getUint16(at);
    if (at + 2 + length > end) throw new RangeError('a parameter set is longer than its box');
    sets.push(init.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return at;
}

function assertLengths(sizeMinusOne: number): void {
  if (sizeMinusOne !== 3) throw new RangeError('lengths of NAL units are not of four bytes');
}

/** ISO/IEC 14496-1 §7.2.6: descriptors in one another; the one with tag 5 is wanted. */
function specificConfig(init: Uint8Array, view: DataView, { start, end }: Box): Uint8Array | null {
  let at = start + 4;
  while (at + 2 <= end) {
    const tag = view.getUint8(at);
    let length = 0;
    let byte = 0x80;
    at += 1;
    while (byte & 0x80 && at < end) {
      byte = view.getUint8(at);
      length = (length << 7) | (byte & 0x7f);
      at += 1;
    }
    if (tag === 5) return at + length <= end ? init.subarray(at, at + length) : null;
    // ES_Descriptor and DecoderConfigDescriptor: their own fields, then descriptors.
    if (tag === 3) at += 3;
    else if (tag === 4) at += 13;
    else at += length;
  }
  return null;
}
