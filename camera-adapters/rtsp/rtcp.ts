import { uint32 } from './rtp.ts';

/** Control packets beside RTP (RFC 3550 §6). Pure. */
export interface RtcpEvents {
  /** `ntpMs`: ms since 1970 on the sender's clock; `ntpMiddle`: the middle 32 bits of its time, to be sent back. */
  senderReport(ssrc: number, ntpMs: number, ntpMiddle: number, rtpTime: number): void;
  bye(ssrc: number): void;
}

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const DESCRIPTION = 202;
const BYE = 203;
const HEAD = 8;
const SENDER_INFO = 28;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_TO_UNIX = 2_208_988_800;
/** Seconds after which NTP's seconds begin anew, in 2036 for the first time; RFC 4330 §3 tells the eras apart. */
const NTP_ERA = 2 ** 32;

/** Does this look like a control packet? Cameras mix up the channels of both kinds. */
export function isRtcp(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEAD) return false;
  const kind = bytes[start + 1] ?? 0;
  return (bytes[start] ?? 0) >> 6 === 2 && kind >= 200 && kind <= 207;
}

/** Reads a compound packet up to the first part that makes no sense. */
export function readRtcp(bytes: Uint8Array, start: number, end: number, events: RtcpEvents): void {
  for (let at = start; isRtcp(bytes, at, end); ) {
    const next = at + 4 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) * 4;
    if (next > end) return;
    const kind = bytes[at + 1] ?? 0;
    if (kind === SENDER_REPORT && next - at >= SENDER_INFO) {
      const seconds = uint32(bytes, at + 8);
      const fraction = uint32(bytes, at + 12);
      // Both 0: the camera has no clock (§6.4.1).
      if (seconds !== 0 || fraction !== 0) {
        const era = seconds < 2 ** 31 ? NTP_ERA : 0;
        const ntpMs = (seconds + era - NTP_TO_UNIX) * 1000 + (fraction * 1000) / 2 ** 32;
        const middle = (((seconds & 0xffff) << 16) | (fraction >>> 16)) >>> 0;
        events.senderReport(uint32(bytes, at + 4), ntpMs, middle, uint32(bytes, at + 16));
      }
    } else if (kind === BYE) {
      const sources = (bytes[at] ?? 0) & 0x1f;
      for (let index = 0; index < sources && at + 8 + index * 4 <= next; index += 1) {
        events.bye(uint32(bytes, at + 4 + index * 4));
      }
    }
    at = next;
  }
}

export interface ReceptionReport {
  /** Ours. */
  readonly ssrc: number;
  /** The source that is reported on. */
  readonly source: number;
  /** Of 256, since the last report. */
  readonly fractionLost: number;
  /** Since the start; may be negative where packets came twice. */
  readonly lost: number;
  /** Cycles of the sequence number in the upper half. */
  readonly highestSequence: number;
  /** In ticks of the track. */
  readonly jitter: number;
  /** Of the last sender report, and how long ago it came, in 1/65536 s; both 0 before the first. */
  readonly ntpMiddle: number;
  readonly sinceReport: number;
}

const NAME = Buffer.from('tamnhin');
const MOST_LOST = 0x7f_ffff;

/** A receiver report and the name that must go with it (§6.1). */
export function writeReceiverReport(report: ReceptionReport): Uint8Array {
  const packet = Buffer.alloc(32 + 4 + 4 + 4 * Math.ceil((2 + NAME.length + 1) / 4));
  packet.writeUInt8(0x81, 0);
  packet.writeUInt8(RECEIVER_REPORT, 1);
  packet.writeUInt16BE(7, 2);
  packet.writeUInt32BE(report.ssrc, 4);
  packet.writeUInt32BE(report.source, 8);
  packet.writeUInt8(report.fractionLost, 12);
  packet.writeIntBE(Math.max(-MOST_LOST - 1, Math.min(MOST_LOST, report.lost)), 13, 3);
  packet.writeUInt32BE(report.highestSequence >>> 0, 16);
  packet.writeUInt32BE(Math.min(0xffff_ffff, report.jitter) >>> 0, 20);
  packet.writeUInt32BE(report.ntpMiddle, 24);
  packet.writeUInt32BE(report.sinceReport >>> 0, 28);
  packet.writeUInt8(0x81, 32);
  packet.writeUInt8(DESCRIPTION, 33);
  packet.writeUInt16BE((packet.length - 36) / 4, 34);
  packet.writeUInt32BE(report.ssrc, 36);
  packet.writeUInt8(1, 40);
  packet.writeUInt8(NAME.length, 41);
  NAME.copy(packet, 42);
  return packet;
}
