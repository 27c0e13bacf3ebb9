import { viewOf } from './boxes.ts';
import type { Mp4Track } from './tracks.ts';

/**
 * The access unit with the parameter sets of its track before it, unless it has some of its own or needs none. A file has
 * them once, in its beginning; over RTP they come with each picture from which decoding can start.
 */
export function withParameterSets(track: Mp4Track, unit: Uint8Array): Uint8Array {
  if (track.codec === 'aac' || hasParameterSets(track.codec, unit)) return unit;
  const size = track.parameterSets.reduce((sum, set) => sum + 4 + set.length, 0);
  const out = new Uint8Array(size + unit.length);
  const view = viewOf(out);
  let at = 0;
  for (const set of track.parameterSets) {
    view.setUint32(at, set.length);
    out.set(set, at + 4);
    at += 4 + set.length;
  }
  out.set(unit, at);
  return out;
}

function hasParameterSets(codec: 'h264' | 'h265', unit: Uint8Array): boolean {
  const view = viewOf(unit);
  for (let at = 0; at + 5 <= unit.length; at += 4 + view.getUint32(at)) {
    const first = view.getUint8(at + 4);
    const type = codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
    if (type === (codec === 'h264' ? 7 : 33)) return true;
    // They stand before the pictures.
    if (codec === 'h264' ? type >= 1 && type <= 5 : type < 32) return false;
  }
  return false;
}
