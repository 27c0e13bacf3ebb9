import { crc16, MOST_FIXED_ORDER, SIXTEEN_BITS, SUBFRAME } from './flac.ts';

/** Codes of rates that are written out behind the length of the block (RFC 9639 §9.1.2), by their bytes. */
const RATE_BYTES: { readonly [code: number]: number } = { 12: 1, 13: 2, 14: 2 };
const ESCAPE = 15;

/**
 * The samples of one frame `bytes[start, end)` of one channel of 16 bits, of the kinds that we write: as it is, one value,
 * or a fixed predictor (RFC 9639 §9). Fills `to` and returns how many there are. Throws `RangeError` for anything else,
 * for more than `to` holds, and for a frame that is damaged.
 */
export function readFlacFrame(bytes: Uint8Array, start: number, end: number, to: Int32Array): number {
  if (end - start < 10 || bytes[start] !== 0xff || ((bytes[start + 1] ?? 0) & 0xfe) !== 0xf8)
    throw new RangeError('no FLAC');
  if (crc16(bytes, start, end - 2) !== (((bytes[end - 2] ?? 0) << 8) | (bytes[end - 1] ?? 0))) {
    throw new RangeError('a damaged frame of FLAC');
  }
  const lengths = bytes[start + 2] ?? 0;
  // The length is written out in two bytes; channels minus one, then the bits of a sample.
  if (lengths >> 4 !== 7 || bytes[start + 3] !== SIXTEEN_BITS << 1) throw new RangeError('FLAC of another kind');
  const at = start + 4 + numberBytes(bytes[start + 4] ?? 0);
  const count = (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)) + 1;
  if (count > to.length) throw new RangeError(`a block of ${count} samples`);
  const read = bitReader(bytes, at + 2 + (RATE_BYTES[lengths & 15] ?? 0) + 1, end - 2);
  readSubframe(read, count, to);
  return count;
}

/** Of the frame's number, by its first byte, as in UTF-8. */
const numberBytes = (first: number): number => (first < 0x80 ? 1 : Math.clz32(~(first << 24)));

function readSubframe(read: BitReader, count: number, to: Int32Array): void {
  const header = read.bits(8);
  const kind = header >> 1;
  const wasted = (header & 1) === 0 ? 0 : read.zeros() + 1;
  const width = 16 - wasted;
  if (width < 1) throw new RangeError('samples without bits');
  if (kind === SUBFRAME.constant) to.fill(read.signed(width), 0, count);
  else if (kind === SUBFRAME.verbatim) for (let i = 0; i < count; i += 1) to[i] = read.signed(width);
  else if (kind >= SUBFRAME.fixed && kind <= SUBFRAME.fixed + MOST_FIXED_ORDER && kind - SUBFRAME.fixed < count) {
    const order = kind - SUBFRAME.fixed;
    for (let i = 0; i < order; i += 1) to[i] = read.signed(width);
    readResidual(read, count, order, to);
    // Each order is the running sum of the one below.
    for (let of = order; of > 0; of -= 1) sumUp(to, of, order, count);
  } else throw new RangeError('FLAC with a predictor of another kind');
  if (wasted > 0) for (let i = 0; i < count; i += 1) to[i] = (to[i] ?? 0) << wasted;
}

/** §9.2.7, in partitions with parameters of four bits. */
function readResidual(read: BitReader, count: number, order: number, to: Int32Array): void {
  if (read.bits(2) !== 0) throw new RangeError('FLAC with a residual of another kind');
  const split = read.bits(4);
  const length = count >> split;
  if (length << split !== count || length < order) throw new RangeError('FLAC with partitions that do not fit');
  for (let index = 0; index < 1 << split; index += 1) {
    const parameter = read.bits(4);
    if (parameter === ESCAPE) throw new RangeError('FLAC with a residual of another kind');
    for (let i = index === 0 ? order : index * length; i < (index + 1) * length; i += 1) {
      const value = (read.zeros() << parameter) | read.bits(parameter);
      to[i] = (value >>> 1) ^ -(value & 1);
    }
  }
}

/**
 * Makes differences of one order to those of the order below: `values[order, count)` are differences of order `of`. What
 * the first `order` values have as their difference of the order below is reckoned from themselves.
 */
function sumUp(values: Int32Array, of: number, order: number, count: number): void {
  let last = 0;
  // Binomial coefficients with signs: the difference of order `of - 1` that ends at the last of the first values.
  for (let back = 0, factor = 1; back < of; back += 1) {
    last += factor * (values[order - 1 - back] ?? 0);
    factor = (-factor * (of - 1 - back)) / (back + 1);
  }
  for (let i = order; i < count; i += 1) {
    last += values[i] ?? 0;
    values[i] = last;
  }
}

interface BitReader {
  /** At most 16; 0 of them are 0. */
  bits(count: number): number;
  signed(count: number): number;
  /** How many zeros are before the next one, which is taken too. */
  zeros(): number;
}

function bitReader(bytes: Uint8Array, start: number, end: number): BitReader {
  let at = start;
  let held = 0;
  let waiting = 0;

  function bits(count: number): number {
    while (waiting < count) {
      if (at >= end) throw new RangeError('a frame of FLAC that is too short');
      held = ((held << 8) | (bytes[at] ?? 0)) & 0xff_ffff;
      at += 1;
      waiting += 8;
    }
    waiting -= count;
    return (held >>> waiting) & ((1 << count) - 1);
  }

  return {
    bits,
    signed: (count) => (bits(count) << (32 - count)) >> (32 - count),
    zeros() {
      let count = 0;
      while (bits(1) === 0) count += 1;
      return count;
    },
  };
}
