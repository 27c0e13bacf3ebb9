/** What the header of a NAL unit tells (H.264 §7.4.1, H.265 §7.4.2.2). Runs for each unit of each picture. */
export type PictureCodec = 'h264' | 'h265';

/** `header` is its first byte. */
export function unitType(codec: PictureCodec, header: number): number {
  return codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f;
}

/** A part of a picture; sets and messages stand before the first one. */
export function isSlice(codec: PictureCodec, type: number): boolean {
  return codec === 'h264' ? type >= 1 && type <= 5 : type < 32;
}

export function isSequenceSet(codec: PictureCodec, type: number): boolean {
  return type === (codec === 'h264' ? 7 : 33);
}
