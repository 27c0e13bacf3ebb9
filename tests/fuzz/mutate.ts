/** Numbers between 0 and `below`, the same for the same seed (xorshift32). */
export interface Chance {
  number(below: number): number;
  pick<T>(list: readonly T[]): T | undefined;
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0 || 1;
  function number(below: number): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return below <= 0 ? 0 : (state >>> 0) % below;
  }
  return { number, pick: (list) => list[number(list.length)] };
}

/** Lengths and counts at whose edges parsers go wrong. */
const EDGES = [0, 1, 2, 3, 4, 7, 8, 11, 12, 15, 16, 31, 32, 63, 64, 127, 128, 254, 255];
const LONGEST = 4096;

/** `input` with one to six things done to it; parts of `other` may come in. Longer than 4 kB only where `input` was. */
export function mutate(
  input: Uint8Array,
  other: Uint8Array,
  words: readonly (string | Uint8Array)[],
  chance: Chance,
): Uint8Array {
  let bytes = Buffer.from(input);
  const most = Math.max(LONGEST, input.length);
  for (let times = 1 + chance.number(6); times > 0; times -= 1) {
    bytes = change(bytes, other, words, chance);
    if (bytes.length > most) bytes = bytes.subarray(0, most);
  }
  return bytes;
}

function change(bytes: Buffer, other: Uint8Array, words: readonly (string | Uint8Array)[], chance: Chance): Buffer {
  const at = chance.number(bytes.length + 1);
  const length = 1 + chance.number(Math.min(64, Math.max(1, bytes.length - at)));
  const put = (piece: Uint8Array, skipped = 0): Buffer =>
    Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + skipped)]);
  switch (chance.number(11)) {
    case 0:
      return put(Uint8Array.of((bytes[at] ?? 0) ^ (1 << chance.number(8))), 1);
    case 1:
      return put(Uint8Array.of(chance.number(256)), 1);
    case 2:
      return put(Uint8Array.of(chance.pick(EDGES) ?? 0), 1);
    case 3: {
      // A length of two bytes, or one off from what stands there.
      const value = ((bytes[at] ?? 0) << 8) + (bytes[at + 1] ?? 0) + chance.number(3) - 1;
      return put(Uint8Array.of((value >> 8) & 0xff, value & 0xff), 2);
    }
    case 4:
      return put(new Uint8Array(0), length);
    case 5:
      return put(bytes.subarray(at, at + length));
    case 6:
      return bytes.subarray(0, at);
    case 7: {
      const from = chance.number(other.length);
      return put(other.subarray(from, from + 1 + chance.number(128)), chance.number(2) === 0 ? 0 : length);
    }
    case 8:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(chance.number(other.length))]);
    case 9:
      return put(Buffer.alloc(1 + chance.number(64), chance.number(256)));
    default:
      return put(Buffer.from(chance.pick(words) ?? ''), chance.number(2) === 0 ? 0 : length);
  }
}
