import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { EvidenceFile, EvidencePiece } from '#contracts/evidence';
import type { StreamRole } from '#contracts/media';
import { fileOnDisk, isReadable } from '../disk-path.ts';
import { createFindSegments, groupEndMs, groupsWithin } from '../find-segments.ts';
import type { SegmentGroup } from '../group-list.ts';
import type { Disks, OpenSegments } from '../interfaces.ts';
import { chainStart } from '../segment-file.ts';
import { openSegmentFile } from '../segment-scan.ts';
import type { Segment, SegmentStore } from '../segment-store.ts';
import { readAt, readerOf, walkSegment } from './segment-walk.ts';

/** One file of an export before its bytes are read: pieces of recordings that one decoder can play one behind another. */
export interface PlannedFile {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly pieces: readonly PlannedPiece[];
  /** What it will have, nearly: seals are left out. */
  readonly bytes: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
  readonly height: number;
  /** Ticks per second of the times in its records. */
  readonly timescale: number;
}

interface PlannedPiece {
  readonly segment: Segment;
  /** Absolute. */
  readonly path: string;
  readonly groups: readonly SegmentGroup[];
}

export interface ExportSources {
  readonly store: SegmentStore;
  readonly disks: Disks;
  readonly open: OpenSegments;
}

/** Decode times that go on within this belong together. */
const JOIN_SECONDS = 0.5;
/** Fragments behind a piece that are looked at for a seal: some minutes. */
const MOST_TAIL = 2000;

/**
 * Whole groups of pictures around a range, as files: one, unless the camera changed its picture or was away. Rejects
 * when a disk that is needed is not there, or hangs.
 */
export async function planFiles(
  sources: ExportSources,
  want: { readonly cameraId: string; readonly role: StreamRole; readonly fromMs: number; readonly toMs: number },
): Promise<readonly PlannedFile[]> {
  const { cameraId, role, fromMs, toMs } = want;
  const runs: { pieces: PlannedPiece[]; init: Buffer }[] = [];
  for (const found of await createFindSegments(sources).between(cameraId, role, fromMs, toMs)) {
    const { segment } = found;
    const groups = groupsWithin(found, fromMs, toMs);
    if (groups.length === 0) continue;
    const disk = sources.disks.find(segment.diskId);
    if (!isReadable(disk)) throw new Error(`the disk with ${segment.path} is not there, or hangs`);
    const path = await fileOnDisk(disk.root, segment.path);
    const init = await initOf(path, segment.initBytes);
    const run = runs.at(-1);
    const previous = run?.pieces.at(-1);
    if (run !== undefined && previous !== undefined && run.init.equals(init) && goesOn(previous, segment, groups[0])) {
      run.pieces.push({ segment, path, groups });
    } else runs.push({ pieces: [{ segment, path, groups }], init });
  }
  return runs.flatMap(({ pieces, init }) => {
    const [first] = pieces;
    if (first === undefined) return [];
    const { width, height, timescale } = first.segment;
    const groups = pieces.flatMap((piece) => piece.groups);
    const ends = pieces.flatMap(({ segment, groups: own }) => own.map((group) => groupEndMs(group, segment.timescale)));
    return {
      cameraId,
      role,
      pieces,
      bytes: init.byteLength + groups.reduce((sum, { bytes }) => sum + bytes, 0),
      fromMs: groups[0]?.startMs ?? fromMs,
      toMs: ends.at(-1) ?? toMs,
      ...{ width, height, timescale },
    };
  });
}

/** What is known of a file when its last byte was read. */
export type WrittenFile = Omit<EvidenceFile, 'name' | 'camera' | 'role' | 'clock' | 'processing'> & {
  readonly pieces: EvidencePiece[];
};

/**
 * The bytes of a planned file, once: the initialisation segment, then record boxes and fragments as they were recorded.
 * `done` is called behind the last one. Damaged fragments are left out, and the gap is named.
 */
export async function* readFile(plan: PlannedFile, done: (file: WrittenFile) => void): AsyncGenerator<Buffer> {
  const [first] = plan.pieces;
  if (first === undefined) throw new Error('a file of an export without a piece');
  const whole = createHash('sha256');
  const fragments: EvidenceFile['fragments'] = [];
  const pieces: EvidencePiece[] = [];
  const missing: Gap[] = [];
  const init = await initOf(first.path, first.segment.initBytes);
  whole.update(init);
  yield init;
  let bytes = init.byteLength;
  for (const piece of plan.pieces) {
    const handle = await openSegmentFile(piece.path, 'read');
    const before = fragments.length;
    try {
      for await (const chunk of readPiece(handle, piece, { whole, fragments, pieces })) {
        bytes += chunk.byteLength;
        yield chunk;
      }
    } finally {
      await handle.close();
    }
    missing.push(...missingOf(piece, fragments.slice(before)));
  }
  const { codec, audioCodec, width, height } = first.segment;
  done({
    bytes,
    sha256: whole.digest('hex'),
    init: { bytes: init.byteLength, sha256: createHash('sha256').update(init).digest('hex') },
    fromMs: fragments[0]?.[1] ?? plan.fromMs,
    toMs: endOfLast(fragments) ?? plan.toMs,
    codec: audioCodec === null ? codec : `${codec},${audioCodec}`,
    width,
    height,
    fragments,
    pieces,
    gaps: joined([...gapsIn(fragments), ...missing]),
  });
}

