import type { AnnouncedTrack } from './sdp.ts';

/** What one RTP packet holds of a picture. */
export interface PacketContent {
  /** Parameter sets, or the beginning of a slice from which decoding can start. */
  readonly startsKey: boolean;
  /** Any slice, or a further part of one. */
  readonly picture: boolean;
}

const NOTHING: PacketContent = { startsKey: false, picture: false };

/** Reads the payload header of H.264 (RFC 6184 §5.2) or H.265 (RFC 7798 §4.4). Anything may start at any packet. */
export function contentOf(codec: AnnouncedTrack['codec'], packet: Buffer): PacketContent {
  if (codec === 'other') return { startsKey: true, picture: false };
  const payload = payloadOf(packet);
  if (payload.length < 3) return NOTHING;
  return codec === 'h264' ? contentOfH264(payload) : contentOfH265(payload);
}

/** RFC 3550 §5.1: behind the fixed header, the contributors and the extension. */
function payloadOf(packet: Buffer): Buffer {
  const first = packet[0] ?? 0;
  let at = 12 + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0 && packet.length >= at + 4) at += 4 + packet.readUInt16BE(at + 2) * 4;
  return packet.subarray(at);
}

function contentOfH264(payload: Buffer): PacketContent {
  const type = payload.readUInt8(0) & 0x1f;
  if (type === 24) return unite(aggregated(payload, 1), (byte) => ofNal264(byte & 0x1f));
  if (type !== 28 && type !== 29) return ofNal264(type);
  const header = payload.readUInt8(1);
  const content = ofNal264(header & 0x1f);
  return { ...content, startsKey: content.startsKey && (header & 0x80) !== 0 };
}

const ofNal264 = (type: number): PacketContent => ({
  startsKey: type === 5 || type === 7,
  picture: type >= 1 && type <= 5,
});

function contentOfH265(payload: Buffer): PacketContent {
  const type = (payload.readUInt8(0) >> 1) & 0x3f;
  if (type === 48) return unite(aggregated(payload, 2), (byte) => ofNal265((byte >> 1) & 0x3f));
  if (type !== 49) return ofNal265(type);
  const header = payload.readUInt8(2);
  const content = ofNal265(header & 0x3f);
  return { ...content, startsKey: content.startsKey && (header & 0x80) !== 0 };
}

/** IRAP pictures are 16 to 23; 32 and 33 are the video and sequence parameter sets. */
const ofNal265 = (type: number): PacketContent => ({
  startsKey: (type >= 16 && type <= 23) || type === 32 || type === 33,
  picture: type < 32,
});

/** First bytes of the NAL units of an aggregation packet. */
function* aggregated(payload: Buffer, from: number): Generator<number> {
  for (let at = from; at + 3 <= payload.length; at += 2 + payload.readUInt16BE(at)) yield payload.readUInt8(at + 2);
}

function unite(bytes: Iterable<number>, contentOfByte: (byte: number) => PacketContent): PacketContent {
  let united = NOTHING;
  for (const byte of bytes) {
    const content = contentOfByte(byte);
    united = {
      // Parameter sets behind a slice belong to the next picture's players, not to this one's.
      startsKey: united.startsKey || (content.startsKey && !united.picture),
      picture: united.picture || content.picture,
    };
  }
  return united;
}
