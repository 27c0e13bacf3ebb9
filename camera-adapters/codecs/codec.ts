/**
 * What lies between a camera's packets and our fragments: packets in order go in, access units come out, and their
 * bytes are copied once, from the socket's memory to the fragment's.
 */

/**
 * One RTP packet (RFC 3550 §5.1), in the order of its numbers. The object and its bytes are used again: both are valid
 * during the call only.
 */
export interface RtpPacket {
  bytes: Uint8Array;
  /** The payload is `bytes[start, end)`: without header, contributors, extension and padding. */
  start: number;
  end: number;
  sequence: number;
  /** As it came: 32 bits, from any origin. */
  timestamp: number;
  marker: boolean;
  /** Packets that are missing directly before this one. */
  lost: number;
  /** True for the first packet, and where the source began anew (another SSRC, numbers that jump): no past holds. */
  fresh: boolean;
}

/** Reads the payloads of one track (RFC 6184, 7798, 3640, 3551). Anything may stand in them; nothing throws. */
export interface Depacketizer {
  push(packet: RtpPacket): void;
}

/**
 * Where a depacketiser writes: NAL units with lengths of four bytes (ISO/IEC 14496-15 §5.3.3.1), straight into the
 * memory of the fragment that they will be part of. A unit that is begun is ended before the next; an access unit is
 * committed or discarded before the next.
 */
export interface AccessUnitWriter {
  beginUnit(): void;
  /** Copies `bytes[start, end)`. */
  append(bytes: Uint8Array, start: number, end: number): void;
  appendByte(value: number): void;
  /** Ends the unit, or takes it back where `keep` is false or nothing was written. */
  endUnit(keep: boolean): void;
  commit(unit: VideoUnit): void;
  /** Forgets what was written since the last commit. */
  discard(): void;
}

/** What is known of an access unit beside its bytes. */
export interface VideoUnit {
  /** 32 bits, as it came. */
  readonly rtpTime: number;
  /** Decoding can start here. */
  readonly randomAccess: boolean;
  /** Present with the first unit and wherever the parameter sets have changed; comes with a random access point. */
  readonly config?: VideoConfig;
}

/** What parameter sets say. */
export interface VideoConfig {
  /** RFC 6381, for example `avc1.64001f` or `hvc1.1.6.L93.B0`. */
  readonly codec: string;
  /** Pixels that are shown, after cropping. */
  readonly width: number;
  readonly height: number;
  /** Pictures per second, where the sets tell; else `null`. */
  readonly frameRate: number | null;
  /** Pictures that may stand between decoding and showing: 0 where order of decoding is order of showing. */
  readonly reorder: number;
  /** `avc1` or `hvc1`. */
  readonly entry: 'avc1' | 'hvc1';
  /** Content of `avcC` or `hvcC`, without the box's header. */
  readonly configuration: Uint8Array;
}

/** Where a depacketiser of sound writes; a unit is one AAC frame, or the samples of one packet. */
export interface SoundWriter {
  /** `samples`: of one channel, how long it sounds. `bytes[start, end)` is valid during the call only. */
  unit(rtpTime: number, samples: number, bytes: Uint8Array, start: number, end: number): void;
}

export interface SoundConfig {
  /** RFC 6381, for example `mp4a.40.2`; `pcma` or `pcmu` for G.711, which goes into MP4 as FLAC. */
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1) of AAC; empty for G.711. */
  readonly configuration: Uint8Array;
}

/** A depacketiser of sound, with what its track's description says of it. */
export interface SoundDepacketizer extends Depacketizer {
  readonly config: SoundConfig;
}

/**
 * Damage that a depacketiser has met, for the camera's page. A video access unit with a missing packet is discarded, and
 * so is every one after it up to the next random access point.
 */
export interface DepacketizerFigures {
  units: number;
  discarded: number;
  /** Access units, before and after the first that was whole, of which a piece is missing or makes no sense. */
  broken: number;
  /** Packets whose payload made no sense. */
  malformed: number;
}
