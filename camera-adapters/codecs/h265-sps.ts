import type { BitReader } from './bit-reader.ts';
import { PROFILE_TIER_LEVEL_BYTES } from './codec-names.ts';
import { believable, skipAspectAndColour } from './usability.ts';

/** What a sequence parameter set says (H.265 §7.3.2.2). */
export interface H265Sps {
  readonly id: number;
  /** Number of its video parameter set. */
  readonly video: number;
  /** `general_…` of its `profile_tier_level()`, twelve bytes. */
  readonly profileTierLevel: Uint8Array;
  readonly subLayers: number;
  readonly temporalNesting: boolean;
  readonly chromaFormat: number;
  /** Less eight. */
  readonly bitDepthLuma: number;
  readonly bitDepthChroma: number;
  /** After cropping. */
  readonly width: number;
  readonly height: number;
  readonly frameRate: number | null;
  readonly reorder: number;
}

/** What a video parameter set says (§7.3.2.1), as far as it is of use. */
export interface H265Vps {
  readonly id: number;
  readonly frameRate: number | null;
}

const MOST_PIXELS = 16_384;

/** Reads behind the header of the NAL unit; `null` where the set makes no sense. */
export function readH265Sps(bits: BitReader): H265Sps | null {
  const video = bits.bits(4);
  const more = bits.bits(3);
  const temporalNesting = bits.bit() === 1;
  const profileTierLevel = readProfileTierLevel(bits, more);
  const id = bits.ue(15);
  const chromaFormat = bits.ue(3);
  const separatePlanes = chromaFormat === 3 && bits.bit() === 1;
  let width = bits.ue(MOST_PIXELS);
  let height = bits.ue(MOST_PIXELS);
  if (bits.bit() === 1) {
    const planar = chromaFormat === 0 || separatePlanes || chromaFormat === 3;
    const cutX = (bits.ue() + bits.ue()) * (planar ? 1 : 2);
    const cutY = (bits.ue() + bits.ue()) * (planar || chromaFormat === 2 ? 1 : 2);
    // As FFmpeg does: a crop that leaves nothing is none.
    if (cutX < width && cutY < height) {
      width -= cutX;
      height -= cutY;
    }
  }
  const bitDepthLuma = bits.ue(8);
  const bitDepthChroma = bits.ue(8);
  const orderBits = bits.ue(12) + 4;
  const reorder = readOrdering(bits, more);
  if (bits.spent || more > 6 || width === 0 || height === 0) return null;
  return {
    id,
    video,
    profileTierLevel,
    subLayers: more + 1,
    temporalNesting,
    chromaFormat,
    bitDepthLuma,
    bitDepthChroma,
    width,
    height,
    // All that is needed to show a picture has been read; what follows may be nonsense.
    frameRate: readFrameRate(bits, orderBits),
    reorder,
  };
}

export function readH265Vps(bits: BitReader): H265Vps | null {
  const id = bits.bits(4);
  // vps_base_layer_internal_flag, vps_base_layer_available_flag, vps_max_layers_minus1
  bits.skip(8);
  const more = bits.bits(3);
  bits.skip(17); // vps_temporal_id_nesting_flag, vps_reserved_0xffff_16bits
  readProfileTierLevel(bits, more);
  readOrdering(bits, more);
  if (bits.spent) return null;
  const layers = bits.bits(6) + 1;
  const layerSets = bits.ue(1023);
  bits.skip(layers * layerSets); // layer_id_included_flag
  return { id, frameRate: bits.bit() === 1 ? readTiming(bits) : null };
}

/** §7.3.3. `more`: sub-layers beside the first. Gives the general part. */
function readProfileTierLevel(bits: BitReader, more: number): Uint8Array {
  const general = new Uint8Array(PROFILE_TIER_LEVEL_BYTES);
  for (let i = 0; i < general.length; i += 1) general[i] = bits.bits(8);
  const present = bits.bits(more * 2);
  if (more > 0) bits.skip((8 - more) * 2); // reserved_zero_2bits
  for (let layer = more - 1; layer >= 0; layer -= 1) {
    if (((present >> (layer * 2 + 1)) & 1) === 1) bits.skip(88); // sub_layer_profile_space and what belongs to it
    if (((present >> (layer * 2)) & 1) === 1) bits.skip(8); // sub_layer_level_idc
  }
  return general;
}

