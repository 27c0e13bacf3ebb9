import { createHash, hash } from 'node:crypto';
import type { Seal } from '#contracts/evidence';
import type { Fragment, StreamRole } from '#contracts/media';

/**
 * How a recording lies on the disk: plain fragmented MP4 that any player opens, at any moment. Between the parts that
 * players read stand boxes of ours, of type `uuid` (ISO/IEC 14496-12 §11.1), which they pass over:
 *
 *     ftyp moov  LINK  (RECORD moof mdat)*  SEAL  (RECORD moof mdat)*  SEAL …
 *
 * - LINK ties the file to the one before it;
 * - RECORD stands before each fragment: when it was taken, how long it is, and its SHA-256. A torn or zero-filled tail
 *   and a flipped bit are found by it, and the index can be made anew from the files alone;
 * - SEAL signs the chain of records up to here.
 *
 * The chain of a stream begins with 32 zero bytes. Each file takes it up with `SHA-256(head before ‖ ftyp moov LINK)`,
 * each record with `SHA-256(head before ‖ RECORD)`. A record box holds the digest of its fragment, so a head stands for
 * every byte that a player reads before it, and for its times.
 */

export { type Seal, sealedText } from '#contracts/evidence';

const USER_TYPES = {
  link: Buffer.from('7461 6d6e 6869 6e00 6c69 6e6b 0000 0001'.replaceAll(' ', ''), 'hex'),
  record: Buffer.from('7461 6d6e 6869 6e00 7265 636f 7264 0001'.replaceAll(' ', ''), 'hex'),
  seal: Buffer.from('7461 6d6e 6869 6e00 7365 616c 0000 0001'.replaceAll(' ', ''), 'hex'),
} as const;
export type OwnBox = keyof typeof USER_TYPES;
/** Type and user type of a record box, which begins 4 bytes before: what to look for behind damage. */
export const RECORD_SIGNATURE: Buffer = Buffer.concat([Buffer.from('uuid', 'latin1'), USER_TYPES.record]);

/** Size, type and user type. */
export const OWN_HEADER_BYTES = 24;
/** A record box is of this size, always. */
export const RECORD_BYTES = 88;
/** Larger JSON boxes are not ours. */
export const MOST_JSON_BYTES = 4096;
const KEYFRAME = 1;

/** What a record box says of the fragment behind it. */
export interface FragmentRecord {
  /** Bytes of `moof` and `mdat` that follow. */
  readonly length: number;
  readonly wallClockMs: number;
  /** Ticks of the segment's timescale. */
  readonly decodeTime: number;
  readonly duration: number;
  /** The stream's own numbering; a gap means that fragments were lost before they were written. */
  readonly sequence: number;
  /** Video access units; 0 where the adapter does not count them. */
  readonly pictures: number;
  readonly keyframe: boolean;
  /** SHA-256 of the fragment's bytes. */
  readonly digest: Uint8Array;
}

/** The first box of ours in a file: whose it is and what came before. */
export interface SegmentLink {
  readonly cameraId: string;
  readonly role: StreamRole;
  /** Wall-clock of the first fragment, ms since 1970. */
  readonly startMs: number;
  readonly timescale: number;
  readonly codec: string;
  readonly audioCodec: string | null;
  readonly width: number;
  readonly height: number;
  /** Head of the chain before this file, hex. */
  readonly previousHead: string;
}

/** The box before a fragment; hashes the fragment's bytes. */
export function recordBox(fragment: Fragment): Buffer {
  const box = ownBox('record', RECORD_BYTES);
  const digest = hash('sha256', fragment.bytes, 'buffer');
  box.writeUInt8(fragment.keyframe ? KEYFRAME : 0, 24);
  box.writeUInt16BE(Math.min(fragment.pictures ?? 0, 0xffff), 26);
  box.writeUInt32BE(fragment.bytes.byteLength, 28);
  box.writeDoubleBE(fragment.wallClockMs, 32);
  box.writeBigUInt64BE(BigInt(fragment.decodeTime), 40);
  box.writeUInt32BE(fragment.duration, 48);
  box.writeUInt32BE(fragment.sequence % 2 ** 32, 52);
  digest.copy(box, 56);
  return box;
}

