import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createFileWindow, type FileWindow } from './file-window.ts';
import { createGroupBuilder } from './group-builder.ts';
import type { SegmentGroup } from './group-list.ts';
import { findRecord } from './record-search.ts';
import { readBox, readHead, type SegmentHead, type StopReason } from './segment-boxes.ts';
import {
  chainStart,
  type FragmentRecord,
  nextHead,
  RECORD_BYTES,
  type Seal,
  type SegmentLink,
} from './segment-file.ts';

/**
 * Reads a segment file as it lies on the disk, in bounded memory, and says what of it is whole. Video is passed over
 * by the lengths in the records, so ten minutes cost some thousand small reads; digests are computed of the last
 * records always, because a power cut can leave those with the right length and the wrong bytes, and of all when asked.
 *
 * Damage inside of a file (a record that is no record) is passed over to the next record and reported, never taken for
 * the end: ten minutes are not given up for a flipped bit.
 */
export interface SegmentScan extends SegmentHead {
  readonly fileBytes: number;
  /** Where the last whole record, or the seal behind it, ends. */
  readonly wholeBytes: number;
  /** Why nothing is whole behind `wholeBytes`. */
  readonly stop: StopReason;
  readonly fragments: number;
  /** End of the last fragment, ms since 1970; the start where there is none. */
  readonly endMs: number;
  /** Of the chain at `wholeBytes`. */
  readonly head: Uint8Array;
  readonly groups: readonly SegmentGroup[];
  readonly seals: readonly ScannedSeal[];
  /** Before `wholeBytes`; the first of them, at most `MOST_DAMAGES`. */
  readonly damages: readonly Damage[];
}

/** A file without a head that can be read. */
export interface HeadlessScan {
  readonly link: undefined;
  readonly fileBytes: number;
  readonly stop: StopReason;
  /** Records of ours stand in it all the same: it is damaged, not empty. */
  readonly holdsRecords: boolean;
}

export interface ScannedSeal {
  readonly offset: number;
  readonly seal: Seal;
  /** It names this stream, and the head and number of fragments that the file has here. */
  readonly matches: boolean;
}

export interface Damage {
  readonly offset: number;
  readonly bytes: number;
  /** `digest`: a fragment; `seal`: a seal that cannot be read; else what stands where a record should. */
  readonly what: Exclude<StopReason, 'end'> | 'seal';
  /** Number of the fragment in this file, from 0, or of the next one. */
  readonly fragment: number;
  /** When it was taken, or the last one before it. */
  readonly wallClockMs: number;
}

export interface ScanOptions {
  /** `tail`: digests of what was written in the last `tailMs`, where the scan ends at the first thing that is wrong. */
  readonly digests?: 'tail' | 'all' | 'none';
  readonly tailMs?: number;
  /** Begin here: what is known from an earlier scan or from the index. Groups, seals and damages are those behind it. */
  readonly from?: { readonly offset: number; readonly head: Uint8Array; readonly fragments: number };
  readonly onRecord?: (record: FragmentRecord, offset: number) => void;
}

const MOST_DAMAGES = 1000;
/** An hour of single pictures. */
const MOST_FRAGMENTS = 500_000;
const TAIL_MS = 10_000;
const LEAST_TAIL = 8;
const MOST_TAIL = 2000;
/**
 * Some records in one read: with small reads from record to record, the way to the thread that reads costs more than
 * the bytes between, and a disk that turns passes over them anyway.
 */
const WINDOW_BYTES = { least: 8192, most: 1 << 18 } as const;

/** Links are not followed, and what is no file (a pipe would wait for ever) is refused. */
export async function openSegmentFile(path: string, access: 'read' | 'write'): Promise<FileHandle> {
  const way = access === 'read' ? constants.O_RDONLY : constants.O_RDWR;
  const handle = await open(path, way | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Error(`${path} is no file`);
}

export async function scanSegment(path: string, options: ScanOptions = {}): Promise<SegmentScan | HeadlessScan> {
  const handle = await openSegmentFile(path, 'read');
  try {
    return await scanHandle(handle, options);
  } finally {
    await handle.close();
  }
}

/** As `scanSegment`; the file stays open. Bytes that are added meanwhile are not seen. */
export async function scanHandle(handle: FileHandle, options: ScanOptions = {}): Promise<SegmentScan | HeadlessScan> {
  const { size } = await handle.stat();
  const { digests = 'tail' } = options;
  const window = createFileWindow(handle, Math.max(WINDOW_BYTES.least, Math.min(WINDOW_BYTES.most, size)));
  const head = await readHead(window, size);
  if (typeof head === 'string') {
    const holdsRecords = (await findRecord(handle, 0, size)) !== undefined;
    return { link: undefined, fileBytes: size, stop: head, holdsRecords };
  }
  const file: ScannedFile = { handle, window, head };
  const from = options.from ?? { offset: head.headBytes, head: await startOf(handle, head), fragments: 0 };
  const walk = await walkRecords(file, size, { ...options, from });
  const cut = digests === 'tail' ? await firstWrongOf(file, walk.tail) : undefined;
  if (cut === undefined) return { ...head, ...walk.scan, fileBytes: size };
  const { scan } = await walkRecords(file, cut, { ...options, from, digests: 'none' });
  return { ...head, ...scan, fileBytes: size, stop: 'digest' };
}

async function startOf(handle: FileHandle, { link, headBytes }: SegmentHead): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  if (bytesRead < headBytes) throw new Error('the file became shorter while it was read');
  return chainStart(Buffer.from(link.previousHead, 'hex'), [buffer]);
}

