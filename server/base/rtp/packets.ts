import { copyInto } from '../copy-into.ts';
import { readFlacFrame } from '../sound/flac-reader.ts';
import { type G711Law, g711OfLinear } from '../sound/g711.ts';

/**
 * RTP packets (RFC 3550 §5.1) as RTSP carries them between its answers (RFC 2326 §10.12): `$`, channel, length of two
 * bytes, packet, one behind the other. All packets of an access unit are written into one piece of memory, so that one
 * call sends it, and everything that differs from player to player stands at a place that can be found by the lengths.
 */
export type PacketCodec = 'h264' | 'h265' | 'aac' | G711Law;

/** Bytes of payload in a packet; with its headers it fits into an Ethernet frame also over UDP and a tunnel. */
export const MOST_PAYLOAD = 1400;
/** Of RTSP: `$`, channel, length. */
export const FRAME_HEADER = 4;
const RTP_HEADER = 12;
const HEADERS = FRAME_HEADER + RTP_HEADER;

export interface PacketHead {
  readonly channel: number;
  readonly payloadType: number;
  readonly sequence: number;
  /** 32 bits. */
  readonly rtpTime: number;
  /** 32 bits. */
  readonly ssrc: number;
}

/**
 * The packets of an access unit `data[start, end)`: NAL units with lengths of four bytes (RFC 6184, non-interleaved
 * mode; RFC 7798), one AAC frame (RFC 3640, AAC-hbr), or one of FLAC that was G.711 before and is so again. Units without
 * a byte are left out. Throws `RangeError` for lengths that do not fit.
 */
export function writePackets(
  codec: PacketCodec,
  data: Uint8Array,
  start: number,
  end: number,
  head: PacketHead,
): Buffer {
  if (codec === 'h264' || codec === 'h265') return writePicture(codec, data, start, end, head);
  return codec === 'aac' ? writeAac(data, start, end, head) : writeG711(codec, data, start, end, head);
}

/** Calls `visit` with the place of each packet, which is that of its `$`. */
export function eachPacket(bytes: Uint8Array, visit: (at: number, length: number) => void): void {
  for (let at = 0; at + HEADERS <= bytes.length; ) {
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    visit(at, length);
    at += FRAME_HEADER + length;
  }
}

/** Writes other numbers and another time into packets of `writePackets`; returns the number for the packet after them. */
export function stampPackets(bytes: Buffer, sequence: number, rtpTime: number): number {
  const time = rtpTime >>> 0;
  let next = sequence;
  for (let at = 0; at + HEADERS <= bytes.length; at += FRAME_HEADER + bytes.readUInt16BE(at + 2)) {
    bytes.writeUInt16BE(next & 0xffff, at + FRAME_HEADER + 2);
    bytes.writeUInt32BE(time, at + FRAME_HEADER + 4);
    next += 1;
  }
  return next;
}

/** A copy of the packets for another channel. */
export function onChannel(bytes: Buffer, channel: number): Buffer {
  const copy = Buffer.from(bytes);
  for (let at = 0; at + HEADERS <= copy.length; at += FRAME_HEADER + copy.readUInt16BE(at + 2)) copy[at + 1] = channel;
  return copy;
}

