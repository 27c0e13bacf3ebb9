import { type Fragment, STREAM_ROLES, type StreamInfo, type StreamRole } from '#contracts/media';
import { createFindSegments, type FoundSegment, groupsWithin } from './find-segments.ts';
import type { SegmentGroup } from './group-list.ts';
import type { Disks, OpenSegments } from './interfaces.ts';
import { openSegmentBytes, type SegmentBytes } from './segment-bytes.ts';
import { OWN_HEADER_BYTES, ownBoxAt, RECORD_BYTES, readRecord } from './segment-file.ts';
import type { SegmentStore } from './segment-store.ts';

/** A recorded file's part of a range, as a stream gives it: what it takes to decode, and the fragments from a key frame on. */
export interface RecordedRun {
  readonly info: StreamInfo;
  /** Oldest first; rejects with `Fault` where the file or its disk is gone. To be read once. */
  readonly fragments: AsyncIterable<Fragment>;
}

export interface RecordedFragments {
  /** What was recorded of a camera in a range, oldest first; of the smaller stream where both were. */
  runs(cameraId: string, fromMs: number, toMs: number): AsyncIterable<RecordedRun>;
}

/** A range is asked of the index in pieces: a day of a camera that begins anew every minute has many files. */
const PIECE_MS = 3_600_000;
/** The small stream first: it is enough for looking by machine. */
const ROLES: readonly StreamRole[] = [...STREAM_ROLES].reverse();

export function createRecordedFragments(deps: {
  readonly store: SegmentStore;
  readonly disks: Disks;
  /** What is being written now. */
  readonly open: OpenSegments;
}): RecordedFragments {
  const segments = createFindSegments(deps);

  async function piece(cameraId: string, fromMs: number, toMs: number): Promise<readonly FoundSegment[]> {
    for (const role of ROLES) {
      const found = await segments.between(cameraId, role, fromMs, toMs);
      if (found.some((one) => groupsWithin(one, fromMs, toMs).length > 0)) return found;
    }
    return [];
  }

  return {
    async *runs(cameraId, fromMs, toMs) {
      for (let pieceMs = fromMs; pieceMs < toMs; pieceMs += PIECE_MS) {
        const endMs = Math.min(toMs, pieceMs + PIECE_MS);
        for (const found of await piece(cameraId, pieceMs, endMs)) {
          // A group that reaches into the next piece is of this one.
          const groups = groupsWithin(found, pieceMs, endMs).filter(
            ({ startMs }) => startMs >= pieceMs || pieceMs === fromMs,
          );
          if (groups.length > 0) yield await runOf(found, groups, deps.disks);
        }
      }
    },
  };
}

async function runOf(found: FoundSegment, groups: readonly SegmentGroup[], disks: Disks): Promise<RecordedRun> {
  const { codec, width, height, timescale, initBytes } = found.segment;
  const file = await openSegmentBytes(found, disks);
  let init: Buffer;
  try {
    init = await file.read(0, initBytes);
  } finally {
    await file.close();
  }
  const info = { generation: 1, video: { codec, width, height, frameRate: null }, audio: null, timescale, init };
  async function* fragments(): AsyncGenerator<Fragment> {
    const bytes = await openSegmentBytes(found, disks);
    try {
      for (const group of groups) yield* fragmentsOf(bytes, group, timescale);
    } finally {
      await bytes.close();
    }
  }
  return { info, fragments: fragments() };
}

async function* fragmentsOf(file: SegmentBytes, group: SegmentGroup, timescale: number): AsyncGenerator<Fragment> {
  const bytes = await file.read(group.offset, group.bytes);
  for (let at = 0; at + OWN_HEADER_BYTES <= bytes.byteLength; ) {
    const record = readRecord(bytes.subarray(at, at + RECORD_BYTES));
    if (record === undefined) {
      // A seal stands between the fragments; anything else is the end of what can be read.
      const size = ownBoxAt(bytes, at)?.size ?? 0;
      if (size < OWN_HEADER_BYTES) return;
      at += size;
      continue;
    }
    const from = at + RECORD_BYTES;
    at = from + record.length;
    if (at > bytes.byteLength) return;
    yield {
      generation: 1,
      sequence: record.sequence,
      decodeTime: record.decodeTime,
      duration: record.duration,
      wallClockMs: group.startMs + ((record.decodeTime - group.decodeTime) * 1000) / timescale,
      keyframe: record.keyframe,
      bytes: bytes.subarray(from, at),
    };
  }
}
