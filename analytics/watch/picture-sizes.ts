import { boxesIn, findBox, typeAt, viewOf } from '#base/mp4/boxes';
import { TFHD, TRUN } from '#base/mp4/fragment-flags';
import { isSlice, unitType } from '#base/nal-units';
import type { StreamInfo } from '#contracts/media';

/**
 * How many bytes the encoder wrote for each picture of a fragment, as its boxes tell (ISO/IEC 14496-12 §8.8.8): nothing
 * is decoded. Only slices count, for filler, parameter sets and messages say nothing of what is seen. Runs for each
 * fragment of each watched camera, so it works in memory that it has already.
 */
export interface PictureSizes {
  /** Bytes of slices, in the order of decoding; `count` of them hold, until the next `read`. */
  readonly bytes: Uint32Array;
  /** Whether others are predicted from it: where not every one is, encoders spend less on those that are not. */
  readonly isReference: Uint8Array;
  readonly count: number;
  /** False where the boxes do not tell: what holds then is nothing. */
  read(fragment: Uint8Array): boolean;
}

/** A fragment is a fifth of a second; what lies beyond is not looked at. */
const MOST_PICTURES = 64;
/** NAL units of one picture: slices, and what stands before them. */
const MOST_UNITS = 128;
const [MOOF, TRAF, TFHD_BOX, TRUN_BOX] = ['moof', 'traf', 'tfhd', 'trun'].map(codeOf);

export function createPictureSizes(info: StreamInfo): PictureSizes {
  const video = videoTrackOf(info.init);
  const { codec } = info.video;
  const kind = codec.startsWith('avc') ? 'h264' : codec.startsWith('hvc') ? 'h265' : null;
  const sizes = new Uint32Array(MOST_PICTURES);
  const references = new Uint8Array(MOST_PICTURES);
  let count = 0;

  function read(bytes: Uint8Array): boolean {
    count = 0;
    for (let at = 0; at + 8 <= bytes.length; ) {
      const size = u32(bytes, at);
      if (size < 8 || at + size > bytes.length) return false;
      if (u32(bytes, at + 4) === MOOF) return readMoof(bytes, at, at + size);
      at += size;
    }
    return false;
  }

  function readMoof(bytes: Uint8Array, moof: number, end: number): boolean {
    for (let at = moof + 8; at + 8 <= end; ) {
      const size = u32(bytes, at);
      if (size < 8 || at + size > end) return false;
      if (u32(bytes, at + 4) === TRAF && readTraf(bytes, moof, at + 8, at + size)) return count > 0;
      at += size;
    }
    return false;
  }

  /** False where it is of another track. */
  function readTraf(bytes: Uint8Array, moof: number, start: number, end: number): boolean {
    let usualSize = 0;
    for (let at = start; at + 16 <= end; ) {
      const size = u32(bytes, at);
      if (size < 16 || at + size > end) return false;
      const type = u32(bytes, at + 4);
      if (type === TFHD_BOX) {
        if (video !== 0 && u32(bytes, at + 12) !== video) return false;
        const has = u32(bytes, at + 8);
        let field = at + 16;
        if ((has & TFHD.baseDataOffset) !== 0) field += 8;
        if ((has & TFHD.description) !== 0) field += 4;
        if ((has & TFHD.duration) !== 0) field += 4;
        if ((has & TFHD.size) !== 0 && field + 4 <= at + size) usualSize = u32(bytes, field);
      } else if (type === TRUN_BOX && !readRun(bytes, moof, at, at + size, usualSize)) return false;
      at += size;
    }
    return true;
  }

  function readRun(bytes: Uint8Array, moof: number, trun: number, end: number, usualSize: number): boolean {
    const has = u32(bytes, trun + 8);
    const pictures = u32(bytes, trun + 12);
    let at = trun + 16;
    let data = -1;
    if ((has & TRUN.dataOffset) !== 0) {
      data = moof + u32(bytes, at);
      at += 4;
    }
    if ((has & TRUN.firstFlags) !== 0) at += 4;
    const before = (has & TRUN.duration) === 0 ? 0 : 4;
    const hasSize = (has & TRUN.size) !== 0;
    const step =
      before + (hasSize ? 4 : 0) + ((has & TRUN.flags) === 0 ? 0 : 4) + ((has & TRUN.composition) === 0 ? 0 : 4);
    if (at + pictures * step > end) return false;
    for (let picture = 0; picture < pictures && count < MOST_PICTURES; picture += 1, at += step) {
      const size = hasSize ? u32(bytes, at + before) : usualSize;
      note(bytes, data, size);
      if (data >= 0) data += size;
    }
    return true;
  }

  /** One picture of `size` bytes that begins at `start`, or nobody knows where. */
  function note(bytes: Uint8Array, start: number, size: number): void {
    let slices = 0;
    let isReference = 1;
    if (kind !== null && start >= 0 && start + size <= bytes.length) {
      const end = start + size;
      for (let at = start, unit = 0; at + 6 <= end && unit < MOST_UNITS; unit += 1) {
        const length = u32(bytes, at);
        if (length === 0 || at + 4 + length > end) break;
        const header = bytes[at + 4] ?? 0;
        const type = unitType(kind, header);
        if (isSlice(kind, type)) {
          slices += length;
          // H.264 §7.4.1: two bits before the type tell whether others refer to it. H.265 §7.4.2.2: of those below 16 the
          // even ones are not referred to.
          if (kind === 'h264' ? (header & 0x60) === 0 : type < 16 && (type & 1) === 0) isReference = 0;
        }
        at += 4 + length;
      }
    }
    sizes[count] = slices === 0 ? size : slices;
    references[count] = isReference;
    count += 1;
  }

  return {
    bytes: sizes,
    isReference: references,
    get count() {
      return count;
    },
    read,
  };
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}

function codeOf(type: string): number {
  return u32(new TextEncoder().encode(type), 0);
}

/** The number of the track with the picture; 0 where the boxes do not tell. */
function videoTrackOf(init: Uint8Array): number {
  const view = viewOf(init);
  try {
    const moov = findBox(view, { start: 0, end: init.length }, 'moov');
    for (const trak of moov === undefined ? [] : boxesIn(view, moov.start, moov.end)) {
      if (trak.type !== 'trak') continue;
      const [tkhd, hdlr] = [findBox(view, trak, 'tkhd'), findBox(view, trak, 'mdia', 'hdlr')];
      if (tkhd === undefined || hdlr === undefined || typeAt(view, hdlr.start + 8) !== 'vide') continue;
      // Version 1 has times of 64 bits before it (§8.3.2).
      return view.getUint32(tkhd.start + (view.getUint8(tkhd.start) === 1 ? 20 : 12));
    }
  } catch {
    // No initialisation segment.
  }
  return 0;
}