/** `undefined` when these `RECORD_BYTES` are no record box. */
export function readRecord(box: Buffer): FragmentRecord | undefined {
  if (box.byteLength !== RECORD_BYTES || ownBoxAt(box, 0)?.kind !== 'record') return undefined;
  return {
    keyframe: (box.readUInt8(24) & KEYFRAME) !== 0,
    pictures: box.readUInt16BE(26),
    length: box.readUInt32BE(28),
    wallClockMs: box.readDoubleBE(32),
    decodeTime: Number(box.readBigUInt64BE(40)),
    duration: box.readUInt32BE(48),
    sequence: box.readUInt32BE(52),
    digest: box.subarray(56, 88),
  };
}

export const linkBox = (link: SegmentLink): Buffer => jsonBox('link', link);
export const sealBox = (seal: Seal): Buffer => jsonBox('seal', seal);

/** What stands behind the header of a link or seal box; the caller parses it by a schema. Throws on broken JSON. */
export function readJson(box: Buffer): unknown {
  return JSON.parse(box.toString('utf8', OWN_HEADER_BYTES));
}

/** The box of ours that begins at `offset`, from its first `OWN_HEADER_BYTES`; `undefined` for any other. */
export function ownBoxAt(bytes: Buffer, offset: number): { readonly kind: OwnBox; readonly size: number } | undefined {
  if (bytes.byteLength < offset + OWN_HEADER_BYTES || bytes.toString('latin1', offset + 4, offset + 8) !== 'uuid') {
    return undefined;
  }
  for (const [kind, userType] of Object.entries(USER_TYPES)) {
    if (userType.compare(bytes, offset + 8, offset + 24) === 0) {
      return { kind: kind as OwnBox, size: bytes.readUInt32BE(offset) };
    }
  }
  return undefined;
}

/** Where the chain of a file begins: on the file before it, over all that stands before its first record. */
export function chainStart(previousHead: Uint8Array, beforeRecords: readonly Uint8Array[]): Buffer {
  const sum = createHash('sha256').update(previousHead);
  for (const bytes of beforeRecords) sum.update(bytes);
  return sum.digest();
}

export const FIRST_HEAD: Uint8Array = new Uint8Array(32);

/** Used again for each record: to join the two anew would cost more than to hash them. */
const headAndRecord = Buffer.alloc(FIRST_HEAD.byteLength + RECORD_BYTES);

/** The chain's next head. `record`: a whole record box. */
export function nextHead(head: Uint8Array, record: Uint8Array): Buffer {
  headAndRecord.set(head, 0);
  headAndRecord.set(record, FIRST_HEAD.byteLength);
  return hash('sha256', headAndRecord, 'buffer');
}

/** `<camera>/<yyyy-mm-dd>/<start, UTC, ms>-<role>.mp4`; sorts by time. Camera ids hold nothing that a path could mean. */
export function segmentPath(cameraId: string, role: StreamRole, startMs: number): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(cameraId)) throw new Error(`no folder name: '${cameraId}'`);
  const iso = new Date(Math.round(startMs)).toISOString();
  return `${cameraId}/${iso.slice(0, 10)}/${iso.replaceAll(/[-:]/g, '')}-${role}.mp4`;
}

function jsonBox(kind: OwnBox, value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  if (json.byteLength > MOST_JSON_BYTES) throw new Error(`a ${kind} of ${json.byteLength} bytes`);
  const box = ownBox(kind, OWN_HEADER_BYTES + json.byteLength);
  json.copy(box, OWN_HEADER_BYTES);
  return box;
}

function ownBox(kind: OwnBox, size: number): Buffer {
  const box = Buffer.alloc(size);
  box.writeUInt32BE(size, 0);
  box.write('uuid', 4, 'latin1');
  USER_TYPES[kind].copy(box, 8);
  return box;
}
