import { type Box, boxesIn, findBox, readBox } from '#base/mp4/boxes';
import { NON_SYNC, TFHD, TRUN } from '#base/mp4/fragment-flags';
import type { InitSegment } from './init-segment.ts';
import { malformed } from './malformed.ts';

/** What a `moof` says about the video in it (ISO/IEC 14496-12 §8.8). */
export interface MovieFragment {
  /** In ticks of the video track. */
  readonly decodeTime: number;
  readonly duration: number;
  readonly keyframe: boolean;
  readonly samples: number;
  /** Where the first picture lies, from the start of the `moof`; `null` where the boxes do not tell. */
  readonly first: { readonly offset: number; readonly size: number } | null;
}

interface Defaults {
  readonly duration: number;
  readonly flags: number;
  readonly size: number;
}

/** More pictures than this in one fragment are a fault: at 1000 pictures a second it would last a minute. */
const MOST_SAMPLES = 60_000;

/** `null` when the fragment holds no video. Throws `CameraFault`, and `RangeError` for a broken box. */
export function readMovieFragment(view: DataView, moof: Box, init: InitSegment): MovieFragment | null {
  for (const traf of boxesIn(view, moof.start, moof.end)) {
    if (traf.type !== 'traf') continue;
    const tfhdBox = findBox(view, traf, 'tfhd');
    if (tfhdBox === undefined) throw malformed("'traf' without 'tfhd'");
    const tfhd = readBox(view, tfhdBox);
    const has = tfhd.u32() & 0xff_ffff;
    if (tfhd.u32() !== init.videoTrackId) continue;
    if ((has & TFHD.baseDataOffset) !== 0) tfhd.skip(8);
    if ((has & TFHD.description) !== 0) tfhd.skip(4);
    const duration = (has & TFHD.duration) === 0 ? init.defaults.duration : tfhd.u32();
    const size = (has & TFHD.size) === 0 ? 0 : tfhd.u32();
    const flags = (has & TFHD.flags) === 0 ? init.defaults.flags : tfhd.u32();
    return readRuns(view, traf, { duration, flags, size });
  }
  return null;
}

function readRuns(view: DataView, traf: Box, defaults: Defaults): MovieFragment | null {
  let decodeTime: number | undefined;
  let duration = 0;
  let samples = 0;
  let keyframe = false;
  let first: MovieFragment['first'] = null;
  for (const box of boxesIn(view, traf.start, traf.end)) {
    if (box.type === 'tfdt') {
      const tfdt = readBox(view, box);
      const version = tfdt.u32() >>> 24;
      decodeTime = version === 0 ? tfdt.u32() : tfdt.u64();
    } else if (box.type === 'trun') {
      const run = readRun(view, box, defaults);
      if (samples === 0 && run.samples > 0) {
        keyframe = (run.firstFlags & NON_SYNC) === 0;
        first = run.dataOffset === null ? null : { offset: run.dataOffset, size: run.firstSize };
      }
      samples += run.samples;
      duration += run.duration;
      if (samples > MOST_SAMPLES) throw malformed('too many pictures in one fragment');
    }
  }
  if (samples === 0) return null;
  if (decodeTime === undefined) throw malformed("'traf' without 'tfdt'");
  return { decodeTime, duration, keyframe, samples, first };
}

function readRun(
  view: DataView,
  box: Box,
  defaults: Defaults,
): { samples: number; duration: number; firstFlags: number; dataOffset: number | null; firstSize: number } {
  const trun = readBox(view, box);
  const has = trun.u32() & 0xff_ffff;
  const samples = trun.u32();
  if (samples > MOST_SAMPLES) throw malformed('too many pictures in one fragment');
  const dataOffset = (has & TRUN.dataOffset) === 0 ? null : trun.u32();
  let firstSize = defaults.size;
  let firstFlags = (has & TRUN.firstFlags) === 0 ? defaults.flags : trun.u32();
  const perSample = [TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition].filter((bit) => (has & bit) !== 0).length;
  if (trun.left < samples * perSample * 4) throw malformed("'trun' is shorter than its samples");
  let duration = (has & TRUN.duration) === 0 ? samples * defaults.duration : 0;
  for (let i = 0; i < samples && perSample > 0; i += 1) {
    if ((has & TRUN.duration) !== 0) duration += trun.u32();
    if ((has & TRUN.size) !== 0) {
      const size = trun.u32();
      if (i === 0) firstSize = size;
    }
    if ((has & TRUN.flags) !== 0) {
      const flags = trun.u32();
      if (i === 0) firstFlags = flags;
    }
    if ((has & TRUN.composition) !== 0) trun.skip(4);
  }
  return { samples, duration, firstFlags, dataOffset, firstSize };
}
