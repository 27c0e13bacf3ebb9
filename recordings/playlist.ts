import { type FoundSegment, groupEndMs, groupsWithin } from './find-segments.ts';
import type { SegmentGroup } from './group-list.ts';
import type { Segment } from './segment-store.ts';

/**
 * A range of recordings as an HLS playlist (RFC 8216), for players that are not ours: one media segment for each group
 * of pictures, as a byte range of the recorded files themselves. `undefined` when nothing was recorded.
 */
export function vodPlaylist(
  found: readonly FoundSegment[],
  range: { readonly fromMs: number; readonly toMs: number },
  uriOf: (segmentId: number) => string,
): string | undefined {
  const lines: string[] = [];
  let longest = 0;
  let before: Place | undefined;
  for (const each of found) {
    const { segment } = each;
    const groups = groupsWithin(each, range.fromMs, range.toMs);
    for (const group of groups) {
      const seconds = group.duration / segment.timescale;
      const here: Place = { segment, group };
      const newFile = before?.segment.id !== segment.id;
      const broken = before !== undefined && !goesOn(before, here);
      // §4.3.2.3: where timestamps or tracks do not go on as a player expects.
      if (broken) lines.push('#EXT-X-DISCONTINUITY');
      if (newFile) lines.push(`#EXT-X-MAP:URI="${uriOf(segment.id)}",BYTERANGE="${segment.initBytes}@0"`);
      if (newFile || broken) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(group.startMs).toISOString()}`);
      lines.push(
        `#EXTINF:${seconds.toFixed(3)},`,
        `#EXT-X-BYTERANGE:${group.bytes}@${group.offset}`,
        uriOf(segment.id),
      );
      longest = Math.max(longest, seconds);
      before = here;
    }
  }
  if (before === undefined) return undefined;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    // §4.3.3.1: no EXTINF, rounded, may be larger.
    `#EXT-X-TARGETDURATION:${Math.max(1, Math.round(longest))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...lines,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}

interface Place {
  readonly segment: Segment;
  readonly group: SegmentGroup;
}

/** Seconds by which decode times and wall-clock may disagree with what came before. */
const SLACK_SECONDS = 0.25;

/** Does a player that has just decoded one find in the other what it expects: the same tracks, the next time stamps? */
function goesOn(one: Place, other: Place): boolean {
  const [a, b] = [one.segment, other.segment];
  if (a.id !== b.id) {
    const same =
      a.codec === b.codec &&
      a.audioCodec === b.audioCodec &&
      a.width === b.width &&
      a.height === b.height &&
      a.timescale === b.timescale;
    if (!same) return false;
  }
  const ticks = other.group.decodeTime - (one.group.decodeTime + one.group.duration);
  const ms = other.group.startMs - groupEndMs(one.group, a.timescale);
  return Math.abs(ticks / b.timescale) <= SLACK_SECONDS && Math.abs(ms / 1000) <= SLACK_SECONDS;
}
