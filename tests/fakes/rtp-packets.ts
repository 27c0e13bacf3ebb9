import { createHash } from 'node:crypto';
import type {
  AccessUnitWriter,
  Depacketizer,
  DepacketizerFigures,
  RtpPacket,
  VideoConfig,
  VideoUnit,
} from '../../camera-adapters/codecs/codec.ts';
import type { RtspTrack } from '../../camera-adapters/rtsp/rtsp-client.ts';

/** An access unit as a fragment would hold it. */
export interface WrittenUnit {
  readonly rtpTime: number;
  readonly randomAccess: boolean;
  readonly config: VideoConfig | undefined;
  readonly bytes: Buffer;
}

/** Keeps what is committed, and fails where the writer's contract is not kept. */
export class KeepingWriter implements AccessUnitWriter {
  readonly units: WrittenUnit[] = [];
  /** All that was ever written, lengths included. */
  written = 0;
  #nals: Buffer[] = [];
  #nal: Buffer[] | null = null;

  beginUnit(): void {
    if (this.#nal !== null) throw new Error('a unit is begun within a unit');
    this.#nal = [];
    this.written += 4;
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    if (start > end || start < 0 || end > bytes.length) throw new Error(`nothing lies between ${start} and ${end}`);
    this.#part().push(Buffer.from(bytes.subarray(start, end)));
    this.written += end - start;
  }

  appendByte(value: number): void {
    this.#part().push(Buffer.of(value));
    this.written += 1;
  }

  endUnit(keep: boolean): void {
    const nal = Buffer.concat(this.#part());
    this.#nal = null;
    if (!keep || nal.length === 0) return;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(nal.length);
    this.#nals.push(length, nal);
  }

  commit(unit: VideoUnit): void {
    if (this.#nal !== null) throw new Error('an access unit ends within a unit');
    const bytes = Buffer.concat(this.#nals);
    if (bytes.length === 0) throw new Error('an empty access unit is committed');
    this.#nals = [];
    this.units.push({ rtpTime: unit.rtpTime, randomAccess: unit.randomAccess, config: unit.config, bytes });
  }

  discard(): void {
    if (this.#nal !== null) throw new Error('an access unit is discarded within a unit');
    this.#nals = [];
  }

  #part(): Buffer[] {
    if (this.#nal === null) throw new Error('bytes are written outside of a unit');
    return this.#nal;
  }
}

export function noFigures(): DepacketizerFigures {
  return { units: 0, discarded: 0, broken: 0, torn: 0, malformed: 0 };
}

export function videoTrack(encoding: string, parameters: Readonly<Record<string, string>> = {}): RtspTrack {
  return {
    media: 'video',
    payloadType: 96,
    encoding,
    clockRate: 90_000,
    channels: 1,
    parameters: new Map(Object.entries(parameters)),
    control: 'rtsp://camera/track1',
    frameRate: null,
  };
}

/** A packet to be sent, by what differs from one to the next. */
export interface Sent {
  readonly payload: Uint8Array;
  readonly time: number;
  readonly marker?: boolean;
}

/**
 * Hands packets over as the client does: one object, and memory that is used again for each. Packets for which `drop`
 * is true are lost. Throws where a payload was changed.
 */
export function feed(
  depacketizer: Depacketizer,
  sent: readonly Sent[],
  drop: (index: number) => boolean = () => false,
) {
  const memory = new Uint8Array(70_000);
  const packet: RtpPacket = {
    bytes: memory,
    start: 0,
    end: 0,
    sequence: 0,
    timestamp: 0,
    marker: false,
    lost: 0,
    fresh: true,
  };
  for (const [index, { payload, time, marker }] of sent.entries()) {
    packet.sequence = index & 0xffff;
    if (drop(index)) {
      packet.lost += 1;
      continue;
    }
    packet.start = 12 + (index % 4);
    packet.end = packet.start + payload.length;
    memory.fill(0xa5);
    memory.set(payload, packet.start);
    packet.timestamp = time >>> 0;
    packet.marker = marker ?? false;
    depacketizer.push(packet);
    if (!Buffer.from(payload).equals(memory.subarray(packet.start, packet.end)) || memory[packet.end] !== 0xa5) {
      throw new Error(`packet ${index} was changed`);
    }
    packet.lost = 0;
    packet.fresh = false;
  }
}

/** FU-A packets (RFC 6184 §5.8) of one H.264 unit, or FU (RFC 7798 §4.4.3) of an H.265 one. */
export function fragments(codec: 'h264' | 'h265', unit: Uint8Array, size: number): Buffer[] {
  const head = codec === 'h264' ? 1 : 2;
  const first = unit[0] ?? 0;
  const type = codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
  const payloads: Buffer[] = [];
  for (let at = head; at < unit.length; at += size) {
    const fu = type | (at === head ? 0x80 : 0) | (at + size >= unit.length ? 0x40 : 0);
    const header = codec === 'h264' ? [(first & 0xe0) | 28, fu] : [(first & 0x81) | (49 << 1), unit[1] ?? 0, fu];
    payloads.push(Buffer.concat([Buffer.from(header), unit.subarray(at, at + size)]));
  }
  return payloads;
}

/** STAP-A (RFC 6184 §5.7.1) or AP (RFC 7798 §4.4.2). */
export function aggregate(codec: 'h264' | 'h265', ...units: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [codec === 'h264' ? Buffer.of(24) : Buffer.of(48 << 1, 1)];
  for (const unit of units) parts.push(Buffer.of(unit.length >> 8, unit.length & 0xff), unit);
  return Buffer.concat(parts);
}

/** The units of one picture, each in a packet of its own or in fragments, the last one marked. */
export function pictureOf(codec: 'h264' | 'h265', time: number, units: readonly Uint8Array[], size = 1200): Sent[] {
  const payloads = units.flatMap((unit) => (unit.length <= size ? [Buffer.from(unit)] : fragments(codec, unit, size)));
  return payloads.map((payload, index) => ({ payload, time, marker: index === payloads.length - 1 }));
}

/** The units of an access unit, in hexadecimal. */
export function unitsOf(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  const units: string[] = [];
  for (let at = 0; at < buffer.length; ) {
    const size = buffer.readUInt32BE(at);
    units.push(buffer.toString('hex', at + 4, at + 4 + size));
    at += 4 + size;
  }
  return units;
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
