import type { BitReader } from './bit-reader.ts';
import { believable, skipAspectAndColour } from './usability.ts';

/** What a sequence parameter set says (H.264 §7.3.2.1). */
export interface H264Sps {
  readonly id: number;
  readonly profile: number;
  /** constraint_set0_flag is the highest bit. */
  readonly constraints: number;
  readonly level: number;
  readonly chromaFormat: number;
  /** Less eight. */
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  /** After cropping. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number | null;
  /** Most that a picture may build on. */
  readonly references: number;
  /** `null` where it is not told and B pictures are possible. */
  readonly reorder: number | null;
}

/** §7.3.2.1.1: the profiles whose sets tell of chroma and bit depth. */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const MOST_PIXELS = 16_384;

/** Reads behind the header of the NAL unit; `null` where the set makes no sense. */
export function readH264Sps(bits: BitReader): H264Sps | null {
  const profile = bits.bits(8);
  const constraints = bits.bits(8);
  const level = bits.bits(8);
  const id = bits.ue(31);
  let chromaFormat = 1;
  let separatePlanes = false;
  let bitDepthLuma = 0;
  let bitDepthChroma = 0;
  if (HIGH_PROFILES.has(profile)) {
    chromaFormat = bits.ue(3);
    if (chromaFormat === 3) separatePlanes = bits.bit() === 1;
    bitDepthLuma = bits.ue(6);
    bitDepthChroma = bits.ue(6);
    bits.skip(1); // qpprime_y_zero_transform_bypass_flag
    if (bits.bit() === 1) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  bits.ue(12); // log2_max_frame_num_minus4
  const orderType = readPictureOrder(bits);
  const references = bits.ue(16);
  bits.skip(1); // gaps_in_frame_num_value_allowed_flag
  const macroblocksWide = bits.ue(MOST_PIXELS / 16) + 1;
  const mapUnitsHigh = bits.ue(MOST_PIXELS / 16) + 1;
  const fieldsPerUnit = bits.bit() === 1 ? 1 : 2;
  if (fieldsPerUnit === 2) bits.skip(1); // mb_adaptive_frame_field_flag
  bits.skip(1); // direct_8x8_inference_flag
  let width = macroblocksWide * 16;
  let height = mapUnitsHigh * 16 * fieldsPerUnit;
  if (bits.bit() === 1) {
    const planar = chromaFormat === 0 || separatePlanes;
    const unitX = planar || chromaFormat === 3 ? 1 : 2;
    const unitY = (planar || chromaFormat !== 1 ? 1 : 2) * fieldsPerUnit;
    const cutX = (bits.ue() + bits.ue()) * unitX;
    const cutY = (bits.ue() + bits.ue()) * unitY;
    // As FFmpeg does: a crop that leaves nothing is none.
    if (cutX < width && cutY < height) {
      width -= cutX;
      height -= cutY;
    }
  }
  const usability = bits.bit() === 1;
  if (bits.spent || width > MOST_PIXELS || height > MOST_PIXELS || profile === 0) return null;
  // Many cameras write nonsense behind this point, and all that is needed to show a picture has been read.
  const { frameRate, reorder } = usability ? readUsability(bits) : NOT_TOLD;
  // §8.2.1.3: with order type 2, and without bidirectional slices (A.2.1) or references, nothing is shown late.
  const inOrder = orderType === 2 || profile === 66 || references === 0;
  return {
    id,
    profile,
    constraints,
    level,
    chromaFormat,
    bitDepthLuma,
    bitDepthChroma,
    width,
    height,
    frameRate,
    references,
    reorder: reorder ?? (inOrder ? 0 : null),
  };
}

/** Gives pic_order_cnt_type. */
function readPictureOrder(bits: BitReader): number {
  const type = bits.ue(2);
  if (type === 0) bits.ue(12); // log2_max_pic_order_cnt_lsb_minus4
  if (type !== 1) return type;
  bits.skip(1); // delta_pic_order_always_zero_flag
  bits.se(); // offset_for_non_ref_pic
  bits.se(); // offset_for_top_to_bottom_field
  const cycle = bits.ue(255);
  for (let i = 0; i < cycle && !bits.spent; i += 1) bits.se(); // offset_for_ref_frame
  return type;
}

/** §7.3.2.1.1.1. */
function skipScalingLists(bits: BitReader, count: number): void {
  for (let list = 0; list < count && !bits.spent; list += 1) {
    if (bits.bit() === 0) continue;
    let last = 8;
    let next = 8;
    for (let i = 0; i < (list < 6 ? 16 : 64) && !bits.spent; i += 1) {
      if (next !== 0) next = (last + bits.se() + 256) & 0xff;
      if (next !== 0) last = next;
    }
  }
}

interface Usability {
  readonly frameRate: number | null;
  readonly reorder: number | null;
}

const NOT_TOLD: Usability = { frameRate: null, reorder: null };

/** VUI (§E.1.1). What is told before it stops to make sense still counts. */
function readUsability(bits: BitReader): Usability {
  skipAspectAndColour(bits);
  let frameRate: number | null = null;
  if (bits.bit() === 1) {
    const tick = bits.bits(32);
    const scale = bits.bits(32);
    bits.skip(1); // fixed_frame_rate_flag
    // §E.2.1: a tick is a field's.
    if (!bits.spent) frameRate = believable(scale / (2 * tick));
  }
  const nalHrd = bits.bit() === 1;
  if (nalHrd) skipHrd(bits);
  const vclHrd = bits.bit() === 1;
  if (vclHrd) skipHrd(bits);
  if (nalHrd || vclHrd) bits.skip(1); // low_delay_hrd_flag
  bits.skip(1); // pic_struct_present_flag
  if (bits.bit() === 0) return { frameRate, reorder: null };
  bits.skip(1); // motion_vectors_over_pic_boundaries_flag
  bits.ue(); // max_bytes_per_pic_denom
  bits.ue(); // max_bits_per_mb_denom
  bits.ue(); // log2_max_mv_length_horizontal
  bits.ue(); // log2_max_mv_length_vertical
  const reorder = bits.ue(16);
  bits.ue(); // max_dec_frame_buffering
  return { frameRate, reorder: bits.spent ? null : reorder };
}

/** §E.1.2. */
function skipHrd(bits: BitReader): void {
  const count = bits.ue(31) + 1;
  bits.skip(8); // bit_rate_scale, cpb_size_scale
  for (let i = 0; i < count && !bits.spent; i += 1) {
    bits.ue(); // bit_rate_value_minus1
    bits.ue(); // cpb_size_value_minus1
    bits.skip(1); // cbr_flag
  }
  bits.skip(20); // lengths, less one, of the delays of removal and output and of time_offset
}
