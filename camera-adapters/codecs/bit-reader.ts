const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * Bits of a NAL unit's payload, without its emulation prevention bytes (H.264 and H.265 §7.3.1.1). Parameter sets lie:
 * behind the end there are zeros, and `spent` says so; nothing throws.
 */
export class BitReader {
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #end = 0;
  #zeros = 0;
  #current = 0;
  #left = 0;
  /** More was read than there is, or a number that no field can have; whatever was read since is worth nothing. */
  spent = false;

  /** Begins with `bytes[start]`, which is kept until the next call. */
  open(bytes: Uint8Array, start: number, end: number): this {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = Math.min(end, bytes.length);
    this.#zeros = 0;
    this.#left = 0;
    this.spent = false;
    return this;
  }

  /** Forgets the bytes, so that no packet's memory is held for its parameter set. */
  close(): void {
    this.#bytes = NOTHING;
    this.#end = 0;
  }

  bit(): number {
    if (this.#left === 0) {
      this.#current = this.#byte();
      this.#left = 8;
    }
    this.#left -= 1;
    return (this.#current >> this.#left) & 1;
  }

  /** Up to 32 bits, unsigned. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    for (let i = 0; i < count && !this.spent; i += 1) this.bit();
  }

  /** Whole bytes, from the beginning of one. */
  skipBytes(count: number): void {
    for (let i = 0; i < count && !this.spent; i += 1) this.#byte();
  }

  /** Exp-Golomb code, unsigned (§9.1). One above `most` spends the reader. */
  ue(most = 0xff_ff_ff_fe): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > 31 || this.spent) {
        this.spent = true;
        return 0;
      }
    }
    const value = 2 ** zeros - 1 + this.bits(zeros);
    if (value <= most) return value;
    this.spent = true;
    return 0;
  }

  /** Exp-Golomb code, signed (§9.1.1). */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  #byte(): number {
    if (this.#at >= this.#end) {
      this.spent = true;
      return 0;
    }
    let value = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    if (value === 3 && this.#zeros >= 2) {
      this.#zeros = 0;
      if (this.#at >= this.#end) {
        this.spent = true;
        return 0;
      }
      value = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
    }
    this.#zeros = value === 0 ? this.#zeros + 1 : 0;
    return value;
  }
}
