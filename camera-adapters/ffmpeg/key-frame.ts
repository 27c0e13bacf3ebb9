import { findBox, viewOf } from '#base/mp4/boxes';
import { withLengths } from '#base/mp4/parameter-sets';
import { isPicture, readTracks } from '#base/mp4/tracks';
import type { Fragment, StreamInfo } from '#contracts/media';
import { BitReader } from '../codecs/bit-reader.ts';
import { readH264Sps } from '../codecs/h264-sps.ts';
import type { SharedCodec } from './empty-picture.ts';
import { type InitSegment, readInitSegment } from './init-segment.ts';
import { readMovieFragment } from './movie-fragment.ts';

/**
 * The first picture of a fragment with all that a decoder needs that knows nothing of its stream: parameter sets and
 * slices, with lengths of four bytes. `null` where it is not so plain that a decoder may be given it in between those of
 * other cameras. Pure.
 */
export interface KeyFrame {
  readonly codec: SharedCodec;
  /** To be written one after another. */
  readonly parts: readonly Uint8Array[];
  readonly byteLength: number;
  /** How many pictures its decoder may hold back, as its sets say that others may be shown before; 0 for H.265. */
  readonly held: number;
}

/** Slices of a picture of 8K, in pieces of a network packet. */
const MOST_UNITS = 4096;

export function keyFrameOf(info: StreamInfo, fragment: Fragment): KeyFrame | null {
  try {
    const known = knownOf(info.init);
    return known === null ? null : read(known, fragment.bytes);
  } catch {
    // Boxes that make no sense are the business of a decoder of its own, which says what is wrong.
    return null;
  }
}

/** What an initialisation segment says of its picture. */
interface Known {
  readonly codec: SharedCodec;
  readonly init: InitSegment;
  /** As the sample entry has them; those of the picture itself come after and count. */
  readonly sets: Uint8Array;
  readonly held: number;
}

const knownInits = new WeakMap<Uint8Array, { readonly known: Known | null }>();

function knownOf(init: Uint8Array): Known | null {
  let found = knownInits.get(init);
  if (found === undefined) {
    found = { known: readKnown(init) };
    knownInits.set(init, found);
  }
  return found.known;
}

function readKnown(bytes: Uint8Array): Known | null {
  for (const track of readTracks(bytes)) {
    if (!isPicture(track)) continue;
    // A picture that is to be turned is turned by who reads the boxes.
    if (track.isTurned) return null;
    const codec = track.codec === 'h264' ? 'avc' : 'hevc';
    const held = Math.max(0, ...track.parameterSets.map((unit) => heldBy(codec, unit, 0, unit.length)));
    return { codec, init: readInitSegment(bytes), sets: withLengths(track.parameterSets), held };
  }
  return null;
}

function read({ codec, init, sets, ...known }: Known, bytes: Uint8Array): KeyFrame | null {
  const view = viewOf(bytes);
  const moof = findBox(view, { start: 0, end: bytes.length }, 'moof');
  if (moof === undefined) return null;
  const first = readMovieFragment(view, moof, init)?.first ?? null;
  if (first === null) return null;
  const start = moof.start - 8 + first.offset;
  const end = start + first.size;
  if (end > bytes.length) return null;
  const parts: Uint8Array[] = [sets];
  let byteLength = sets.length;
  let { held } = known;
  /** What stands beside the picture (messages, filler, delimiters) is left out; units that follow one another are one part. */
  let from = -1;
  const keepTo = (to: number): void => {
    if (from < 0) return;
    parts.push(bytes.subarray(from, to));
    byteLength += to - from;
    from = -1;
  };
  let [slices, pictures, units] = [0, 0, 0];
  let at = start;
  for (; at + 4 < end && units < MOST_UNITS; units += 1) {
    const length = view.getUint32(at);
    const next = at + 4 + length;
    if (length === 0 || next > end) return null;
    const kind = kindOf(codec, bytes, at + 4);
    if (kind === 'other') keepTo(at);
    else if (kind === 'predicted') return null;
    else if (from < 0) from = at;
    if (kind === 'set') held = Math.max(held, heldBy(codec, bytes, at + 4, next));
    if (kind === 'first' || kind === 'slice') {
      slices += 1;
      // A picture begins with the slice that holds its first block (§7.4.3), and there is but one.
      if (kind === 'first') pictures += 1;
      if (slices === 1 && kind !== 'first') return null;
    }
    at = next;
  }
  keepTo(at);
  return at === end && pictures === 1 ? { codec, parts, byteLength, held } : null;
}

const bits = new BitReader();

/** What a set says of it (H.264 max_num_reorder_frames); FFmpeg ends what it holds of H.265 with the next key frame. */
function heldBy(codec: SharedCodec, bytes: Uint8Array, start: number, end: number): number {
  if (codec !== 'avc' || ((bytes[start] ?? 0) & 0x1f) !== 7) return 0;
  const held = readH264Sps(bits.open(bytes, start + 1, end))?.reorder ?? 0;
  bits.close();
  return held;
}

type UnitKind = 'first' | 'slice' | 'set' | 'predicted' | 'other';

/**
 * H.264 Table 7-1: 5 is a slice of a picture from which decoding can start, 1 to 4 are others, 7 and 8 are sets. H.265
 * Table 7-1: 16 to 21 are such slices, others below 32 are not, 32 to 34 are sets; layers beside the first are left out.
 */
function kindOf(codec: SharedCodec, bytes: Uint8Array, at: number): UnitKind {
  const header = bytes[at] ?? 0;
  if (codec === 'avc') {
    const type = header & 0x1f;
    if (type === 5) return ((bytes[at + 1] ?? 0) & 0x80) === 0 ? 'slice' : 'first';
    if (type >= 1 && type <= 4) return 'predicted';
    return type === 7 || type === 8 ? 'set' : 'other';
  }
  const type = (header >> 1) & 0x3f;
  const layer = ((header & 1) << 5) | ((bytes[at + 1] ?? 0) >> 3);
  if (layer !== 0) return 'other';
  if (type >= 16 && type <= 21) return ((bytes[at + 2] ?? 0) & 0x80) === 0 ? 'slice' : 'first';
  if (type < 32) return 'predicted';
  return type <= 34 ? 'set' : 'other';
}
