import { NotForUs, type RtspTrack } from '../rtsp/rtsp-client.ts';
import { readAudioConfig } from './audio-config.ts';
import type { RtpPacket, SoundConfig, SoundDepacketizer, SoundWriter } from './codec.ts';

/** Low complexity, with and without band replication and parametric stereo: what browsers play. */
const PLAYED = new Set([2, 5, 29]);
/** Lengths of AU-size, AU-Index and AU-Index-delta by mode (RFC 3640 §3.3.5, §3.3.6). */
const MODES: { readonly [mode: string]: readonly [number, number, number] } = {
  'aac-hbr': [13, 3, 3],
  'aac-lbr': [6, 2, 2],
};
/** Further fields of an AU header (§3.2.1.1), which no mode of AAC has. */
const OTHER_FIELDS = [
  'ctsdeltalength',
  'dtsdeltalength',
  'randomaccessindication',
  'streamstateindication',
  'auxiliarydatasizelength',
];
const MOST_CONFIG = 64;

/** AAC as RFC 3640 packs it. Throws `NotForUs` for another stream of MPEG-4 or other headers. */
export function aacDepacketizer(track: RtspTrack, writer: SoundWriter): SoundDepacketizer {
  const { parameters } = track;
  const [size, index, delta] = MODES[parameters.get('mode')?.trim().toLowerCase() ?? 'aac-hbr'] ?? [0, 0, 0];
  const lengths: HeaderLengths = {
    size: length(parameters.get('sizelength'), size),
    index: length(parameters.get('indexlength'), index),
    delta: length(parameters.get('indexdeltalength'), delta),
  };
  if (lengths.size === 0 || OTHER_FIELDS.some((name) => Number(parameters.get(name) ?? 0) !== 0)) {
    throw new NotForUs('the camera sends AAC with headers of its own kind');
  }
  const text = parameters.get('config')?.trim() ?? '';
  if (!/^([0-9a-f]{2})+$/i.test(text) || text.length > MOST_CONFIG * 2) {
    throw new NotForUs('the camera does not tell the configuration of its AAC');
  }
  const configuration = new Uint8Array(Buffer.from(text, 'hex'));
  const facts = readAudioConfig(configuration);
  if (!PLAYED.has(facts.audioObject) || facts.sampleRate === 0 || facts.frameSamples === 0) {
    throw new NotForUs(`the camera sends a kind of AAC that browsers do not play (${facts.audioObject})`);
  }
  const config: SoundConfig = {
    codec: `mp4a.40.${facts.audioObject}`,
    sampleRate: facts.sampleRate,
    channels: facts.channels ?? track.channels,
    configuration,
  };
  // RTP counts by its own clock, which is the sample rate with all but a few.
  const ticks = Math.round((facts.frameSamples * track.clockRate) / facts.sampleRate);
  return new AacDepacketizer(config, lengths, facts.frameSamples, ticks, writer);
}

/** Bits of the fields of an AU header. */
interface HeaderLengths {
  readonly size: number;
  readonly index: number;
  readonly delta: number;
}

/** A length of up to 16 bits, as both sizes and indices have. */
function length(told: string | undefined, usual: number): number {
  const value = told === undefined ? usual : Number(told);
  if (Number.isInteger(value) && value >= 0 && value <= 16) return value;
  throw new NotForUs('the camera sends AAC with headers of its own kind');
}

class AacDepacketizer implements SoundDepacketizer {
  readonly config: SoundConfig;
  readonly #lengths: HeaderLengths;
  readonly #samples: number;
  readonly #ticks: number;
  readonly #writer: SoundWriter;
  /** Of a frame that comes in several packets (§3.2.3.1), which is rare: its memory is made for the first. */
  #frame: Uint8Array | null = null;
  #frameSize = 0;
  #frameTime = 0;
  #gathered = 0;

  constructor(config: SoundConfig, lengths: HeaderLengths, samples: number, ticks: number, writer: SoundWriter) {
    this.config = config;
    this.#lengths = lengths;
    this.#samples = samples;
    this.#ticks = ticks;
    this.#writer = writer;
  }

  push({ bytes, start, end, timestamp, lost, fresh }: RtpPacket): void {
    if (lost > 0 || fresh) this.#gathered = 0;
    if (start + 2 > end) return;
    const { size, index, delta } = this.#lengths;
    // §3.2.1: the length of all headers, in bits.
    const headerBits = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
    let bit = (start + 2) * 8;
    const lastBit = bit + headerBits;
    let at = start + 2 + ((headerBits + 7) >> 3);
    if (at > end) return;
    for (let frame = 0; bit + size + (frame === 0 ? index : delta) <= lastBit; frame += 1) {
      const frameSize = bitsAt(bytes, bit, size);
      // Interleaved frames (§3.2.3.2) would come out of order.
      if (bitsAt(bytes, bit + size, frame === 0 ? index : delta) !== 0) return;
      bit += size + (frame === 0 ? index : delta);
      if (frameSize > end - at) {
        if (frame === 0) this.#gather(timestamp, frameSize, bytes, at, end);
        return;
      }
      if (frameSize > 0) {
        this.#writer.unit((timestamp + frame * this.#ticks) >>> 0, this.#samples, bytes, at, at + frameSize);
      }
      at += frameSize;
    }
  }

  #gather(time: number, size: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#gathered === 0 || time !== this.#frameTime || size !== this.#frameSize) {
      this.#gathered = 0;
      this.#frameTime = time;
      this.#frameSize = size;
      if (this.#frame === null || this.#frame.length < size) this.#frame = new Uint8Array(size);
    }
    if (this.#frame === null) return;
    // The last part repeats the size of the whole frame, and may be followed by nothing.
    const part = Math.min(end - start, size - this.#gathered);
    this.#frame.set(bytes.subarray(start, start + part), this.#gathered);
    this.#gathered += part;
    if (this.#gathered < size) return;
    this.#gathered = 0;
    this.#writer.unit(time, this.#samples, this.#frame, 0, size);
  }
}

/** Up to 16 bits from a bit's place on. */
function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return (word >> (24 - (bit & 7) - count)) & ((1 << count) - 1);
}
