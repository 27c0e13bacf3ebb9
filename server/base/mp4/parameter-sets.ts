import { copyInto } from '../copy-into.ts';
import { isSequenceSet, isSlice, type PictureCodec, unitType } from '../nal-units.ts';
import { viewOf } from './boxes.ts';
import { isPicture, type Mp4Track } from './tracks.ts';

/**
 * The access unit with the parameter sets of its track before it, unless it has some of its own or needs none. A file has
 * them once, in its beginning; over RTP they come with each picture from which decoding can start.
 */
export function withParameterSets(track: Mp4Track, unit: Uint8Array): Uint8Array {
  if (!isPicture(track) || hasParameterSets(track.codec, unit)) return unit;
  return withLengths(track.parameterSets, unit);
}

/** NAL units with lengths of four bytes before each, and what follows them as it is. */
export function withLengths(units: readonly Uint8Array[], after: Uint8Array = NOTHING): Uint8Array {
  const out = Buffer.allocUnsafeSlow(units.reduce((sum, unit) => sum + 4 + unit.length, after.length));
  let at = 0;
  for (const unit of units) {
    out.writeUInt32BE(unit.length, at);
    copyInto(out, unit, at + 4);
    at += 4 + unit.length;
  }
  copyInto(out, after, at);
  return out;
}

const NOTHING = new Uint8Array(0);

function hasParameterSets(codec: PictureCodec, unit: Uint8Array): boolean {
  const view = viewOf(unit);
  for (let at = 0; at + 5 <= unit.length; at += 4 + view.getUint32(at)) {
    const type = unitType(codec, view.getUint8(at + 4));
    if (isSequenceSet(codec, type)) return true;
    // They stand before the pictures.
    if (isSlice(codec, type)) return false;
  }
  return false;
}
