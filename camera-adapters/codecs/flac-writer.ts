import { crc8, crc16, SHORTEST_BLOCK, SIXTEEN_BITS, SUBFRAME } from '#base/sound/flac';
import { type G711Law, LINEAR_OF_G711 } from '#base/sound/g711';

/**
 * G.711 as FLAC (RFC 9639), sample for sample: MP4 carries it and browsers play it. The cheapest means that pay for
 * themselves: no predictor but the fixed ones, and one pass over the samples for each thing that must be known of them.
 */
export interface FlacWriter {
  /**
   * Writes one frame of `samples` of each channel, at most `MOST_BLOCK`, to `to[at]`, and returns where it ends. Of a
   * block that is shorter than the format allows, the rest is silence. `number`: of the first sample since the stream began.
   */
  write(g711: Uint8Array, from: number, samples: number, number: number, to: Uint8Array, at: number): number;
  /** The metadata block of the stream (§8.2), without its header. */
  readonly streamInfo: Uint8Array;
}

/** Samples of a block. Over RTP its G.711 fits in one packet, and the header of a frame is 1 % of it. */
export const MOST_BLOCK = 1024;
export const MOST_CHANNELS = 1;

/** Header, one subframe as it is, and the check. */
export const mostFrameBytes = (samples: number): number => 24 + Math.max(samples, SHORTEST_BLOCK) * 2;

/** Orders of predictors that are tried; higher ones amplify the steps of G.711. */
const MOST_ORDER = 2;
/** Samples of a partition of the residual: each has its own parameter, of four bits. */
const PARTITION = 64;
const MOST_PARTITION_ORDER = 4;
const MOST_PARAMETER = 14;
/** §9.1.2; others are written out in Hz. */
const RATE_CODES: { readonly [rate: number]: number } = {
  ...{ 8000: 4, 16000: 5, 22050: 6, 24000: 7, 32000: 8, 44100: 9, 48000: 10 },
};
const RATE_IN_HZ = 13;

/** `sampleRate`: Hz, below 65,536. */
export function createFlacWriter(law: G711Law, sampleRate: number): FlacWriter {
  const linear = LINEAR_OF_G711[law];
  const rateCode = RATE_CODES[sampleRate] ?? RATE_IN_HZ;
  const block = new Int32Array(MOST_BLOCK);
  /** What the predictor leaves, with the sign in the lowest bit. */
  const residual = new Int32Array(MOST_BLOCK);
  const parameters = new Uint8Array(1 << MOST_PARTITION_ORDER);
  const bits = createBitWriter();

  return {
    streamInfo: streamInfo(sampleRate),
    write(g711, from, samples, number, to, at) {
      const count = Math.max(samples, SHORTEST_BLOCK);
      let any = 0;
      let other = 0;
      const first = linear[g711[from] ?? 0] ?? 0;
      for (let i = 0; i < samples; i += 1) {
        const sample = linear[g711[from + i] ?? 0] ?? 0;
        block[i] = sample;
        any |= sample;
        other |= sample ^ first;
      }
      if (samples < count) {
        block.fill(0, samples, count);
        other |= first;
      }
      const body = writeHeader(to, at, rateCode, sampleRate, count, number);
      bits.begin(to, body);
      if (other === 0) {
        bits.put(SUBFRAME.constant << 1, 8);
        bits.put(first & 0xffff, 16);
      } else writeSubframe(count, any);
      const end = bits.end();
      const crc = crc16(to, at, end);
      to[end] = crc >> 8;
      to[end + 1] = crc;
      return end + 2;
    },
  };

  /** `any`: all samples, bit by bit. */
  function writeSubframe(count: number, any: number): void {
    // Bits that are zero in all samples are left out (§9.2.2).
    const wasted = 31 - Math.clz32(any & -any);
    if (wasted > 0) for (let i = 0; i < count; i += 1) block[i] = (block[i] ?? 0) >> wasted;
    const order = bestOrder(count);
    const verbatim = (16 - wasted) * count;
    const split = predict(count, order);
    const size = parametersFor(count, order, split) + order * (16 - wasted);
    const kind = size < verbatim ? SUBFRAME.fixed + order : SUBFRAME.verbatim;
    bits.put((kind << 1) | (wasted > 0 ? 1 : 0), 8);
    if (wasted > 0) bits.put(1, wasted);
    const mask = 0xffff >> wasted;
    const asTheyAre = kind === SUBFRAME.verbatim ? count : order;
    for (let i = 0; i < asTheyAre; i += 1) bits.put((block[i] ?? 0) & mask, 16 - wasted);
    if (kind !== SUBFRAME.verbatim) writeResidual(count, order, split);
  }

  /** The order whose residual is smallest. */
  function bestOrder(count: number): number {
    let [sum0, sum1, sum2] = [0, 0, 0];
    let [last, lastStep] = [block[1] ?? 0, (block[1] ?? 0) - (block[0] ?? 0)];
    for (let i = MOST_ORDER; i < count; i += 1) {
      const sample = block[i] ?? 0;
      const step = sample - last;
      const bend = step - lastStep;
      sum0 += Math.abs(sample);
      sum1 += Math.abs(step);
      sum2 += Math.abs(bend);
      last = sample;
      lastStep = step;
    }
    if (sum0 <= sum1 && sum0 <= sum2) return 0;
    return sum1 <= sum2 ? 1 : 2;
  }

  /** Fills `residual`; returns the order of partitions. */
  function predict(count: number, order: number): number {
    let [last, before] = [0, 0];
    if (order > 0) last = block[order - 1] ?? 0;
    if (order > 1) before = block[order - 2] ?? 0;
    for (let i = order; i < count; i += 1) {
      const sample = block[i] ?? 0;
      const left = order === 0 ? sample : order === 1 ? sample - last : sample - 2 * last + before;
      residual[i] = (left << 1) ^ (left >> 31);
      before = last;
      last = sample;
    }
    // Partitions are of one length, of which the predictor's beginning is missing in the first.
    let split = 0;
    while (split < MOST_PARTITION_ORDER && count % (2 << split) === 0 && count >> (split + 1) >= PARTITION) split += 1;
    return split;
  }

  /** Chooses the parameter of each partition (§9.2.7.1); bits of the residual with them. */
  function parametersFor(count: number, order: number, split: number): number {
    let size = 6;
    const length = count >> split;
    for (let index = 0; index < 1 << split; index += 1) {
      const begin = index === 0 ? order : index * length;
      const end = (index + 1) * length;
      let sum = 0;
      for (let i = begin; i < end; i += 1) sum += residual[i] ?? 0;
      // For values that get rarer as they get larger, the parameter's power of two is about two thirds of their mean.
      const mean = (sum * 0.7) / (end - begin);
      const parameter = mean < 1 ? 0 : Math.min(MOST_PARAMETER, 31 - Math.clz32(mean));
      parameters[index] = parameter;
      size += 4 + (end - begin) * (parameter + 1);
      for (let i = begin; i < end; i += 1) size += (residual[i] ?? 0) >> parameter;
    }
    return size;
  }

  function writeResidual(count: number, order: number, split: number): void {
    bits.put(split, 6);
    const length = count >> split;
    for (let index = 0; index < 1 << split; index += 1) {
      const parameter = parameters[index] ?? 0;
      bits.put(parameter, 4);
      bits.putRice(residual, index === 0 ? order : index * length, (index + 1) * length, parameter);
    }
  }
}

