import { copyInto } from '#base/copy-into';
import type { PictureMemory } from '#base/picture-memory';
import { createMemoryEstimate } from './memory-estimate.ts';

/**
 * The memory of one fragment after the other. Each fragment has a memory of its own, so that it can be handed to another
 * thread and goes when its last reader lets go of it; in front of the samples there is room for the boxes. Payloads are
 * copied once, to where they stay: the size is guessed from the fragments before, and only a wrong guess costs a copy.
 */
export interface FragmentMemory {
  readonly bytes: Uint8Array;
  /** Of access units that are whole; behind the room for the boxes. */
  readonly committedBytes: number;
  /** Of the one that is not. */
  readonly openBytes: number;
  /** The access unit that is open is larger than can be; nothing more of it is kept. */
  readonly overflowed: boolean;

  // The access unit that is open: NAL units, each behind its length in four bytes.
  beginUnit(): void;
  append(source: Uint8Array, start: number, end: number): void;
  appendByte(value: number): void;
  endUnit(keep: boolean): void;
  commit(): void;
  discard(): void;

  /** Copies the open access unit away, for `attachOpen` on the memory of the next fragment. */
  detachOpen(): Uint8Array;
  attachOpen(held: Uint8Array): void;
  /** A key frame has begun in a fragment without pictures: takes as much as key frames need. */
  expectKeyframe(): void;
  /** Room for so many bytes directly behind the whole access units; where they begin. Nothing may be open. */
  addTail(bytes: number): number;
  /** Room for boxes of so many bytes directly in front of the samples; where they begin. */
  addHead(bytes: number): number;
  /** The fragment from `head` on, which is no more ours. Nothing may be open. */
  release(head: number, keyframe: boolean): Uint8Array;
}

/** A second of more than 100 Mbit/s. */
const MOST_BYTES = 16 * 2 ** 20;
const FIRST_KEY_BYTES = 96 * 1024;
const FIRST_OTHER_BYTES = 48 * 1024;
/** Too much memory that is worth a copy: so many bytes, and this part of all. */
const SLACK_BYTES = 8192;
const SLACK_SHARE = 1 / 4;
const NONE = Buffer.alloc(0);

export interface FragmentMemoryDeps {
  /** Bytes; enough for the boxes of nearly all fragments. */
  readonly headRoom: number;
  /** Told the first byte of each NAL unit, before it is written. */
  readonly onHeader: (header: number) => void;
  readonly memory: PictureMemory;
}

export function createFragmentMemory({ headRoom, onHeader, memory }: FragmentMemoryDeps): FragmentMemory {
  const keyEstimate = createMemoryEstimate(FIRST_KEY_BYTES);
  const otherEstimate = createMemoryEstimate(FIRST_OTHER_BYTES);
  let bytes: Buffer = NONE;
  /** How far may be written; 0 where nothing may. */
  let limit = 0;
  let committed = headRoom;
  /** Where the next byte goes. */
  let at = headRoom;
  /** Length field of the NAL unit that is open. */
  let unitAt = headRoom;
  let atHeader = false;
  let overflowed = false;
  let forKey = false;

  /** Room for `count` more bytes. False when that is more than a fragment may be. */
  function grow(count: number): boolean {
    if (overflowed) return false;
    if (at + count > MOST_BYTES) {
      overflowed = true;
      limit = 0;
      return false;
    }
    const estimate = forKey ? keyEstimate.bytes : otherEstimate.bytes;
    const wanted = bytes.length === 0 ? estimate : Math.ceil(bytes.length * 1.5);
    moveTo(Math.min(MOST_BYTES, Math.max(wanted, at + count)));
    return true;
  }

  function moveTo(size: number): void {
    const larger = memory.allocate(size);
    if (at > headRoom) copyInto(larger, bytes.subarray(headRoom, at), headRoom);
    bytes = larger;
    limit = bytes.length;
  }

  function copyOf(source: Uint8Array): Buffer {
    const copy = memory.allocate(source.length);
    copyInto(copy, source, 0);
    return copy;
  }

  function header(value: number): void {
    atHeader = false;
    onHeader(value);
  }

  return {
    get bytes() {
      return bytes;
    },
    get committedBytes() {
      return committed - headRoom;
    },
    get openBytes() {
      return at - committed;
    },
    get overflowed() {
      return overflowed;
    },
    beginUnit() {
      if (at + 4 > limit && !grow(4)) return;
      unitAt = at;
      at += 4;
      atHeader = true;
    },
    append(source, start, end) {
      if (end <= start) return;
      if (atHeader) header(source[start] ?? 0);
      if (at + end - start > limit && !grow(end - start)) return;
      copyInto(bytes, source.subarray(start, end), at);
      at += end - start;
    },
    appendByte(value) {
      if (atHeader) header(value);
      if (at + 1 > limit && !grow(1)) return;
      bytes[at] = value;
      at += 1;
    },
    endUnit(keep) {
      atHeader = false;
      if (overflowed) return;
      const length = at - unitAt - 4;
      if (!keep || length <= 0) {
        at = unitAt;
        return;
      }
      bytes[unitAt] = length >>> 24;
      bytes[unitAt + 1] = length >>> 16;
      bytes[unitAt + 2] = length >>> 8;
      bytes[unitAt + 3] = length;
    },
    commit() {
      committed = at;
    },
    discard() {
      at = committed;
      unitAt = committed;
      atHeader = false;
      overflowed = false;
      limit = bytes.length;
    },

    detachOpen() {
      const held = Buffer.allocUnsafe(at - committed);
      copyInto(held, bytes.subarray(committed, at), 0);
      unitAt -= committed;
      at = committed;
      return held;
    },
    attachOpen(held) {
      unitAt += headRoom;
      forKey = true;
      if (held.length > 0 && !grow(held.length)) return;
      copyInto(bytes, held, at);
      at += held.length;
    },
    expectKeyframe() {
      forKey = true;
      if (!overflowed && keyEstimate.bytes > bytes.length) moveTo(keyEstimate.bytes);
    },
    addTail(count) {
      if (at + count > limit) moveTo(at + count);
      const from = at;
      at += count;
      committed = at;
      return from;
    },
    addHead(count) {
      if (count <= headRoom) return headRoom - count;
      const shifted = memory.allocate(count + at - headRoom);
      copyInto(shifted, bytes.subarray(headRoom, at), count);
      bytes = shifted;
      at = shifted.length;
      return 0;
    },
    release(head, keyframe) {
      const used = at - head;
      (keyframe ? keyEstimate : otherEstimate).learn(at);
      const slack = bytes.length - used;
      const whole = slack > SLACK_BYTES && slack > bytes.length * SLACK_SHARE;
      const released = whole ? copyOf(bytes.subarray(head, at)) : bytes.subarray(head, at);
      bytes = NONE;
      limit = 0;
      at = headRoom;
      committed = headRoom;
      forKey = false;
      return released;
    },
  };
}
