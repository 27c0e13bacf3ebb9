import { CameraFault } from '../adapter.ts';

/**
 * The parts of `multipart/x-mixed-replace` (RFC 2046 §5.1, as cameras write it): by their length where it is given, else
 * up to the next boundary. What is written between parts is skipped. Throws `CameraFault` for parts beyond all bounds.
 */
export interface MultipartReader {
  push(chunk: Uint8Array): void;
}

const MOST_HEADER_BYTES = 8192;

export function createMultipartReader(options: {
  /** From the content type; cameras write it with and without the dashes in front. */
  readonly boundary: string;
  readonly mostPartBytes: number;
  readonly onPart: (bytes: Uint8Array) => void;
}): MultipartReader {
  const delimiter = Buffer.from(`--${options.boundary.replace(/^--/, '')}`);
  const limit = options.mostPartBytes + MOST_HEADER_BYTES;
  let store = Buffer.alloc(64 * 1024);
  let start = 0;
  let end = 0;
  /** Up to here there is no boundary: it is not looked at again. */
  let searched = 0;
  let part: { readonly length: number | null } | undefined;

  function append(chunk: Uint8Array): void {
    if (end + chunk.length > store.length) {
      const held = end - start;
      const room = Math.max(store.length, 2 ** Math.ceil(Math.log2(held + chunk.length)));
      const larger = room > store.length || start < held ? Buffer.alloc(room) : store;
      store.copy(larger, 0, start, end);
      store = larger;
      searched = Math.max(0, searched - start);
      start = 0;
      end = held;
    }
    store.set(chunk, end);
    end += chunk.length;
  }

  function find(what: Buffer | string): number {
    const at = store.subarray(0, end).indexOf(what, Math.max(start, searched));
    if (at < 0) searched = Math.max(start, end - 128);
    return at;
  }

  function consumeTo(at: number): void {
    start = at;
    searched = at;
  }

  /** False when more bytes are needed. */
  function step(): boolean {
    if (part === undefined) {
      const at = find(delimiter);
      if (at < 0) {
        // Nothing before a boundary matters; its own first bytes may be the last that came.
        start = Math.max(start, end - delimiter.length);
        return false;
      }
      const after = at + delimiter.length;
      const text = store.subarray(after, Math.min(end, after + MOST_HEADER_BYTES)).toString('latin1');
      const blank = /\r?\n\r?\n/.exec(text);
      if (blank === null) {
        if (text.length === MOST_HEADER_BYTES) throw new CameraFault('malformedStream', 'a part with endless headers');
        consumeTo(at);
        return false;
      }
      const length = /^content-length:\s*(\d{1,10})\s*$/im.exec(text.slice(0, blank.index))?.[1];
      part = { length: length === undefined ? null : Number(length) };
      if (part.length !== null && part.length > options.mostPartBytes) throw tooLarge(options.mostPartBytes);
      consumeTo(after + blank.index + blank[0].length);
    }
    const { length } = part;
    const until = length === null ? find(delimiter) : start + length;
    if (until < 0 || until > end) return false;
    options.onPart(Uint8Array.from(store.subarray(start, until)));
    part = undefined;
    consumeTo(until);
    return true;
  }

  return {
    push(chunk) {
      append(chunk);
      while (step());
      if (end - start > limit) throw tooLarge(options.mostPartBytes);
    },
  };
}

function tooLarge(bytes: number): CameraFault {
  return new CameraFault('malformedStream', `a picture of more than ${bytes} bytes`);
}
