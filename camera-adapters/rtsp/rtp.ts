import type { RtpPacket } from '../codecs/codec.ts';

/** A packet with what only its receiver looks at. One object per track, used again for each packet. */
export interface ReceivedPacket extends RtpPacket {
  ssrc: number;
  payloadType: number;
}

export const RTP_HEAD = 12;
const NOTHING = new Uint8Array(0);

export function blankPacket(): ReceivedPacket {
  return {
    bytes: NOTHING,
    start: 0,
    end: 0,
    sequence: 0,
    timestamp: 0,
    marker: false,
    lost: 0,
    fresh: false,
    ssrc: 0,
    payloadType: 0,
  };
}

/**
 * Reads the header of the packet in `bytes[start, end)` (RFC 3550 §5.1) into `packet`; false, with `packet` in disorder,
 * where it is none. `lost` and `fresh` are the receiver's to say.
 */
export function readRtp(packet: ReceivedPacket, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < RTP_HEAD) return false;
  const flags = bytes[start] ?? 0;
  if (flags >> 6 !== 2) return false;
  const second = bytes[start + 1] ?? 0;
  let payload = start + RTP_HEAD + (flags & 0x0f) * 4;
  if ((flags & 0x10) !== 0) {
    if (payload + 4 > end) return false;
    payload += 4 + (((bytes[payload + 2] ?? 0) << 8) | (bytes[payload + 3] ?? 0)) * 4;
  }
  let payloadEnd = end;
  // A count of 0 is against the RFC, and means none.
  if ((flags & 0x20) !== 0) payloadEnd -= bytes[end - 1] ?? 0;
  if (payload > payloadEnd) return false;
  packet.bytes = bytes;
  packet.start = payload;
  packet.end = payloadEnd;
  packet.marker = second > 127;
  packet.payloadType = second & 0x7f;
  packet.sequence = ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
  packet.timestamp = uint32(bytes, start + 4);
  packet.ssrc = uint32(bytes, start + 8);
  return true;
}

export function uint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0
  );
}
