/** What the writer and the reader of FLAC (RFC 9639) share. Pure. */

/** Code of bits per sample in a frame's header (§9.1.4): 16. */
export const SIXTEEN_BITS = 4;
/** Samples of the longest and the shortest block that the format allows (§9.1.1, §8.2). */
export const SHORTEST_BLOCK = 16;
/** Kinds of subframes (§9.2.1); the order of a fixed predictor is added to `fixed`. */
export const SUBFRAME = { constant: 0, verbatim: 1, fixed: 8 } as const;
export const MOST_FIXED_ORDER = 4;

/** §9.1.8: x^8 + x^2 + x + 1, of a frame's header. */
const CRC8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ ((crc & 0x80) === 0 ? 0 : 0x107);
  return crc;
});

/** §9.3: x^16 + x^15 + x^2 + 1, of a whole frame. */
const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ ((crc & 0x8000) === 0 ? 0 : 0x1_8005);
  return crc;
});

export function crc8(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at += 1) crc = CRC8[crc ^ (bytes[at] ?? 0)] ?? 0;
  return crc;
}

export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at += 1) crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  return crc;
}
