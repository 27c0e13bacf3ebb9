import type { FileHandle } from 'node:fs/promises';
import { createFileWindow, type FileWindow } from './file-window.ts';
import { readBox } from './segment-boxes.ts';
import { OWN_HEADER_BYTES, RECORD_SIGNATURE } from './segment-file.ts';

const CHUNK_BYTES = 1 << 18;

/**
 * The first record at or behind `from` that can be believed: its fragment lies within the file, and behind that stands
 * a box of ours or the end. Video may hold anything, so the signature alone is no proof.
 */
export async function findRecord(handle: FileHandle, from: number, size: number): Promise<number | undefined> {
  const chunks = createFileWindow(handle, CHUNK_BYTES);
  const boxes = createFileWindow(handle, 8192);
  for (let at = from; at + OWN_HEADER_BYTES <= size; ) {
    const bytes = await chunks.at(at, CHUNK_BYTES);
    if (bytes.byteLength < OWN_HEADER_BYTES) return undefined;
    const place = bytes.indexOf(RECORD_SIGNATURE, 4);
    if (place !== -1) {
      const record = at + place - 4;
      if (await isBelievable(boxes, record, size)) return record;
      at = record + 1;
    } else {
      // So that a signature across the border is seen whole in the next chunk.
      at += bytes.byteLength - OWN_HEADER_BYTES + 1;
    }
  }
  return undefined;
}

async function isBelievable(window: FileWindow, at: number, size: number): Promise<boolean> {
  const found = await readBox(window, at, size);
  if (found.kind !== 'record') return false;
  if (found.end === size) return true;
  const next = await readBox(window, found.end, size);
  // A torn one is one of ours all the same; `torn` also names a rest too short to tell, which proves nothing.
  return next.kind !== 'none' || (next.stop === 'torn' && size - found.end >= OWN_HEADER_BYTES);
}
