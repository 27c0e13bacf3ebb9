import type { MovieFragment } from './movie-fragment.ts';

/**
 * Sequence parameter sets inside of pictures. FFmpeg copies a camera that changes its picture size into one MP4 under
 * the first size's `avcC` or `hvcC`; the sets that come with each key frame are where it shows. Pure.
 */

/** NAL units before the first slice are few. */
const MOST_UNITS = 32;

/** The sets of a key frame as text, to be compared; `null` where it carries none, or is of another codec. */
export function sequenceSets(codec: string, moofAndMdat: Uint8Array, first: MovieFragment['first']): string | null {
  const kind = codec.startsWith('avc1') ? 'avc' : codec.startsWith('hvc1') ? 'hevc' : null;
  if (kind === null || first === null) return null;
  const end = Math.min(moofAndMdat.length, first.offset + first.size);
  const view = new DataView(moofAndMdat.buffer, moofAndMdat.byteOffset, moofAndMdat.byteLength);
  const sets: string[] = [];
  let at = first.offset;
  for (let unit = 0; unit < MOST_UNITS && at + 5 <= end; unit += 1) {
    // FFmpeg writes lengths of four bytes (ISO/IEC 14496-15 §5.3.3.1, lengthSizeMinusOne 3).
    const size = view.getUint32(at);
    const start = at + 4;
    if (size === 0 || start + size > end) break;
    const header = view.getUint8(start);
    // H.264 §7.4.1: five bits, 7 is a set, 1 to 5 are slices. H.265 §7.4.2.2: six bits, 33 is a set, below 32 slices.
    const type = kind === 'avc' ? header & 0x1f : (header >> 1) & 0x3f;
    if (kind === 'avc' ? type >= 1 && type <= 5 : type < 32) break;
    if (type === (kind === 'avc' ? 7 : 33)) {
      sets.push(Buffer.from(moofAndMdat.buffer, moofAndMdat.byteOffset + start, size).toString('latin1'));
    }
    at = start + size;
  }
  return sets.length === 0 ? null : sets.sort().join('|');
}
