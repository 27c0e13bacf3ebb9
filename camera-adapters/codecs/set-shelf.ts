/** A parameter set as it came, without start code or length. */
export interface ParameterSet {
  readonly id: number;
  readonly bytes: Uint8Array;
}

/** The longest that is kept: with all scaling lists, a set of H.264 or H.265 stays below. */
export const MOST_SET_BYTES = 4096;

/** The sets of one kind that a camera has sent, by their number. */
export class SetShelf<T extends ParameterSet> {
  readonly #sets: T[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The set of just these bytes, as there is nearly always: cameras repeat them with each key picture. */
  same(bytes: Uint8Array, start: number, end: number): T | undefined {
    for (const set of this.#sets) if (sameBytes(set.bytes, bytes, start, end)) return set;
    return undefined;
  }

  find(id: number): T | undefined {
    for (const set of this.#sets) if (set.id === id) return set;
    return undefined;
  }

  all(): readonly T[] {
    return this.#sets;
  }

  /** Takes the place of the set of this number. False where there are too many to be true. */
  put(set: T): boolean {
    const at = this.#sets.findIndex((other) => other.id === set.id);
    if (at >= 0) this.#sets[at] = set;
    else if (this.#sets.length < this.#most) this.#sets.push(set);
    else return false;
    return true;
  }
}

export function sameBytes(set: Uint8Array, bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  if (set.length !== end - start) return false;
  for (let i = 0; i < set.length; i += 1) if (set[i] !== bytes[start + i]) return false;
  return true;
}

/** Where a set ends: zeros behind it are not part of it (H.264 §7.4.1, H.265 §7.4.2.1). */
export function endOfSet(bytes: Uint8Array, start: number, endOfUnit: number): number {
  let end = endOfUnit;
  while (end > start && bytes[end - 1] === 0) end -= 1;
  return end;
}

/** A copy of its own memory; `slice` of a Buffer would be none. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A set behind its length of two bytes, as `avcC` and `hvcC` hold it. */
export function sized({ bytes }: ParameterSet): Uint8Array {
  return joined(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

/** The sets of `sprop-…` (RFC 6184 §8.1, RFC 7798 §7.1): base64 with commas. What is none is left out by who takes them. */
export function announcedSets(value: string | undefined): readonly Uint8Array[] {
  if (value === undefined || value.length > MOST_ANNOUNCED) return [];
  return value.split(',').map((text) => withoutStartCode(new Uint8Array(Buffer.from(text, 'base64'))));
}

const MOST_ANNOUNCED = 64 * 1024;

/** Some cameras announce their sets with start codes before or zeros behind. */
function withoutStartCode(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start += 1;
  start = start >= 2 && bytes[start] === 1 ? start + 1 : 0;
  let end = bytes.length;
  while (end > start && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(start, end);
}
