import type { StreamInfo } from '#contracts/media';
import type { Segment, Targets } from './segmenter.ts';

/** The text of playlists, from numbers alone. Section numbers are of draft-pantos-hls-rfc8216bis-16. */
export interface MediaPlaylist {
  readonly targets: Targets;
  readonly discontinuitySequence: number;
  /** Oldest first; the last one may be open. */
  readonly segments: readonly Segment[];
  /** What the next part is expected to be called: §4.4.5.3. */
  readonly next: { readonly sequenceNumber: number; readonly part: number };
  /** Name of the initialisation segment that belongs to a stream. */
  readonly initName: (info: StreamInfo) => string;
}

/** §4.4.3.8: the server may leave out what is older than this; at least six target durations. */
const skipUntilSeconds = (targets: Targets): number => 6 * targets.segmentSeconds;

/** §4.4.3.8: how far from the end a low-latency client plays; three parts are recommended. */
const partHoldBack = (targets: Targets): string => seconds(3 * targets.partMs);

/** Part tags are of use near the end only (§6.2.2: may be removed three target durations from it). */
const PARTS_WITHIN_TARGETS = 3;

const segmentName = (sequenceNumber: number): string => `${sequenceNumber}.m4s`;
const partName = (sequenceNumber: number, part: number): string => `${sequenceNumber}.${part}.m4s`;

/**
 * A media playlist, or with `skip` a delta update of it (§6.2.5.1) where there is something to skip.
 * `carry` is query text that each address gets.
 */
export function mediaPlaylist(playlist: MediaPlaylist, options: { skip: boolean; carry: string }): string {
  const { targets, segments } = playlist;
  const suffix = options.carry === '' ? '' : `?${options.carry}`;
  const uri = (name: string): string => `"${name}${suffix}"`;
  const skipped = options.skip ? skippable(segments, targets) : 0;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${targets.segmentSeconds}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=${skipUntilSeconds(targets)},PART-HOLD-BACK=${partHoldBack(targets)}`,
    `#EXT-X-PART-INF:PART-TARGET=${seconds(targets.partMs)}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.sequenceNumber ?? playlist.next.sequenceNumber}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`,
  ];
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`);

  let map = skipped > 0 ? segments[skipped - 1]?.info : undefined;
  let fromEndMs = segments.slice(skipped).reduce((sum, segment) => sum + segment.durationMs, 0);
  for (const segment of segments.slice(skipped)) {
    fromEndMs -= segment.durationMs;
    if (!segment.closed && segment.parts.length === 0) continue;
    if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
    if (segment.discontinuity || map !== segment.info)
      lines.push(`#EXT-X-MAP:URI=${uri(playlist.initName(segment.info))}`);
    map = segment.info;
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.wallClockMs).toISOString()}`);
    if (!segment.closed || fromEndMs < PARTS_WITHIN_TARGETS * targets.segmentSeconds * 1000) {
      segment.parts.forEach((part, index) => {
        const name = uri(partName(segment.sequenceNumber, index));
        const independent = part.independent ? ',INDEPENDENT=YES' : '';
        lines.push(`#EXT-X-PART:DURATION=${seconds(part.durationMs)},URI=${name}${independent}`);
      });
    }
    if (segment.closed) {
      lines.push(`#EXTINF:${seconds(segment.durationMs)},`, `${segmentName(segment.sequenceNumber)}${suffix}`);
    }
  }
  lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI=${uri(partName(playlist.next.sequenceNumber, playlist.next.part))}`);
  return `${lines.join('\n')}\n`;
}

/** How many segments, from the oldest, end before the skip boundary. */
function skippable(segments: readonly Segment[], targets: Targets): number {
  let fromEndMs = 0;
  for (let index = segments.length - 1; index >= 0; index -= 1) {
    if (fromEndMs >= skipUntilSeconds(targets) * 1000) return index + 1;
    fromEndMs += segments[index]?.durationMs ?? 0;
  }
  return 0;
}

/** A multivariant playlist with one variant (§4.4.6.2). `bitsPerSecond` is measured. */
export function masterPlaylist(info: StreamInfo, bitsPerSecond: number, carry: string): string {
  const { video, audio } = info;
  // Media Source wants a FLAC in small letters; playlists have the name of its sample entry, which Apple asks for.
  const sound = audio?.codec === 'flac' ? 'fLaC' : audio?.codec;
  const codecs = sound === undefined ? video.codec : `${video.codec},${sound}`;
  const rate = video.frameRate === null ? '' : `,FRAME-RATE=${video.frameRate.toFixed(3)}`;
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-STREAM-INF:BANDWIDTH=${Math.round(bitsPerSecond)},CODECS="${codecs}",RESOLUTION=${video.width}x${video.height}${rate}`,
    `media.m3u8${carry === '' ? '' : `?${carry}`}`,
    '',
  ].join('\n');
}

/** Decimal seconds with as many digits as five places need. */
function seconds(ms: number): string {
  return String(Number((ms / 1000).toFixed(5)));
}
