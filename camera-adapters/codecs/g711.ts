import type { RtspTrack } from '../rtsp/rtsp-client.ts';
import type { RtpPacket, SoundConfig, SoundDepacketizer, SoundWriter } from './codec.ts';

/** A-law and µ-law (RFC 3551 §4.5.14): a byte is a sample. */
export function g711Depacketizer(track: RtspTrack, writer: SoundWriter): SoundDepacketizer {
  return new G711Depacketizer(
    {
      codec: track.encoding.toLowerCase(),
      sampleRate: track.clockRate,
      channels: track.channels,
      configuration: new Uint8Array(0),
    },
    writer,
  );
}

class G711Depacketizer implements SoundDepacketizer {
  readonly config: SoundConfig;
  readonly #channels: number;
  readonly #writer: SoundWriter;

  constructor(config: SoundConfig, writer: SoundWriter) {
    this.config = config;
    this.#channels = Math.max(1, config.channels);
    this.#writer = writer;
  }

  push({ bytes, start, end, timestamp }: RtpPacket): void {
    const samples = Math.floor((end - start) / this.#channels);
    if (samples > 0) this.#writer.unit(timestamp, samples, bytes, start, start + samples * this.#channels);
  }
}
