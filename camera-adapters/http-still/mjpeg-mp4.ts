import { box, descriptor, join, u16, u32, zeros } from '../fmp4/box-writer.ts';
import { visualEntry, writeInitSegment } from '../fmp4/init-segment-writer.ts';

/**
 * Pictures as fragmented MP4, written by ourselves: a JPEG is a whole access unit, so there is nothing that a program
 * beside ours would be needed for. Boxes by ISO/IEC 14496-12, the sample entry by ISO/IEC 14496-1 §7.2.6. Pure.
 */

/** Ticks per second. */
export const MJPEG_TIMESCALE = 1000;
/** Motion JPEG as RFC 6381 has it: object type 0x6C (ISO/IEC 10918-1). */
export const MJPEG_CODEC = 'mp4v.6C';

/** `ftyp` and `moov`; sizes in pixels. */
export function mjpegInit(size: { readonly width: number; readonly height: number }): Uint8Array {
  const decoder = descriptor(4, 0x6c, 0x11, zeros(3), u32(0), u32(0));
  const esds = box('esds', u32(0), descriptor(3, u16(1), 0, decoder, descriptor(6, 2)));
  return writeInitSegment({ ...size, timescale: MJPEG_TIMESCALE, entry: visualEntry('mp4v', size, esds) }, null);
}

/** One picture as `moof` and `mdat`; times in ticks of `MJPEG_TIMESCALE`. */
export function mjpegFragment(picture: {
  readonly sequence: number;
  readonly decodeTime: number;
  readonly duration: number;
  readonly jpeg: Uint8Array;
}): Uint8Array {
  const moof = (dataOffset: number): Uint8Array =>
    box(
      'moof',
      box('mfhd', u32(0), u32(picture.sequence)),
      box(
        'traf',
        // default-base-is-moof; the sample is a sync sample on which nothing depends (§8.8.3.1).
        box('tfhd', u32(0x02_0000), u32(1)),
        box('tfdt', u32(0x0100_0000), u32(Math.floor(picture.decodeTime / 2 ** 32)), u32(picture.decodeTime)),
        box(
          'trun',
          u32(0x000705),
          u32(1),
          u32(dataOffset),
          u32(0x0200_0000),
          u32(picture.duration),
          u32(picture.jpeg.length),
        ),
      ),
    );
  return join([moof(moof(0).length + 8), box('mdat', picture.jpeg)]);
}
