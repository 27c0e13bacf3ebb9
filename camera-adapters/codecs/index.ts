import { NotForUs, type RtspTrack } from '../rtsp/rtsp-client.ts';
import { aacDepacketizer } from './aac.ts';
import type { AccessUnitWriter, Depacketizer, DepacketizerFigures, SoundDepacketizer, SoundWriter } from './codec.ts';
import { g711Depacketizer } from './g711.ts';
import { h264Depacketizer } from './h264.ts';
import { h265Depacketizer } from './h265.ts';

type VideoFactory = (track: RtspTrack, writer: AccessUnitWriter, figures: DepacketizerFigures) => Depacketizer;

type SoundFactory = (track: RtspTrack, writer: SoundWriter) => SoundDepacketizer;

/** By the names of RFC 3551 and its registry, as SDP has them. */
const VIDEO: { readonly [encoding: string]: VideoFactory } = {
  H264: h264Depacketizer,
  H265: h265Depacketizer,
};

const SOUND: { readonly [encoding: string]: SoundFactory } = {
  'MPEG4-GENERIC': aacDepacketizer,
  PCMA: g711Depacketizer,
  PCMU: g711Depacketizer,
};

/** Throws `NotForUs` for what only FFmpeg knows. */
export function createVideoDepacketizer(
  track: RtspTrack,
  writer: AccessUnitWriter,
  figures: DepacketizerFigures,
): Depacketizer {
  return known(VIDEO, track)(track, writer, figures);
}

/** Throws `NotForUs` for what only FFmpeg knows. */
export function createSoundDepacketizer(track: RtspTrack, writer: SoundWriter): SoundDepacketizer {
  return known(SOUND, track)(track, writer);
}

function known<Factory>(factories: { readonly [encoding: string]: Factory }, track: RtspTrack): Factory {
  const factory = Object.hasOwn(factories, track.encoding) ? factories[track.encoding] : undefined;
  if (factory === undefined) throw new NotForUs(`the camera sends ${track.media} as ${printable(track.encoding)}`);
  return factory;
}

const printable = (text: string): string => text.replace(/[^ -~]/g, '?').slice(0, 40);