/** The same in both sets; gives max_num_reorder_pics of the highest sub-layer. */
function readOrdering(bits: BitReader, more: number): number {
  let reorder = 0;
  for (let layer = bits.bit() === 1 ? 0 : more; layer <= more; layer += 1) {
    bits.ue(16); // max_dec_pic_buffering_minus1
    reorder = bits.ue(16);
    bits.ue(); // max_latency_increase_plus1
  }
  return reorder;
}

/** From behind the ordering to the VUI's timing. */
function readFrameRate(bits: BitReader, orderBits: number): number | null {
  // The smallest size of coding blocks and of transform blocks, each with the largest; transform depths inter, intra.
  for (let i = 0; i < 6; i += 1) bits.ue();
  if (bits.bit() === 1 && bits.bit() === 1) skipScalingLists(bits);
  bits.skip(2); // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (bits.bit() === 1) {
    bits.skip(8); // pcm_sample_bit_depth_luma_minus1, pcm_sample_bit_depth_chroma_minus1
    bits.ue(); // log2_min_pcm_luma_coding_block_size_minus3
    bits.ue(); // log2_diff_max_min_pcm_luma_coding_block_size
    bits.skip(1); // pcm_loop_filter_disabled_flag
  }
  skipReferenceSets(bits);
  if (bits.bit() === 1) {
    const count = bits.ue(32);
    bits.skip(count * (orderBits + 1)); // lt_ref_pic_poc_lsb_sps, used_by_curr_pic_lt_sps_flag
  }
  bits.skip(2); // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
  return bits.bit() === 1 ? readUsability(bits) : null;
}

/** §7.3.4. */
function skipScalingLists(bits: BitReader): void {
  for (let size = 0; size < 4; size += 1) {
    for (let matrix = 0; matrix < 6 && !bits.spent; matrix += size === 3 ? 3 : 1) {
      if (bits.bit() === 0) {
        bits.ue(5); // scaling_list_pred_matrix_id_delta
        continue;
      }
      if (size > 1) bits.se(); // scaling_list_dc_coef_minus8
      // scaling_list_delta_coef
      for (let i = Math.min(64, 1 << (4 + size * 2)); i > 0 && !bits.spent; i -= 1) bits.se();
    }
  }
}

/** §7.3.7. */
function skipReferenceSets(bits: BitReader): void {
  const count = bits.ue(64);
  let pictures = 0;
  for (let set = 0; set < count && !bits.spent; set += 1) {
    if (set > 0 && bits.bit() === 1) {
      bits.skip(1); // delta_rps_sign
      bits.ue(); // abs_delta_rps_minus1
      let kept = 0;
      // used_by_curr_pic_flag, or else use_delta_flag.
      for (let i = 0; i <= pictures && !bits.spent; i += 1) if (bits.bit() === 1 || bits.bit() === 1) kept += 1;
      pictures = Math.min(kept, 32);
      continue;
    }
    pictures = bits.ue(16) + bits.ue(16);
    for (let i = 0; i < pictures && !bits.spent; i += 1) {
      bits.ue(); // delta_poc_minus1
      bits.skip(1); // used_by_curr_pic_flag
    }
  }
}

/** VUI (§E.2.1), up to its timing. */
function readUsability(bits: BitReader): number | null {
  skipAspectAndColour(bits);
  bits.skip(3); // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
  if (bits.bit() === 1) for (let i = 0; i < 4; i += 1) bits.ue(); // offsets of the default display window
  return bits.bit() === 1 ? readTiming(bits) : null;
}

function readTiming(bits: BitReader): number | null {
  const tick = bits.bits(32);
  const scale = bits.bits(32);
  return bits.spent ? null : believable(scale / tick);
}