interface ScannedFile {
  readonly handle: FileHandle;
  readonly window: FileWindow;
  readonly head: SegmentHead;
}

/** What the digest of a record is checked by, after the walk. */
interface TailRecord {
  readonly offset: number;
  readonly length: number;
  readonly digest: Uint8Array;
  readonly wallClockMs: number;
  /** Where damage begins between the record before and this one. */
  readonly damagedFrom: number | undefined;
}

async function walkRecords(
  { handle, window, head: { link } }: ScannedFile,
  size: number,
  { digests = 'tail', tailMs = TAIL_MS, from, onRecord }: ScanOptions & Required<Pick<ScanOptions, 'from'>>,
) {
  const builder = createGroupBuilder(link.timescale);
  const seals: ScannedSeal[] = [];
  const damages: Damage[] = [];
  const tail: TailRecord[] = [];
  let chain = from.head;
  let fragments = from.fragments;
  let wallClockMs = link.startMs;
  let at = from.offset;
  let damagedFrom: number | undefined;
  let stop: StopReason = 'end';

  const damage = (offset: number, bytes: number, what: Damage['what']): void => {
    if (damages.length < MOST_DAMAGES) damages.push({ offset, bytes, what, fragment: fragments, wallClockMs });
  };

  while (at < size) {
    const found = await readBox(window, at, size);
    if (found.kind === 'record') {
      const { record, box, end } = found;
      if (fragments >= MOST_FRAGMENTS) throw new Error(`more than ${MOST_FRAGMENTS} fragments in a file`);
      chain = nextHead(chain, box);
      builder.add(record, { offset: at, bytes: end - at });
      onRecord?.(record, at);
      wallClockMs = record.wallClockMs;
      if (digests !== 'none') {
        const entry = {
          offset: at,
          length: record.length,
          digest: Buffer.from(record.digest),
          wallClockMs,
          damagedFrom,
        };
        if (digests === 'tail') keep(tail, entry, tailMs);
        else if (!(await hasDigest(window, entry))) damage(at, end - at, 'digest');
      }
      damagedFrom = undefined;
      fragments += 1;
      at = end;
    } else if (found.kind === 'seal' && (found.seal !== undefined || (await standsBefore(window, found.end, size)))) {
      const { seal, end } = found;
      if (seal === undefined) damage(at, end - at, 'seal');
      else seals.push({ offset: at, seal, matches: matches(seal, link, chain, fragments) });
      at = end;
    } else {
      const next = await findRecord(handle, at + 1, size);
      const what = found.kind === 'none' ? found.stop : 'torn';
      if (next === undefined) {
        stop = what;
        break;
      }
      damage(at, next - at, what);
      builder.interrupt(at);
      damagedFrom ??= at;
      at = next;
    }
  }
  const { endMs = link.startMs } = builder;
  const scan = { wholeBytes: at, stop, fragments, endMs, head: chain, groups: builder.upTo(at), seals, damages };
  return { scan, tail };
}

/** A box of ours, or the end, stands here: the box before it has its right length at least. */
async function standsBefore(window: FileWindow, at: number, size: number): Promise<boolean> {
  return at < size && (await readBox(window, at, size)).kind !== 'none';
}

function matches(seal: Seal, link: SegmentLink, chain: Uint8Array, fragments: number): boolean {
  return (
    seal.cameraId === link.cameraId &&
    seal.role === link.role &&
    seal.fragments === fragments &&
    seal.head === Buffer.from(chain).toString('hex')
  );
}

function keep(tail: TailRecord[], entry: TailRecord, tailMs: number): void {
  tail.push(entry);
  while (tail.length > MOST_TAIL || (tail.length > LEAST_TAIL && isOld(tail[0], entry.wallClockMs - tailMs))) {
    tail.shift();
  }
}

function isOld(entry: TailRecord | undefined, beforeMs: number): boolean {
  return entry !== undefined && entry.wallClockMs < beforeMs;
}

/** Where the tail must be cut: in front of the first record of it that is wrong, or that stands behind damage. */
async function firstWrongOf({ window }: ScannedFile, tail: readonly TailRecord[]): Promise<number | undefined> {
  for (const entry of tail) {
    if (entry.damagedFrom !== undefined) return entry.damagedFrom;
    if (!(await hasDigest(window, entry))) return entry.offset;
  }
  return undefined;
}

async function hasDigest(
  window: FileWindow,
  record: Omit<TailRecord, 'wallClockMs' | 'damagedFrom'>,
): Promise<boolean> {
  const hash = createHash('sha256');
  const end = record.offset + RECORD_BYTES + record.length;
  for (let at = record.offset + RECORD_BYTES; at < end; ) {
    const bytes = await window.at(at, Math.min(WINDOW_BYTES.least, end - at));
    if (bytes.byteLength === 0) return false;
    hash.update(bytes);
    at += bytes.byteLength;
  }
  return hash.digest().equals(record.digest);
}
