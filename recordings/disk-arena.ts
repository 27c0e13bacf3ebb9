/** Memory that two threads share: pieces are given out one behind another, and come back in the same order. */
export interface DiskArena {
  readonly shared: SharedArrayBuffer;
  readonly bytes: Buffer;
  /** Where `length` bytes may be put, or `undefined` while there is no room. `length` is at most that of the arena. */
  place(length: number): number | undefined;
  /** Gives back the oldest piece. */
  free(): void;
  /** All pieces at once. */
  clear(): void;
}

export function createDiskArena(size: number): DiskArena {
  const shared = new SharedArrayBuffer(size);
  /** Begin of each piece, oldest first. */
  const pieces: number[] = [];
  /** Behind the newest piece. */
  let head = 0;

  return {
    shared,
    bytes: Buffer.from(shared),
    place(length) {
      const tail = pieces[0];
      if (tail === undefined) head = 0;
      else if (head <= tail) {
        // It has wrapped: there is room up to the oldest.
        if (tail - head < length) return undefined;
      } else if (size - head < length) {
        if (tail < length) return undefined;
        head = 0;
      }
      const at = head;
      pieces.push(at);
      head += length;
      return at;
    },
    free() {
      pieces.shift();
    },
    clear() {
      pieces.length = 0;
    },
  };
}
