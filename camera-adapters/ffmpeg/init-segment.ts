import { type Box, boxesIn, findBox, printable, readBox, viewOf } from '#base/mp4/boxes';
import type { AudioTrack, VideoTrack } from '#contracts/media';
import { CameraFault } from '../adapter.ts';
import { codecOf } from './codec-strings.ts';
import { malformed } from './malformed.ts';

/** What the boxes of an initialisation segment say about its tracks. */
export interface InitSegment {
  readonly video: Omit<VideoTrack, 'frameRate'>;
  readonly audio: AudioTrack | null;
  /** Ticks per second of the video track. */
  readonly timescale: number;
  readonly videoTrackId: number;
  /** From `trex`: what a fragment leaves out. */
  readonly defaults: SampleDefaults;
}

export interface SampleDefaults {
  readonly duration: number;
  readonly flags: number;
}

interface Track {
  readonly id: number;
  readonly handler: string;
  readonly timescale: number;
  readonly entry: Box;
}

const MOST_TRACKS = 8;
const HVC1 = 0x6876_6331;

/**
 * Reads `ftyp` and `moov`. Throws `CameraFault`: `malformedStream`, or `unsupportedCodec` for a picture that we cannot
 * name, and `RangeError` for a broken box. `bytes` is ours and is put right in one place: FFmpeg calls H.265 `hev1`, which Safari refuses.
 */
export function readInitSegment(bytes: Uint8Array): InitSegment {
  const view = viewOf(bytes);
  const moov = findBox(view, { start: 0, end: bytes.length }, 'moov');
  if (moov === undefined) throw malformed("no 'moov'");
  const tracks: Track[] = [];
  for (const trak of boxesIn(view, moov.start, moov.end)) {
    if (trak.type !== 'trak') continue;
    if (tracks.length === MOST_TRACKS) throw malformed('too many tracks');
    tracks.push(readTrack(view, trak));
  }
  const video = tracks.find((track) => track.handler === 'vide');
  if (video === undefined) throw new CameraFault('notACamera', 'the device sends no video');
  const audio = tracks.find((track) => track.handler === 'soun');
  return {
    video: readVideo(view, video.entry),
    audio: audio === undefined ? null : readAudio(view, audio.entry),
    timescale: video.timescale,
    videoTrackId: video.id,
    defaults: readDefaults(view, moov, video.id),
  };
}

function readTrack(view: DataView, trak: Box): Track {
  const need = (...path: string[]): Box => {
    const found = findBox(view, trak, ...path);
    if (found === undefined) throw malformed(`a track without '${path.join('/')}'`);
    return found;
  };
  const tkhd = readBox(view, need('tkhd'));
  tkhd.skip(tkhd.u8() === 1 ? 19 : 11);
  const id = tkhd.u32();
  const mdhd = readBox(view, need('mdia', 'mdhd'));
  mdhd.skip(mdhd.u8() === 1 ? 19 : 11);
  const timescale = mdhd.u32();
  if (timescale === 0) throw malformed('a track without a timescale');
  const hdlr = need('mdia', 'hdlr');
  const handlerReader = readBox(view, hdlr);
  handlerReader.skip(8);
  const handler = String.fromCharCode(...handlerReader.take(4));
  const stsd = need('mdia', 'minf', 'stbl', 'stsd');
  const [entry] = boxesIn(view, stsd.start + 8, stsd.end);
  if (entry === undefined) throw malformed('a track without a sample entry');
  return { id, handler, timescale, entry };
}

/** VisualSampleEntry (ISO/IEC 14496-12 §12.1.3): 78 bytes before its child boxes. */
function readVideo(view: DataView, entry: Box): Omit<VideoTrack, 'frameRate'> {
  const reader = readBox(view, entry);
  reader.skip(24);
  const width = reader.u16();
  const height = reader.u16();
  reader.skip(50);
  const facts = codecOf(view, entry, entry.start + 78);
  if (facts === undefined) {
    throw new CameraFault('unsupportedCodec', `the camera sends video as '${printable(entry.type)}'`);
  }
  if (entry.type === 'hev1') view.setUint32(entry.start - 4, HVC1);
  return { codec: facts.codec, width, height };
}

/** AudioSampleEntry (ISO/IEC 14496-12 §12.2.3): 28 bytes before its child boxes. */
function readAudio(view: DataView, entry: Box): AudioTrack | null {
  const reader = readBox(view, entry);
  reader.skip(16);
  const channels = reader.u16();
  reader.skip(6);
  const sampleRate = reader.u32() / 65_536;
  const facts = codecOf(view, entry, entry.start + 28);
  return facts === undefined ? null : { codec: facts.codec, sampleRate, channels: facts.channels ?? channels };
}

function readDefaults(view: DataView, moov: Box, trackId: number): SampleDefaults {
  const mvex = findBox(view, moov, 'mvex');
  if (mvex === undefined) throw malformed("no 'mvex': the stream is not fragmented");
  for (const box of boxesIn(view, mvex.start, mvex.end)) {
    if (box.type !== 'trex') continue;
    const reader = readBox(view, box);
    reader.skip(4);
    if (reader.u32() !== trackId) continue;
    reader.skip(4);
    const duration = reader.u32();
    reader.skip(4);
    return { duration, flags: reader.u32() };
  }
  return { duration: 0, flags: 0 };
}
