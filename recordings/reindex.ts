import type { FileHandle } from 'node:fs/promises';
import { segmentPath } from './segment-file.ts';
import { openSegmentFile, type SegmentScan, scanHandle } from './segment-scan.ts';
import type { NewSegment, Segment, SegmentEnd, SegmentStore } from './segment-store.ts';

/** The index made again from a file alone: for files without a row, and for rows that say something else than theirs. */

/** What kept a file from being taken into the index. */
export class NotASegmentError extends Error {
  /** Something of ours stands in it: it is damaged, not foreign. */
  readonly isOurs: boolean;

  constructor(why: string, isOurs: boolean) {
    super(why);
    this.name = 'NotASegmentError';
    this.isOurs = isOurs;
  }
}

/** Adds a row for the file, or with `row` brings that row in line with it. A torn or zero-filled tail is cut. */
export async function reindex(
  store: SegmentStore,
  file: string,
  place: { readonly diskId: string; readonly path: string },
  row?: Segment,
): Promise<void> {
  const handle = await openSegmentFile(file, 'write');
  try {
    const scan = asSegment(await scanHandle(handle), place.path);
    await cutTail(handle, scan);
    const end = endOf(scan);
    if (row === undefined) await store.adopt({ ...newSegmentOf(scan, place), ...end }, end.groups);
    else if (isSameFile(row, scan)) await store.close(row.id, end);
    else throw new NotASegmentError('its head is not the one that the index has', true);
  } finally {
    await handle.close();
  }
}

/** Throws `NotASegmentError` unless it is a segment with something in it that lies where it should. */
export function asSegment(scan: Awaited<ReturnType<typeof scanHandle>>, path: string): SegmentScan {
  if (scan.link === undefined) {
    if (scan.holdsRecords) throw new NotASegmentError(`its head cannot be read (${scan.stop})`, true);
    throw new NotASegmentError('is no recording of ours', false);
  }
  if (scan.fragments === 0) throw new NotASegmentError('holds no whole fragment', false);
  const { cameraId, role, startMs } = scan.link;
  if (segmentPath(cameraId, role, startMs) !== path) {
    throw new NotASegmentError(`belongs at ${segmentPath(cameraId, role, startMs)}`, false);
  }
  return scan;
}

/** Whether a tail is ours to cut: what a crash or a power cut leaves. Bytes of somebody else are left. */
export function isTorn({ stop }: SegmentScan): boolean {
  return stop === 'torn' || stop === 'zeros' || stop === 'digest';
}

async function cutTail(handle: FileHandle, scan: SegmentScan): Promise<void> {
  if (isTorn(scan)) await handle.truncate(scan.wholeBytes);
  await handle.datasync();
}

export function isSameFile(row: Segment, { link, headBytes, initBytes }: SegmentScan): boolean {
  return (
    link.cameraId === row.cameraId &&
    link.role === row.role &&
    Math.round(link.startMs) === row.startMs &&
    headBytes === row.headBytes &&
    initBytes === row.initBytes
  );
}

function endOf(scan: SegmentScan): SegmentEnd {
  const { endMs, fragments, head, groups, fileBytes, wholeBytes } = scan;
  return { endMs, fragments, head, groups, bytes: isTorn(scan) ? wholeBytes : fileBytes };
}

function newSegmentOf(
  { link, initBytes, headBytes }: SegmentScan,
  place: { readonly diskId: string; readonly path: string },
): Omit<NewSegment, keyof SegmentEnd> {
  const { cameraId, role, startMs, timescale, codec, audioCodec, width, height } = link;
  const previousHead = Buffer.from(link.previousHead, 'hex');
  return {
    ...place,
    ...{ cameraId, role, startMs, timescale, codec, audioCodec, width, height },
    ...{ initBytes, headBytes, previousHead },
  };
}
