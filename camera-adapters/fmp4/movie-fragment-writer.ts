import { SOUND_TRACK, VIDEO_TRACK } from './init-segment-writer.ts';

/**
 * Writes `moof` and the header of `mdat` (ISO/IEC 14496-12 §8.8) in place, in front of the samples that are there
 * already. Nothing is allocated but one view.
 */

/** Samples of one track, in the order of their bytes. Used again for fragment after fragment. */
export interface SampleTable {
  count: number;
  /** Bytes, and ticks of the track. */
  readonly sizes: Int32Array;
  readonly durations: Int32Array;
  /** Showing time minus decode time; looked at where `hasOffsets`. */
  readonly offsets: Int32Array;
  hasOffsets: boolean;
}

export function createSampleTable(most: number): SampleTable {
  const [sizes, durations, offsets] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
  return { count: 0, sizes, durations, offsets, hasOffsets: false };
}

export interface FragmentBoxes {
  readonly sequence: number;
  readonly keyframe: boolean;
  readonly video: SampleTable;
  readonly videoDecodeTime: number;
  /** Its samples stand behind those of the picture; none where `count` is 0. */
  readonly sound: SampleTable | null;
  readonly soundDecodeTime: number;
  /** Of all samples. */
  readonly payloadBytes: number;
}

/** `moof`, `mfhd` and `mdat`'s header; `traf`, `tfhd` and `tfdt` of the picture; its `trun` without its rows. */
const FIXED = 8 + 16 + 8 + 8 + 20 + 20 + 24;
const SOUND_FIXED = 8 + 16 + 20 + 20;
const ROW = 8;
const OFFSET = 4;

/** Room for these boxes at their largest. */
export function mostHeaderBytes(videoSamples: number, soundSamples: number): number {
  const ofSound = soundSamples === 0 ? 0 : SOUND_FIXED + soundSamples * ROW;
  return FIXED + videoSamples * (ROW + OFFSET) + ofSound;
}

export function headerBytes({ video, sound, keyframe }: Pick<FragmentBoxes, 'video' | 'sound' | 'keyframe'>): number {
  const ofVideo = FIXED - (keyframe ? 0 : 4) + video.count * (video.hasOffsets ? ROW + OFFSET : ROW);
  return sound === null || sound.count === 0 ? ofVideo : ofVideo + SOUND_FIXED + sound.count * ROW;
}

/** Sample flags (§8.8.3.1): depends on no other; or on others and is no sync sample. */
const SYNC = 0x0200_0000;
const NON_SYNC = 0x0101_0000;
const DEFAULT_BASE_IS_MOOF = 0x02_0000;
const DEFAULT_FLAGS = 0x20;
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, composition: 0x800 };

/** Writes `headerBytes` bytes at `at`, directly behind which the samples stand. */
export function writeHeader(memory: Uint8Array, at: number, fragment: FragmentBoxes): void {
  const { video, sound, keyframe, payloadBytes } = fragment;
  const header = headerBytes(fragment);
  const view = new DataView(memory.buffer, memory.byteOffset + at, header);
  const dataOffset = header;

  const videoRun = (keyframe ? 24 : 20) + video.count * (video.hasOffsets ? ROW + OFFSET : ROW);
  const hasSound = sound !== null && sound.count > 0;
  const soundRun = hasSound ? 20 + sound.count * ROW : 0;

  let to = writeBox(view, 0, header - 8, 0x6d6f6f66 /* moof */);
  to = writeBox(view, to, 16, 0x6d666864 /* mfhd */);
  view.setUint32(to, 0);
  view.setUint32(to + 4, fragment.sequence >>> 0);
  to += 8;

  to = writeBox(view, to, 8 + 20 + 20 + videoRun, 0x74726166 /* traf */);
  to = writeBox(view, to, 20, 0x74666864 /* tfhd */);
  view.setUint32(to, DEFAULT_BASE_IS_MOOF | DEFAULT_FLAGS);
  view.setUint32(to + 4, VIDEO_TRACK);
  view.setUint32(to + 8, NON_SYNC);
  to = writeDecodeTime(view, to + 12, fragment.videoDecodeTime);
  to = writeBox(view, to, videoRun, 0x7472756e /* trun */);
  const flags =
    TRUN.dataOffset |
    TRUN.duration |
    TRUN.size |
    (keyframe ? TRUN.firstFlags : 0) |
    (video.hasOffsets ? TRUN.composition : 0);
  // Version 1: offsets have a sign.
  view.setUint32(to, 0x0100_0000 | flags);
  view.setUint32(to + 4, video.count);
  view.setUint32(to + 8, dataOffset);
  to += 12;
  if (keyframe) {
    view.setUint32(to, SYNC);
    to += 4;
  }
  let videoBytes = 0;
  for (let i = 0; i < video.count; i += 1) {
    const size = video.sizes[i] ?? 0;
    videoBytes += size;
    view.setUint32(to, video.durations[i] ?? 0);
    view.setUint32(to + 4, size);
    to += ROW;
    if (video.hasOffsets) {
      view.setInt32(to, video.offsets[i] ?? 0);
      to += OFFSET;
    }
  }

  if (hasSound) {
    to = writeBox(view, to, 8 + 16 + 20 + soundRun, 0x74726166 /* traf */);
    to = writeBox(view, to, 16, 0x74666864 /* tfhd */);
    view.setUint32(to, DEFAULT_BASE_IS_MOOF);
    view.setUint32(to + 4, SOUND_TRACK);
    to = writeDecodeTime(view, to + 8, fragment.soundDecodeTime);
    to = writeBox(view, to, soundRun, 0x7472756e /* trun */);
    view.setUint32(to, TRUN.dataOffset | TRUN.duration | TRUN.size);
    view.setUint32(to + 4, sound.count);
    view.setUint32(to + 8, dataOffset + videoBytes);
    to += 12;
    for (let i = 0; i < sound.count; i += 1) {
      view.setUint32(to, sound.durations[i] ?? 0);
      view.setUint32(to + 4, sound.sizes[i] ?? 0);
      to += ROW;
    }
  }
  writeBox(view, to, 8 + payloadBytes, 0x6d646174 /* mdat */);
}

/** Where the body begins. */
function writeBox(view: DataView, at: number, size: number, type: number): number {
  view.setUint32(at, size);
  view.setUint32(at + 4, type);
  return at + 8;
}

/** `tfdt` of version 1, 64 bits (§8.8.12). */
function writeDecodeTime(view: DataView, at: number, ticks: number): number {
  const to = writeBox(view, at, 20, 0x74666474 /* tfdt */);
  view.setUint32(to, 0x0100_0000);
  view.setUint32(to + 4, Math.floor(ticks / 2 ** 32));
  view.setUint32(to + 8, ticks >>> 0);
  return to + 12;
}