async function* readPiece(
  handle: FileHandle,
  { segment, groups }: PlannedPiece,
  out: { readonly whole: Hash; readonly fragments: EvidenceFile['fragments']; readonly pieces: EvidencePiece[] },
): AsyncGenerator<Buffer> {
  const begin = groups[0]?.offset ?? 0;
  const end = Math.max(...groups.map((group) => group.offset + group.bytes));
  const { size } = await handle.stat();
  const { timescale, headBytes, previousHead } = segment;
  const firstFragment = out.fragments.length;
  const tail: Buffer[] = [];
  const seals: EvidencePiece['seals'] = [];
  let headBefore: Uint8Array | undefined;
  let count = 0;
  const read = readerOf(handle, { from: begin, to: end });
  const head = chainStart(previousHead, [await readAt(handle, 0, headBytes)]);
  for await (const item of walkSegment(read, { offset: headBytes, size, head })) {
    if (item.kind === 'seal') {
      if (count > 0) seals.push({ after: count + tail.length, seal: item.seal });
      // Behind the piece the first seal is all that is needed.
      if (tail.length > 0 || (count > 0 && item.seal.fragments === segment.fragments)) break;
    } else if (item.offset >= end) {
      // The last seal stood right behind the piece: nothing is missing.
      if (tail.length === 0 && seals.at(-1)?.after === count) break;
      tail.push(item.box);
      if (tail.length > MOST_TAIL) break;
    } else if (item.offset >= begin) {
      headBefore ??= item.headBefore;
      const fragment = await read(item.offset, item.box.byteLength + item.record.length);
      const digest = createHash('sha256').update(fragment).digest('hex');
      const durationMs = (item.record.duration * 1000) / timescale;
      out.fragments.push([fragment.byteLength, item.record.wallClockMs, durationMs, digest]);
      out.whole.update(fragment);
      count += 1;
      yield fragment;
    }
  }
  if (headBefore === undefined) return;
  const sealed = (seals.at(-1)?.after ?? 0) > count;
  out.pieces.push({
    recording: segment.path,
    first: firstFragment,
    count,
    headBefore: Buffer.from(headBefore).toString('hex'),
    tail: sealed ? Buffer.concat(tail).toString('base64') : '',
    seals,
  });
}

async function initOf(path: string, bytes: number): Promise<Buffer> {
  const handle = await openSegmentFile(path, 'read');
  try {
    return await readAt(handle, 0, bytes);
  } finally {
    await handle.close();
  }
}

function goesOn(before: PlannedPiece, segment: Segment, next: SegmentGroup | undefined): boolean {
  const last = before.groups.at(-1);
  if (last === undefined || next === undefined || before.segment.timescale !== segment.timescale) return false;
  return Math.abs(next.decodeTime - last.decodeTime - last.duration) <= JOIN_SECONDS * segment.timescale;
}

type Gap = EvidenceFile['gaps'][number];

export function endOfLast(fragments: EvidenceFile['fragments']): number | undefined {
  const last = fragments.at(-1);
  return last === undefined ? undefined : last[1] + last[2];
}

/**
 * What stands behind damaged boxes has no chain and is left out, up to the end of the piece: who looks at the export must
 * be told that there was more.
 */
function missingOf({ segment, groups }: PlannedPiece, written: EvidenceFile['fragments']): readonly Gap[] {
  const [first, last] = [groups[0], groups.at(-1)];
  const planned = groups.reduce((sum, { fragments }) => sum + fragments, 0);
  if (first === undefined || last === undefined || written.length >= planned) return [];
  return [{ fromMs: endOfLast(written) ?? first.startMs, toMs: groupEndMs(last, segment.timescale) }];
}

/** In the order of time, each moment once. */
export function joined(gaps: readonly Gap[]): Gap[] {
  const out: Gap[] = [];
  for (const gap of [...gaps].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = out.at(-1);
    if (last === undefined || gap.fromMs > last.toMs) out.push({ ...gap });
    else last.toMs = Math.max(last.toMs, gap.toMs);
  }
  return out;
}

/** Shorter ones are jitter of a camera's clock. */
const LEAST_GAP_MS = 500;

export function gapsIn(fragments: EvidenceFile['fragments']): EvidenceFile['gaps'] {
  return fragments.flatMap(([, fromMs], at) => {
    const before = fragments[at - 1];
    if (before === undefined) return [];
    const endMs = before[1] + before[2];
    return fromMs - endMs > LEAST_GAP_MS ? [{ fromMs: endMs, toMs: fromMs }] : [];
  });
}
