import { Fault } from '#base/errors';
import { STREAM_ROLES, type StillDecoder, type StreamRole } from '#contracts/media';
import type { PlayableRange, PlayableSegment, RecordedSpan, Timeline } from '#contracts/recordings';
import { createFindSegments, type FoundSegment, groupsWithin } from './find-segments.ts';
import type { Disks, OpenSegments } from './interfaces.ts';
import { vodPlaylist } from './playlist.ts';
import { createRecordedStills, type RecordedStills } from './recorded-stills.ts';
import { openSegmentBytes, type SegmentBytes } from './segment-bytes.ts';
import type { SegmentSpan, SegmentStore } from './segment-store.ts';

/**
 * What was recorded, for those who look at it: where there is something, where its groups lie, and the bytes. Nothing
 * here asks who may see it: the doors do. Without a role, the best stream that has something in the range.
 */
export interface Playback extends RecordedStills {
  timeline(cameraId: string, role: StreamRole | undefined, fromMs: number, toMs: number): Promise<RecordedTimeline>;
  range(cameraId: string, role: StreamRole | undefined, fromMs: number, toMs: number): Promise<PlayableRange>;
  /** HLS, for players that are not ours. Rejects with `notFound` where nothing was recorded. */
  playlist(
    cameraId: string,
    role: StreamRole,
    range: { readonly fromMs: number; readonly toMs: number },
    uriOf: (segmentId: number) => string,
  ): Promise<string>;
  /** From the oldest recording of a camera to the newest; `undefined` when nothing is left. */
  extent(cameraId: string): Promise<{ readonly oldestMs: number; readonly newestMs: number } | undefined>;
  /** Rejects with `notFound` for a segment that is not there, or that is of another camera. */
  open(cameraId: string, segmentId: number): Promise<SegmentBytes>;
}

/** Holds and bookmarks are kept elsewhere. */
export type RecordedTimeline = Omit<Timeline, 'holds' | 'bookmarks'>;

export interface PlaybackDeps {
  readonly store: SegmentStore;
  readonly disks: Disks;
  /** What is being written now. */
  readonly open: OpenSegments;
  readonly decoder: StillDecoder;
}

/** ms; a camera that reconnects quickly, or the seam between two files, is no gap to a person. */
const NO_GAP_MS = 1000;

export function createPlayback({ store, disks, open, decoder }: PlaybackDeps): Playback {
  const segments = createFindSegments({ store, open });
  const openBytes = (found: FoundSegment): Promise<SegmentBytes> => openSegmentBytes(found, disks);

  async function spansOf(cameraId: string, role: StreamRole, fromMs: number, toMs: number): Promise<RecordedSpan[]> {
    // First what is open: should it end meanwhile, the index has it too, and not neither of them.
    const written = open.of({ cameraId, role })?.segment;
    const spans: SegmentSpan[] = (await store.spans(cameraId, role, fromMs, toMs)).filter(
      (span) => span.startMs !== written?.startMs,
    );
    if (written !== undefined && written.startMs < toMs && written.endMs > fromMs) spans.push(written);
    return mergeSpans(spans);
  }

  /** What touches the range, of the role asked for or of the best that has anything. */
  async function foundIn(cameraId: string, role: StreamRole | undefined, fromMs: number, toMs: number) {
    for (const each of role === undefined ? STREAM_ROLES : [role]) {
      const found = await segments.between(cameraId, each, fromMs, toMs);
      const playable = found.map((one) => playableOf(one, fromMs, toMs)).filter((segment) => segment.groups.length > 0);
      if (playable.length > 0) return { role: each, segments: playable };
    }
    return { role: role ?? 'main', segments: [] };
  }

  return {
    ...createRecordedStills({ segments, open: openBytes, decoder }),

    async timeline(cameraId, asked, fromMs, toMs) {
      const found: { role: StreamRole; spans: RecordedSpan[] }[] = [];
      for (const role of STREAM_ROLES) found.push({ role, spans: await spansOf(cameraId, role, fromMs, toMs) });
      const filled = found.filter(({ spans }) => spans.length > 0);
      const best = asked === undefined ? filled[0] : found.find(({ role }) => role === asked);
      return {
        cameraId,
        fromMs,
        toMs,
        role: best?.role ?? asked ?? 'main',
        roles: filled.map(({ role }) => role),
        spans: best?.spans ?? [],
        recording: STREAM_ROLES.some((role) => open.of({ cameraId, role }) !== undefined),
      };
    },

    range: async (cameraId, role, fromMs, toMs) => ({ cameraId, ...(await foundIn(cameraId, role, fromMs, toMs)) }),

    async playlist(cameraId, role, { fromMs, toMs }, uriOf) {
      const text = vodPlaylist(await segments.between(cameraId, role, fromMs, toMs), { fromMs, toMs }, uriOf);
      if (text === undefined) {
        throw new Fault('notFound', 'recording.nothingThere', 'nothing was recorded in this range');
      }
      return text;
    },

    async extent(cameraId) {
      const ends: { readonly startMs: number; readonly endMs: number }[] = [];
      for (const role of STREAM_ROLES) {
        const [oldest] = await store.ofStream({ cameraId, role }, { startMs: 0, id: 0 }, 1);
        const newest = await store.newest(cameraId, role);
        if (newest !== undefined) ends.push({ startMs: (oldest ?? newest).startMs, endMs: newest.endMs });
      }
      if (ends.length === 0) return undefined;
      return {
        oldestMs: Math.min(...ends.map(({ startMs }) => startMs)),
        newestMs: Math.max(...ends.map(({ endMs }) => endMs)),
      };
    },

    async open(cameraId, segmentId) {
      const found = await segments.find(segmentId);
      if (found === undefined || found.segment.cameraId !== cameraId) {
        throw new Fault('notFound', 'recording.unknown', 'there is no such recording');
      }
      return openBytes(found);
    },
  };
}

/** Joins what lies less than `NO_GAP_MS` apart; the spans come by their start. */
export function mergeSpans(spans: readonly SegmentSpan[]): RecordedSpan[] {
  const merged: RecordedSpan[] = [];
  for (const { startMs, endMs, bytes } of spans) {
    // A row whose file was just begun.
    if (endMs <= startMs) continue;
    const last = merged.at(-1);
    if (last === undefined || startMs - last.endMs >= NO_GAP_MS) merged.push({ startMs, endMs, bytes });
    else
      merged[merged.length - 1] = {
        startMs: last.startMs,
        endMs: Math.max(last.endMs, endMs),
        bytes: last.bytes + bytes,
      };
  }
  return merged;
}

function playableOf(found: FoundSegment, fromMs: number, toMs: number): PlayableSegment {
  const { segment } = found;
  const codecs = [segment.codec, ...(segment.audioCodec === null ? [] : [segment.audioCodec])].join(',');
  return {
    segmentId: segment.id,
    mimeType: `video/mp4; codecs="${codecs}"`,
    initBytes: segment.initBytes,
    timescale: segment.timescale,
    width: segment.width,
    height: segment.height,
    groups: groupsWithin(found, fromMs, toMs).map(({ startMs, duration, decodeTime, offset, bytes, keyBytes }) => ({
      startMs,
      durationMs: (duration * 1000) / segment.timescale,
      decodeTime,
      offset,
      bytes,
      keyBytes,
    })),
  };
}
