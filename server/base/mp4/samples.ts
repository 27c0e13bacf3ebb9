import { type Box, boxesIn, findBox, viewOf } from './boxes.ts';
import { NON_SYNC, TFHD, TRUN } from './fragment-flags.ts';
import type { Mp4Track } from './tracks.ts';

/** One access unit in a fragment. The object is used again: it is valid during the call only. */
export interface Mp4Sample {
  track: Mp4Track;
  /** `bytes[start, end)` of the fragment. */
  start: number;
  end: number;
  /** In ticks of its track. */
  decodeTime: number;
  duration: number;
  /** Added to the decode time it is the time of showing. */
  compositionOffset: number;
  /** Decoding can start here. */
  sync: boolean;
}

/**
 * The samples of all fragments in `bytes` (ISO/IEC 14496-12 §8.8), track by track within a fragment; places count from the start of their
 * `moof`, as CMAF wants it. Other boxes are passed over. Throws `RangeError` for what does not fit.
 */
export function eachSample(bytes: Uint8Array, tracks: readonly Mp4Track[], visit: (sample: Mp4Sample) => void): void {
  const view = viewOf(bytes);
  for (const box of boxesIn(view, 0, bytes.length)) {
    if (box.type !== 'moof') continue;
    for (const traf of boxesIn(view, box.start, box.end)) {
      if (traf.type === 'traf') readTrackFragment(view, traf, box.start - 8, tracks, visit);
    }
  }
}

function readTrackFragment(
  view: DataView,
  traf: Box,
  base: number,
  tracks: readonly Mp4Track[],
  visit: (sample: Mp4Sample) => void,
): void {
  const tfhd = findBox(view, traf, 'tfhd');
  const tfdt = findBox(view, traf, 'tfdt');
  if (tfhd === undefined || tfdt === undefined) throw new RangeError('a fragment without tfhd or tfdt');
  const id = view.getUint32(tfhd.start + 4);
  const track = tracks.find((known) => known.id === id);
  if (track === undefined) return;
  const has = view.getUint32(tfhd.start) & 0xff_ffff;
  if ((has & TFHD.baseDataOffset) !== 0) throw new RangeError('places that count from the start of the file');
  let at = tfhd.start + 8 + ((has & TFHD.description) !== 0 ? 4 : 0);
  const next = (): number => {
    at += 4;
    return view.getUint32(at - 4);
  };
  const duration = (has & TFHD.duration) !== 0 ? next() : track.defaults.duration;
  const size = (has & TFHD.size) !== 0 ? next() : track.defaults.size;
  const flags = (has & TFHD.flags) !== 0 ? next() : track.defaults.flags;
  const long = view.getUint8(tfdt.start) === 1;
  const decodeTime = long
    ? view.getUint32(tfdt.start + 4) * 2 ** 32 + view.getUint32(tfdt.start + 8)
    : view.getUint32(tfdt.start + 4);
  const sample: Mp4Sample = {
    ...{ track, start: base, end: base, decodeTime, duration, compositionOffset: 0, sync: false },
  };
  for (const trun of boxesIn(view, traf.start, traf.end)) {
    if (trun.type === 'trun') readRun(view, trun, base, { duration, size, flags }, sample, visit);
  }
}

function readRun(
  view: DataView,
  trun: Box,
  base: number,
  defaults: { readonly duration: number; readonly size: number; readonly flags: number },
  sample: Mp4Sample,
  visit: (sample: Mp4Sample) => void,
): void {
  const has = view.getUint32(trun.start) & 0xff_ffff;
  const signed = view.getUint8(trun.start) === 1;
  const count = view.getUint32(trun.start + 4);
  let at = trun.start + 8;
  if ((has & TRUN.dataOffset) !== 0) {
    sample.end = base + view.getInt32(at);
    at += 4;
  }
  const firstFlags = (has & TRUN.firstFlags) !== 0 ? view.getUint32(at) : undefined;
  if (firstFlags !== undefined) at += 4;
  let fields = 0;
  for (const bit of [TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition]) if ((has & bit) !== 0) fields += 4;
  if (fields === 0 ? count > 60_000 : at + count * fields > trun.end) throw new RangeError('trun is too short');
  for (let index = 0; index < count; index += 1) {
    sample.duration = defaults.duration;
    let { size, flags } = defaults;
    if ((has & TRUN.duration) !== 0) {
      sample.duration = view.getUint32(at);
      at += 4;
    }
    if ((has & TRUN.size) !== 0) {
      size = view.getUint32(at);
      at += 4;
    }
    if ((has & TRUN.flags) !== 0) {
      flags = view.getUint32(at);
      at += 4;
    } else if (index === 0 && firstFlags !== undefined) flags = firstFlags;
    if ((has & TRUN.composition) !== 0) {
      sample.compositionOffset = signed ? view.getInt32(at) : view.getUint32(at);
      at += 4;
    }
    sample.start = sample.end;
    sample.end = sample.start + size;
    if (sample.start < 0 || sample.end > view.byteLength) throw new RangeError('a sample outside of its fragment');
    sample.sync = (flags & NON_SYNC) === 0;
    visit(sample);
    sample.decodeTime += sample.duration;
  }
}