/** §9.1. Blocks are of any length, so that each says which sample it begins with. */
function writeHeader(
  to: Uint8Array,
  at: number,
  rateCode: number,
  rate: number,
  count: number,
  number: number,
): number {
  to[at] = 0xff;
  to[at + 1] = 0xf9;
  // The length of the block is written out in two bytes, minus one.
  to[at + 2] = (7 << 4) | rateCode;
  to[at + 3] = SIXTEEN_BITS << 1;
  let next = writeNumber(to, at + 4, number);
  to[next] = (count - 1) >> 8;
  to[next + 1] = count - 1;
  next += 2;
  if (rateCode === RATE_IN_HZ) {
    to[next] = rate >> 8;
    to[next + 1] = rate;
    next += 2;
  }
  to[next] = crc8(to, at, next);
  return next + 1;
}

/** 36 bits in as few bytes as UTF-8 would need (§9.1.5). */
function writeNumber(to: Uint8Array, at: number, number: number): number {
  const value = number % 2 ** 36;
  if (value < 0x80) {
    to[at] = value;
    return at + 1;
  }
  // Each further byte has six bits, and costs the first one a bit.
  let further = 1;
  while (further < 6 && value >= 2 ** (6 * further + 6 - further)) further += 1;
  to[at] = (0xff00 >> (further + 1)) | Math.floor(value / 64 ** further);
  for (let i = 1; i <= further; i += 1) to[at + i] = 0x80 | (Math.floor(value / 64 ** (further - i)) & 0x3f);
  return at + further + 1;
}

/** §8.2. The size of frames, the length of the stream and its sum are not known. */
function streamInfo(sampleRate: number): Uint8Array {
  const info = new Uint8Array(34);
  const view = new DataView(info.buffer);
  // Players of Apple want both alike, although a block is as long as its fragment makes it.
  view.setUint16(0, MOST_BLOCK);
  view.setUint16(2, MOST_BLOCK);
  // 20 bits of Hz, three of channels, five of bits; channels and bits minus one.
  view.setUint32(10, (sampleRate << 12) | ((16 - 1) << 4));
  return info;
}

interface BitWriter {
  begin(to: Uint8Array, at: number): void;
  /** At most 24 bits. */
  put(value: number, count: number): void;
  /** Each of `values[begin, end)`: what exceeds `parameter` bits as so many zeros and a one, then those bits. */
  putRice(values: Int32Array, begin: number, end: number, parameter: number): void;
  /** Fills the last byte with zeros; returns where the next one goes. */
  end(): number;
}

function createBitWriter(): BitWriter {
  let bytes: Uint8Array = new Uint8Array(0);
  let at = 0;
  /** Bits that are no whole byte yet; above them stands what was written. */
  let held = 0;
  let count = 0;

  function put(value: number, bits: number): void {
    held = (held << bits) | value;
    count += bits;
    while (count >= 8) {
      count -= 8;
      bytes[at] = held >>> count;
      at += 1;
    }
  }

  return {
    begin(to, from) {
      bytes = to;
      at = from;
      held = 0;
      count = 0;
    },
    put,
    putRice(values, begin, end, parameter) {
      // All that changes lies in variables of this call: that halves what the whole writer costs.
      const to = bytes;
      const one = 1 << parameter;
      const mask = one - 1;
      let [next, open, waiting] = [at, held, count];
      for (let i = begin; i < end; i += 1) {
        const value = values[i] ?? 0;
        let zeros = value >> parameter;
        while (zeros + parameter > 23) {
          open <<= 8;
          to[next] = open >>> waiting;
          next += 1;
          zeros -= 8;
        }
        const length = zeros + parameter + 1;
        open = (open << length) | one | (value & mask);
        waiting += length;
        while (waiting >= 8) {
          waiting -= 8;
          to[next] = open >>> waiting;
          next += 1;
        }
      }
      at = next;
      held = open;
      count = waiting;
    },
    end() {
      if (count > 0) put(0, 8 - count);
      return at;
    },
  };
}