/** Of a NAL unit: one byte in H.264, two in H.265. A part of a unit repeats it in its own way. */
function writePicture(codec: 'h264' | 'h265', data: Uint8Array, start: number, end: number, head: PacketHead): Buffer {
  const header = codec === 'h264' ? 1 : 2;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const room = MOST_PAYLOAD - header - 1;
  let size = 0;
  for (let at = start; at < end; ) {
    const length = unitAt(view, at, end);
    if (length <= MOST_PAYLOAD) size += length === 0 ? 0 : HEADERS + length;
    else size += length - header + Math.ceil((length - header) / room) * (HEADERS + header + 1);
    at += 4 + length;
  }
  const out = Buffer.allocUnsafeSlow(size);
  let to = 0;
  let last = -1;
  let { sequence } = head;
  for (let at = start; at < end; ) {
    const length = unitAt(view, at, end);
    const unit = at + 4;
    at = unit + length;
    if (length === 0) continue;
    if (length <= MOST_PAYLOAD) {
      last = to;
      to = writeHead(out, to, length, head, sequence);
      sequence += 1;
      copyInto(out, data.subarray(unit, at), to);
      to += length;
      continue;
    }
    const first = view.getUint8(unit);
    for (let from = unit + header; from < at; from += room) {
      const until = Math.min(at, from + room);
      last = to;
      to = writeHead(out, to, until - from + header + 1, head, sequence);
      sequence += 1;
      const part = (from === unit + header ? 0x80 : 0) | (until === at ? 0x40 : 0);
      if (codec === 'h264') {
        // FU-A, RFC 6184 §5.8: type 28 in the place of the unit's own, which stands in the next byte.
        out[to] = (first & 0xe0) | 28;
        out[to + 1] = part | (first & 0x1f);
      } else {
        // FU, RFC 7798 §4.4.3: type 49.
        out[to] = (first & 0x81) | (49 << 1);
        out[to + 1] = view.getUint8(unit + 1);
        out[to + 2] = part | ((first >> 1) & 0x3f);
      }
      to += header + 1;
      copyInto(out, data.subarray(from, until), to);
      to += until - from;
    }
  }
  mark(out, last);
  return out;
}

/** RFC 3640 §3.3.6: four bytes before the frame, with its whole size in each part of it. */
function writeAac(data: Uint8Array, start: number, end: number, head: PacketHead): Buffer {
  const room = MOST_PAYLOAD - 4;
  const size = end - start;
  if (size > 0x1fff) throw new RangeError(`an AAC frame of ${size} bytes`);
  const out = Buffer.allocUnsafeSlow(size + Math.ceil(size / room) * (HEADERS + 4));
  let to = 0;
  let last = -1;
  let { sequence } = head;
  for (let from = start; from < end; from += room) {
    const until = Math.min(end, from + room);
    last = to;
    to = writeHead(out, to, until - from + 4, head, sequence);
    sequence += 1;
    out.writeUInt16BE(16, to);
    out.writeUInt16BE(size << 3, to + 2);
    copyInto(out, data.subarray(from, until), to + 4);
    to += 4 + until - from;
  }
  mark(out, last);
  return out;
}

const samples = new Int32Array(MOST_PAYLOAD);

/** RFC 3551 §4.5.14. All samples have one time, and so they are in one packet. */
function writeG711(law: G711Law, data: Uint8Array, start: number, end: number, head: PacketHead): Buffer {
  const count = readFlacFrame(data, start, end, samples);
  const out = Buffer.allocUnsafeSlow(HEADERS + count);
  const inverse = g711OfLinear(law);
  const to = writeHead(out, 0, count, head, head.sequence);
  for (let i = 0; i < count; i += 1) out[to + i] = inverse[(samples[i] ?? 0) & 0xffff] ?? 0;
  return out;
}

function unitAt(view: DataView, at: number, end: number): number {
  const length = at + 4 <= end ? view.getUint32(at) : end;
  if (at + 4 + length > end) throw new RangeError('a NAL unit is longer than its access unit');
  return length;
}

function writeHead(out: Buffer, at: number, payload: number, head: PacketHead, sequence: number): number {
  out[at] = 0x24;
  out[at + 1] = head.channel;
  out.writeUInt16BE(RTP_HEADER + payload, at + 2);
  out[at + 4] = 0x80;
  out[at + 5] = head.payloadType;
  out.writeUInt16BE(sequence & 0xffff, at + 6);
  out.writeUInt32BE(head.rtpTime >>> 0, at + 8);
  out.writeUInt32BE(head.ssrc >>> 0, at + 12);
  return at + HEADERS;
}

/** The last packet of an access unit says so (RFC 6184 §5.1). */
function mark(out: Buffer, at: number): void {
  if (at >= 0) out[at + 5] = (out[at + 5] ?? 0) | 0x80;
}
