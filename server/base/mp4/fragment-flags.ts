/** Which fields a `tfhd` has (ISO/IEC 14496-12 §8.8.7.1), in the order in which they stand. */
export const TFHD = { baseDataOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20 } as const;

/** Which fields a `trun` has (§8.8.8.1): the first two once, the others for each sample, in this order. */
export const TRUN = {
  dataOffset: 0x1,
  firstFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const;

/** `sample_is_non_sync_sample` (§8.8.3.1). */
export const NON_SYNC = 0x1_0000;
