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
 * From `offset`, where the chain has `head`, to the first thing that is no box of ours or to `size`: damage ends the
 * walk, and what lies behind it has no chain.
 */
export async function* walkSegment(
  handle: FileHandle,
  options: { readonly offset: number; readonly size: number; readonly head: Uint8Array },
): AsyncGenerator<WalkItem> {
  let { offset, head } = options;
  while (offset + OWN_HEADER_BYTES <= options.size) {
    const box = await readAt(handle, offset, RECORD_BYTES);
    const own = ownBoxAt(box, 0);
    if (own?.kind === 'record') {
      const record = readRecord(box);
      if (record === undefined || offset + RECORD_BYTES + record.length > options.size) return;
      yield { kind: 'fragment', record, box, offset, headBefore: head };
      head = nextHead(head, box);
      offset += RECORD_BYTES + record.length;
    } else if (own?.kind === 'seal' && own.size <= OWN_HEADER_BYTES + MOST_JSON_BYTES) {
      const seal = sealSchema.safeParse(jsonOf(await readAt(handle, offset, own.size)));
      if (!seal.success) return;
      yield { kind: 'seal', seal: seal.data };
      offset += own.size;
    } else return;
  }
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
