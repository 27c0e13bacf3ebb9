import { MOST_SET_BYTES } from './set-shelf.ts';

/** A parameter set that comes in fragments, which hardly any camera does; its memory is made for the first. */
export class SetPieces {
  #bytes: Uint8Array | null = null;
  length = 0;
  begun = false;

  get bytes(): Uint8Array {
    this.#bytes ??= new Uint8Array(MOST_SET_BYTES + 1);
    return this.#bytes;
  }

  begin(...header: readonly number[]): void {
    this.begun = true;
    this.bytes.set(header);
    this.length = header.length;
  }

  /** What is too long for a set stays too long, and is refused as a whole. */
  append(bytes: Uint8Array, start: number, end: number): void {
    const most = Math.min(end, start + MOST_SET_BYTES + 1 - this.length);
    this.bytes.set(bytes.subarray(start, most), this.length);
    this.length += most - start;
  }

  forget(): void {
    this.begun = false;
  }
}
