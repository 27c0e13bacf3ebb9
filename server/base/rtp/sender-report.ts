/** Seconds from 1900, where NTP begins to count, to 1970. */
const NTP_ORIGIN_S = 2_208_988_800;
const NAME = Buffer.from('tamnhin');
/** RFC 3550 §6.5: chunk of SSRC, one item, and zeros up to four bytes. */
const DESCRIPTION_BYTES = 4 + Math.ceil((4 + 2 + NAME.length + 1) / 4) * 4;
const REPORT_BYTES = 28 + DESCRIPTION_BYTES;

export interface SenderReport {
  readonly ssrc: number;
  /** ms since 1970, and the RTP time at that moment. */
  readonly wallClockMs: number;
  readonly rtpTime: number;
  /** Since the beginning. */
  readonly packets: number;
  readonly payloadBytes: number;
}

/** A sender report with the name of the source (RFC 3550 §6.1, §6.4.1), framed for `channel` (RFC 2326 §10.12). */
export function writeSenderReport(channel: number, report: SenderReport): Buffer {
  const out = Buffer.alloc(4 + REPORT_BYTES);
  out[0] = 0x24;
  out[1] = channel;
  out.writeUInt16BE(REPORT_BYTES, 2);
  out[4] = 0x80;
  out[5] = 200;
  out.writeUInt16BE(6, 6);
  out.writeUInt32BE(report.ssrc >>> 0, 8);
  const seconds = Math.floor(report.wallClockMs / 1000);
  out.writeUInt32BE((seconds + NTP_ORIGIN_S) >>> 0, 12);
  out.writeUInt32BE(Math.floor(((report.wallClockMs - seconds * 1000) / 1000) * 2 ** 32) >>> 0, 16);
  out.writeUInt32BE(report.rtpTime >>> 0, 20);
  out.writeUInt32BE(report.packets >>> 0, 24);
  out.writeUInt32BE(report.payloadBytes >>> 0, 28);
  out[32] = 0x81;
  out[33] = 202;
  out.writeUInt16BE(DESCRIPTION_BYTES / 4 - 1, 34);
  out.writeUInt32BE(report.ssrc >>> 0, 36);
  out[40] = 1;
  out[41] = NAME.length;
  NAME.copy(out, 42);
  return out;
}
