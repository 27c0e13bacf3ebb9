import type { BitReader } from './bit-reader.ts';

/** What the video usability information of H.264 (§E.1.1) and H.265 (§E.2.1) have in common. */

const EXTENDED_ASPECT = 255;

/** The first fields, which both codecs have. */
export function skipAspectAndColour(bits: BitReader): void {
  if (bits.bit() === 1 && bits.bits(8) === EXTENDED_ASPECT) bits.skip(32); // sar_width, sar_height
  if (bits.bit() === 1) bits.skip(1); // overscan_appropriate_flag
  if (bits.bit() === 1) {
    bits.skip(4); // video_format, video_full_range_flag
    if (bits.bit() === 1) bits.skip(24); // colour_primaries, transfer_characteristics, matrix_coefficients
  }
  if (bits.bit() === 1) {
    bits.ue(); // chroma_sample_loc_type_top_field
    bits.ue(); // chroma_sample_loc_type_bottom_field
  }
}

/** Pictures per second that a camera may really have; `null` for what else stands there. */
export function believable(frameRate: number): number | null {
  return frameRate > 0.01 && frameRate <= 1000 ? frameRate : null;
}
