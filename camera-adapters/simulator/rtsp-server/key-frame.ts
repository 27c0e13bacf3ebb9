/**
 * Finds the packets of an RTP stream at which a decoder may begin: H.264 (RFC 6184), H.265 (RFC 7798), and every
 * picture of MJPEG (RFC 2435). Pure but for what it remembers of the access unit that it is in.
 */
export interface KeyFrameFinder {
  /** Whether a decoder may begin with this packet. Must see every packet of the track in order. */
  begins(packet: Uint8Array): boolean;
}

type Kind = 'key' | 'parameters' | 'slice' | 'other';

export function createKeyFrameFinder(encoding: string): KeyFrameFinder {
  const kindOf = encoding === 'H264' ? kindOfH264 : encoding === 'H265' ? kindOfH265 : null;
  let timestamp: number | undefined;
  let afterMarker = false;
  /** A part of the picture itself has passed: who begins now misses it. */
  let inPicture = false;

  return {
    begins(packet) {
      const rtp = readRtp(packet);
      if (rtp === undefined) return false;
      const first = timestamp !== undefined && (afterMarker || rtp.timestamp !== timestamp);
      const startsStream = timestamp === undefined;
      if (first || startsStream) inPicture = false;
      timestamp = rtp.timestamp;
      afterMarker = rtp.marker;
      // Where nothing is known of the codec, whole pictures and sounds are the best that can be done.
      if (kindOf === null) return first;
      const kind = kindOf(rtp.payload);
      const may = !inPicture && (kind === 'key' || kind === 'parameters');
      if (kind === 'key' || kind === 'slice') inPicture = true;
      return may;
    },
  };
}

export interface RtpPacket {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** `undefined` for what is no RTP (RFC 3550 §5.1). */
export function readRtp(packet: Uint8Array): RtpPacket | undefined {
  if (packet.byteLength < 12) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const flags = view.getUint8(0);
  if (flags >> 6 !== 2) return undefined;
  let start = 12 + (flags & 0x0f) * 4;
  if ((flags & 0x10) !== 0) {
    if (packet.byteLength < start + 4) return undefined;
    start += 4 + view.getUint16(start + 2) * 4;
  }
  const padding = (flags & 0x20) === 0 ? 0 : view.getUint8(packet.byteLength - 1);
  const end = packet.byteLength - padding;
  if (start > end) return undefined;
  return {
    marker: (view.getUint8(1) & 0x80) !== 0,
    payloadType: view.getUint8(1) & 0x7f,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: packet.subarray(start, end),
  };
}

/** RFC 6184 §5.4: single NAL units, STAP-A (24) and FU-A (28). */
function kindOfH264(payload: Uint8Array): Kind {
  const type = (payload[0] ?? 0) & 0x1f;
  if (type === 24) return strongest(aggregated(payload, 1).map((unit) => nalKindH264((unit[0] ?? 0) & 0x1f)));
  if (type === 28) {
    const header = payload[1] ?? 0;
    const kind = nalKindH264(header & 0x1f);
    return (header & 0x80) === 0 && kind === 'key' ? 'slice' : kind;
  }
  return nalKindH264(type);
}

function nalKindH264(type: number): Kind {
  if (type === 5) return 'key';
  if (type === 7) return 'parameters';
  return type >= 1 && type <= 4 ? 'slice' : 'other';
}

/** RFC 7798 §4.4: single NAL units, aggregation packets (48) and fragmentation units (49). */
function kindOfH265(payload: Uint8Array): Kind {
  const type = ((payload[0] ?? 0) >> 1) & 0x3f;
  if (type === 48) return strongest(aggregated(payload, 2).map((unit) => nalKindH265(((unit[0] ?? 0) >> 1) & 0x3f)));
  if (type === 49) {
    const header = payload[2] ?? 0;
    const kind = nalKindH265(header & 0x3f);
    return (header & 0x80) === 0 && kind === 'key' ? 'slice' : kind;
  }
  return nalKindH265(type);
}

function nalKindH265(type: number): Kind {
  // ITU-T H.265 table 7-1: 16 to 23 are the random access pictures, 32 and 33 are VPS and SPS.
  if (type >= 16 && type <= 23) return 'key';
  if (type === 32 || type === 33) return 'parameters';
  return type <= 31 ? 'slice' : 'other';
}

function strongest(kinds: readonly Kind[]): Kind {
  for (const kind of ['key', 'parameters', 'slice'] as const) if (kinds.includes(kind)) return kind;
  return 'other';
}

/** The units of an aggregation packet, each behind a length of two bytes. */
function aggregated(payload: Uint8Array, start: number): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = start; at + 2 <= payload.byteLength; ) {
    const length = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
    if (length === 0 || at + 2 + length > payload.byteLength) break;
    units.push(payload.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return units;
}
