import { z } from 'zod';
import { STREAM_ROLES } from '#contracts/media';
import type { FileWindow } from './file-window.ts';
import {
  type FragmentRecord,
  MOST_JSON_BYTES,
  OWN_HEADER_BYTES,
  ownBoxAt,
  RECORD_BYTES,
  readJson,
  readRecord,
  type Seal,
  type SegmentLink,
} from './segment-file.ts';

/** Single boxes of a segment file, read without trust: a file may be torn, filled with zeros, or somebody else's. */

/**
 * Why there is nothing more to read: the file ends behind a whole box; in the middle of one; what follows is zeros, is
 * no box of ours, or is a fragment with another digest than its record says.
 */
export type StopReason = 'end' | 'torn' | 'zeros' | 'foreign' | 'digest';

const headSchema = z.string().regex(/^[0-9a-f]{64}$/);
const cameraIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const momentSchema = z.number().min(0).max(8_640_000_000_000_000);
const linkSchema: z.ZodType<SegmentLink> = z.object({
  cameraId: cameraIdSchema,
  role: z.enum(STREAM_ROLES),
  startMs: momentSchema,
  timescale: z.number().int().min(1).max(0xffff_ffff),
  codec: z.string().min(1).max(100),
  audioCodec: z.string().max(100).nullable(),
  width: z.number().int().min(0).max(0xffff),
  height: z.number().int().min(0).max(0xffff),
  previousHead: headSchema,
});
const sealSchema: z.ZodType<Seal> = z.object({
  cameraId: cameraIdSchema,
  role: z.enum(STREAM_ROLES),
  head: headSchema,
  fragments: z.number().int().min(0),
  timeMs: momentSchema,
  keyId: z.string().min(1).max(64),
  signature: z.string().min(1).max(200),
});

export interface SegmentHead {
  readonly link: SegmentLink;
  readonly initBytes: number;
  readonly headBytes: number;
}

/** Larger ones are no initialisation segment of a camera. */
const MOST_INIT_BYTES = 1 << 20;
/** `moof` and `mdat` have a header each. */
const LEAST_FRAGMENT_BYTES = 16;

/** What stands before the first record. The boxes are walked, not searched: a codec's bytes may hold anything. */
export async function readHead(window: FileWindow, size: number): Promise<SegmentHead | StopReason> {
  let at = 0;
  while (at < MOST_INIT_BYTES) {
    const bytes = await window.at(at, OWN_HEADER_BYTES);
    if (bytes.byteLength < OWN_HEADER_BYTES) return 'torn';
    const own = ownBoxAt(bytes, 0);
    const length = bytes.readUInt32BE(0);
    if (own !== undefined) {
      if (own.kind !== 'link' || at === 0) return 'foreign';
      if (at + length > size) return 'torn';
      const link = await readJsonBox(window, at, length, linkSchema);
      return link === undefined ? 'foreign' : { link, initBytes: at, headBytes: at + length };
    }
    if (isZero(bytes)) return 'zeros';
    const type = bytes.toString('latin1', 4, 8);
    if (!/^[ -~]{4}$/.test(type) || length < 8 || (at === 0 && type !== 'ftyp')) return 'foreign';
    if (at + length > size) return 'torn';
    at += length;
  }
  return 'foreign';
}

export type FoundBox =
  | { readonly kind: 'record'; readonly record: FragmentRecord; readonly box: Buffer; readonly end: number }
  /** `undefined`: a box of this kind and length, but what it holds is damaged. */
  | { readonly kind: 'seal'; readonly seal: Seal | undefined; readonly end: number }
  | { readonly kind: 'none'; readonly stop: Exclude<StopReason, 'end' | 'digest'> };

/** What stands at `at`; `record` and `box` are valid until the window is used again. */
export async function readBox(window: FileWindow, at: number, size: number): Promise<FoundBox> {
  const bytes = await window.at(at, Math.min(RECORD_BYTES, size - at));
  const own = ownBoxAt(bytes, 0);
  if (own === undefined) {
    if (isZero(bytes)) return { kind: 'none', stop: 'zeros' };
    return { kind: 'none', stop: bytes.byteLength < OWN_HEADER_BYTES ? 'torn' : 'foreign' };
  }
  if (own.kind === 'record' && own.size === RECORD_BYTES) {
    if (bytes.byteLength < RECORD_BYTES) return { kind: 'none', stop: 'torn' };
    const record = readRecord(bytes);
    if (record === undefined || !isSane(record)) {
      return { kind: 'none', stop: isZero(bytes.subarray(RECORD_BYTES - 32)) ? 'zeros' : 'foreign' };
    }
    const end = at + RECORD_BYTES + record.length;
    return end > size ? { kind: 'none', stop: 'torn' } : { kind: 'record', record, box: bytes, end };
  }
  if (own.kind === 'seal' && own.size > OWN_HEADER_BYTES && own.size <= OWN_HEADER_BYTES + MOST_JSON_BYTES) {
    const end = at + own.size;
    if (end > size) return { kind: 'none', stop: 'torn' };
    return { kind: 'seal', seal: await readJsonBox(window, at, own.size, sealSchema), end };
  }
  return { kind: 'none', stop: 'foreign' };
}

async function readJsonBox<T>(
  window: FileWindow,
  at: number,
  length: number,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  if (length > OWN_HEADER_BYTES + MOST_JSON_BYTES) return undefined;
  const box = await window.at(at, length);
  try {
    return schema.safeParse(readJson(box)).data;
  } catch {
    return undefined;
  }
}

/** Numbers that a writer can have meant: a flipped bit in a double makes any. */
function isSane({ length, wallClockMs, decodeTime }: FragmentRecord): boolean {
  return (
    length >= LEAST_FRAGMENT_BYTES &&
    wallClockMs >= 0 &&
    wallClockMs <= 8_640_000_000_000_000 &&
    Number.isSafeInteger(decodeTime)
  );
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
