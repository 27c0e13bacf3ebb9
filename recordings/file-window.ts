import type { FileHandle } from 'node:fs/promises';

/** Reads a file by places through one buffer, so that small reads near each other cost one call to the system. */
export interface FileWindow {
  /**
   * `wanted` bytes at `offset`, fewer at the end of the file; at most the window's size. They are the buffer's own:
   * valid until the next call.
   */
  at(offset: number, wanted: number): Promise<Buffer>;
}

export function createFileWindow(handle: FileHandle, bytes: number): FileWindow {
  const buffer = Buffer.allocUnsafe(bytes);
  let [start, length] = [0, 0];
  return {
    async at(offset, wanted) {
      if (wanted > bytes) throw new RangeError(`${wanted} bytes asked of a window of ${bytes}`);
      if (offset < start || offset + wanted > start + length) {
        // An error must not leave the window claiming bytes that it does not hold.
        length = 0;
        start = offset;
        length = await fill(handle, buffer, offset);
      }
      return buffer.subarray(offset - start, Math.min(length, offset - start + wanted));
    },
  };
}

async function fill(handle: FileHandle, buffer: Buffer, offset: number): Promise<number> {
  let length = 0;
  while (length < buffer.byteLength) {
    const { bytesRead } = await handle.read(buffer, length, buffer.byteLength - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
