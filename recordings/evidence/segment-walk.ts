import type { FileHandle } from 'node:fs/promises';
import { type Seal, sealSchema } from '#contracts/evidence';
import {
  type FragmentRecord,
  MOST_JSON_BYTES,
  nextHead,
  OWN_HEADER_BYTES,
  ownBoxAt,
  RECORD_BYTES,
  readJson,
  readRecord,
} from '../segment-file.ts';

/** What stands in a recording, box by box, with the chain's head before and behind each. */
export type WalkItem =
  | {
      readonly kind: 'fragment';
      readonly record: FragmentRecord;
      /** The record box as it stands in the file. */
      readonly box: Buffer;
      readonly offset: number;
      readonly headBefore: Uint8Array;
    }
  | { readonly kind: 'seal'; readonly seal: Seal };

/**
 * From `offset`, where the chain has `head`, to the first thing that is no box of ours or to `size`: a damaged record
 * ends the walk, and what lies behind it has no chain.
 */
export async function* walkSegment(
  read: SegmentReader,
  options: { readonly offset: number; readonly size: number; readonly head: Uint8Array },
): AsyncGenerator<WalkItem> {
  let { offset, head } = options;
  while (offset + OWN_HEADER_BYTES <= options.size) {
    const box = await read(offset, RECORD_BYTES);
    const own = ownBoxAt(box, 0);
    if (own?.kind === 'record') {
      const record = readRecord(box);
      if (record === undefined || offset + RECORD_BYTES + record.length > options.size) return;
      yield { kind: 'fragment', record, box, offset, headBefore: head };
      head = nextHead(head, box);
      offset += RECORD_BYTES + record.length;
    } else if (own?.kind === 'seal' && own.size <= OWN_HEADER_BYTES + MOST_JSON_BYTES) {
      const seal = sealSchema.safeParse(jsonOf(await read(offset, own.size)));
      // The chain goes past a damaged one as it does past a whole one.
      if (seal.success) yield { kind: 'seal', seal: seal.data };
      offset += own.size;
    } else return;
  }
}

/** Fewer bytes at the end of the file. They stay as they are. */
export type SegmentReader = (offset: number, length: number) => Promise<Buffer>;

const BLOCK_BYTES = 2 ** 20;

/** Reads a file from front to back: within `from`…`to`, where all of it is wanted, a block at a time. */
export function readerOf(handle: FileHandle, { from, to }: { from: number; to: number }): SegmentReader {
  let block: { readonly start: number; readonly bytes: Buffer } | undefined;
  return async (offset, length) => {
    if (block === undefined || offset < block.start || offset + length > block.start + block.bytes.byteLength) {
      if (offset < from || offset >= to) return readAt(handle, offset, length);
      const wanted = Math.max(length, Math.min(BLOCK_BYTES, to - offset));
      block = { start: offset, bytes: await readAt(handle, offset, wanted) };
    }
    const at = offset - block.start;
    return block.bytes.subarray(at, at + length);
  };
}

/** Fewer bytes at the end of the file. A buffer of its own. */
export async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

function jsonOf(box: Buffer): unknown {
  try {
    return readJson(box);
  } catch {
    return undefined;
  }
}
