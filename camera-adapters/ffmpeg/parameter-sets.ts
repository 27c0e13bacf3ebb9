import { viewOf } from '#base/mp4/boxes';
import { isSequenceSet, isSlice, unitType } from '#base/nal-units';
import type { MovieFragment } from './movie-fragment.ts';

/**
 * Sequence parameter sets inside of pictures. FFmpeg copies a camera that changes its picture size into one MP4 under
 * the first size's `avcC` or `hvcC`; the sets that come with each key frame are where it shows. Pure.
 */

/** NAL units before the first slice are few. */
const MOST_UNITS = 32;

/** The sets of a key frame as text, to be compared; `null` where it carries none, or is of another codec. */
export function sequenceSets(codec: string, moofAndMdat: Uint8Array, first: MovieFragment['first']): string | null {
  const kind = codec.startsWith('avc1') ? 'h264' : codec.startsWith('hvc1') ? 'h265' : null;
  if (kind === null || first === null) return null;
  const end = Math.min(moofAndMdat.length, first.offset + first.size);
  const view = viewOf(moofAndMdat);
  // Some cameras and servers repeat the same set in one picture and not in the next.
  const sets = new Set<string>();
  let at = first.offset;
  for (let unit = 0; unit < MOST_UNITS && at + 5 <= end; unit += 1) {
    // FFmpeg writes lengths of four bytes (ISO/IEC 14496-15 §5.3.3.1, lengthSizeMinusOne 3).
    const size = view.getUint32(at);
    const start = at + 4;
    if (size === 0 || start + size > end) break;
    const type = unitType(kind, view.getUint8(start));
    if (isSlice(kind, type)) break;
    if (isSequenceSet(kind, type)) {
      sets.add(Buffer.from(moofAndMdat.buffer, moofAndMdat.byteOffset + start, size).toString('latin1'));
    }
    at = start + size;
  }
  return sets.size === 0 ? null : [...sets].sort().join('|');
}
