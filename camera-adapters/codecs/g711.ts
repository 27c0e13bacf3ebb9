import { NotForUs, type RtspTrack } from '../rtsp/rtsp-client.ts';
import type { RtpPacket, SoundConfig, SoundDepacketizer, SoundWriter } from './codec.ts';
import { MOST_BLOCK } from './flac-writer.ts';

/** Hz. Nearly all cameras have 8,000, some 16,000. */
const LEAST_RATE = 4000;
const MOST_RATE = 48_000;

/**
 * A-law and µ-law (RFC 3551 §4.5.14): a byte is a sample. Throws `NotForUs` for more than one channel, or a rate that no
 * sound has.
 */
export function g711Depacketizer(track: RtspTrack, writer: SoundWriter): SoundDepacketizer {
  const { encoding, clockRate, channels } = track;
  if (channels > 1) throw new NotForUs(`the camera sends ${encoding} sound of ${channels} channels`);
  if (!(clockRate >= LEAST_RATE && clockRate <= MOST_RATE)) {
    throw new NotForUs(`the camera sends ${encoding} sound of ${clockRate} Hz`);
  }
  const codec = encoding.toLowerCase();
  return new G711Depacketizer({ codec, sampleRate: clockRate, channels: 1, configuration: new Uint8Array(0) }, writer);
}

class G711Depacketizer implements SoundDepacketizer {
  readonly config: SoundConfig;
  readonly #writer: SoundWriter;

  constructor(config: SoundConfig, writer: SoundWriter) {
    this.config = config;
    this.#writer = writer;
  }

  push({ bytes, start, end, timestamp }: RtpPacket): void {
    for (let at = start; at < end; at += MOST_BLOCK) {
      const until = Math.min(end, at + MOST_BLOCK);
      this.#writer.unit((timestamp + at - start) >>> 0, until - at, bytes, at, until);
    }
  }
}
