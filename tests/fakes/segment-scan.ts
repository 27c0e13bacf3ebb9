import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  chainStart,
  type FragmentRecord,
  nextHead,
  ownBoxAt,
  RECORD_BYTES,
  readJson,
  readRecord,
  type Seal,
  type SegmentLink,
} from '../../recordings/segment-file.ts';

/** A recorded file as its bytes alone tell it. */
export interface ScannedFile {
  readonly link: SegmentLink;
  readonly records: readonly FragmentRecord[];
  readonly seals: readonly Seal[];
  /** Length up to the end of the last whole record and fragment, or seal. */
  readonly wholeBytes: number;
  readonly bytes: number;
  readonly head: Buffer;
}

/** Reads a file box by box and checks every hash; stops at what is not whole. `undefined` when not even the head is. */
export function scanFile(path: string): ScannedFile | undefined {
  const bytes = readFileSync(path);
  let at = 0;
  for (const type of ['ftyp', 'moov']) {
    if (bytes.toString('latin1', at + 4, at + 8) !== type) return undefined;
    at += bytes.readUInt32BE(at);
  }
  const first = ownBoxAt(bytes, at);
  if (first?.kind !== 'link' || at + first.size > bytes.byteLength) return undefined;
  const link = readJson(bytes.subarray(at, at + first.size)) as SegmentLink;
  at += first.size;

  const records: FragmentRecord[] = [];
  const seals: Seal[] = [];
  let head: Buffer = chainStart(Buffer.from(link.previousHead, 'hex'), [bytes.subarray(0, at)]);
  for (let box = ownBoxAt(bytes, at); box !== undefined; box = ownBoxAt(bytes, at)) {
    if (at + box.size > bytes.byteLength) break;
    if (box.kind === 'seal') {
      seals.push(readJson(bytes.subarray(at, at + box.size)) as Seal);
      at += box.size;
      continue;
    }
    const raw = bytes.subarray(at, at + RECORD_BYTES);
    const record = readRecord(raw);
    if (record === undefined || at + RECORD_BYTES + record.length > bytes.byteLength) break;
    const body = bytes.subarray(at + RECORD_BYTES, at + RECORD_BYTES + record.length);
    if (!createHash('sha256').update(body).digest().equals(record.digest)) break;
    head = nextHead(head, raw);
    records.push(record);
    at += RECORD_BYTES + record.length;
  }
  return { link, records, seals, wholeBytes: at, bytes: bytes.byteLength, head };
}

/** All recordings below a folder, by path: by camera, then by time. */
export async function recordedFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.mp4'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
