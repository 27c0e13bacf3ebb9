import { eachSample } from '#base/mp4/samples';
import { isPicture, readTracks } from '#base/mp4/tracks';

/**
 * Hex of the slices of each picture in fragments of H.264 or H.265, for comparing what went through somebody else's
 * program: it may put parameter sets elsewhere, and a zero behind a unit (ISO/IEC 14496-10 annex B), and nothing else.
 */
export function pictureBytes(fragments: Uint8Array, init: Uint8Array): readonly string[] {
  const pictures: string[] = [];
  const view = new DataView(fragments.buffer, fragments.byteOffset, fragments.byteLength);
  eachSample(fragments, readTracks(init), ({ track, start, end }) => {
    if (!isPicture(track)) return;
    let slices = '';
    for (let at = start; at < end; at += 4 + view.getUint32(at)) {
      const first = view.getUint8(at + 4);
      const isSlice = track.codec === 'h264' ? [1, 5].includes(first & 0x1f) : ((first >> 1) & 0x3f) < 32;
      const unit = Buffer.from(fragments.subarray(at + 4, at + 4 + view.getUint32(at))).toString('hex');
      if (isSlice) slices += unit.replace(/(00)+$/, '');
    }
    pictures.push(slices);
  });
  return pictures;
}
