import { describe, expect, it } from 'vitest';
import type { StreamInfo } from '#contracts/media';
import { type MediaPlaylist, masterPlaylist, mediaPlaylist } from './playlist.ts';
import type { Segment } from './segmenter.ts';

const info = (generation: number, audio = false): StreamInfo => ({
  generation,
  video: { codec: 'avc1.64001f', width: 1280, height: 720, frameRate: 25 },
  audio: audio ? { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 } : null,
  timescale: 90_000,
  init: new Uint8Array(),
});
const FIRST = info(1);

/** Segments of one second; the last may have fewer parts and be open. */
function segment(sequenceNumber: number, more: Partial<Segment> & { partCount?: number } = {}): Segment {
  const { partCount = 2, ...rest } = more;
  return {
    sequenceNumber,
    info: FIRST,
    first: 0,
    end: 0,
    durationMs: partCount * 500,
    wallClockMs: Date.UTC(2026, 0, 5, 8, 0, sequenceNumber),
    discontinuity: false,
    parts: Array.from({ length: partCount }, (_, at) => ({ first: 0, end: 0, durationMs: 500, independent: at === 0 })),
    closed: true,
    ...rest,
  };
}

const playlist = (segments: readonly Segment[], more: Partial<MediaPlaylist> = {}): MediaPlaylist => ({
  targets: { segmentSeconds: 1, partMs: 500 },
  discontinuitySequence: 0,
  segments,
  next: { sequenceNumber: segments.at(-1)?.sequenceNumber ?? 0, part: segments.at(-1)?.parts.length ?? 0 },
  initName: (of) => `init-${of.generation}.mp4`,
  ...more,
});

const HEAD = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:1
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=6,PART-HOLD-BACK=1.5
#EXT-X-PART-INF:PART-TARGET=0.5
`;

const nine = Array.from({ length: 9 }, (_, at) => segment(at + 10));
const open = segment(19, { partCount: 1, closed: false });

const CASES: readonly [name: string, playlist: MediaPlaylist, skip: boolean, carry: string, text: string][] = [
  [
    'a closed segment and an open one',
    playlist([segment(10), segment(11, { partCount: 1, closed: false })]),
    false,
    '',
    `${HEAD}#EXT-X-MEDIA-SEQUENCE:10
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:10.000Z
#EXT-X-PART:DURATION=0.5,URI="10.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="10.1.m4s"
#EXTINF:1,
10.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:11.000Z
#EXT-X-PART:DURATION=0.5,URI="11.0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="11.1.m4s"
`,
  ],
  [
    'parts only within three target durations of the end; a segment without a whole part is not named',
    playlist([...nine.slice(4), segment(19, { partCount: 0, closed: false })]),
    false,
    '',
    `${HEAD}#EXT-X-MEDIA-SEQUENCE:14
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:14.000Z
#EXTINF:1,
14.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:15.000Z
#EXTINF:1,
15.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:16.000Z
#EXT-X-PART:DURATION=0.5,URI="16.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="16.1.m4s"
#EXTINF:1,
16.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:17.000Z
#EXT-X-PART:DURATION=0.5,URI="17.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="17.1.m4s"
#EXTINF:1,
17.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:18.000Z
#EXT-X-PART:DURATION=0.5,URI="18.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="18.1.m4s"
#EXTINF:1,
18.m4s
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="19.0.m4s"
`,
  ],
  [
    'a delta update leaves out what lies before the skip boundary, and the map that the client has',
    playlist([...nine, open]),
    true,
    '',
    `${HEAD}#EXT-X-MEDIA-SEQUENCE:10
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-SKIP:SKIPPED-SEGMENTS=3
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:13.000Z
#EXTINF:1,
13.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:14.000Z
#EXTINF:1,
14.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:15.000Z
#EXTINF:1,
15.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:16.000Z
#EXT-X-PART:DURATION=0.5,URI="16.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="16.1.m4s"
#EXTINF:1,
16.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:17.000Z
#EXT-X-PART:DURATION=0.5,URI="17.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="17.1.m4s"
#EXTINF:1,
17.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:18.000Z
#EXT-X-PART:DURATION=0.5,URI="18.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="18.1.m4s"
#EXTINF:1,
18.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:19.000Z
#EXT-X-PART:DURATION=0.5,URI="19.0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="19.1.m4s"
`,
  ],
  [
    'a delta update of a short playlist is the whole playlist; a change of the stream has its own map',
    playlist(
      [
        segment(10, { durationMs: 1040.004, parts: [] }),
        segment(11, { info: info(2), discontinuity: true, partCount: 1, closed: false }),
      ],
      { discontinuitySequence: 3, next: { sequenceNumber: 12, part: 0 } },
    ),
    true,
    'sig=a%3D1',
    `${HEAD}#EXT-X-MEDIA-SEQUENCE:10
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-MAP:URI="init-1.mp4?sig=a%3D1"
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:10.000Z
#EXTINF:1.04,
10.m4s?sig=a%3D1
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-2.mp4?sig=a%3D1"
#EXT-X-PROGRAM-DATE-TIME:2026-01-05T08:00:11.000Z
#EXT-X-PART:DURATION=0.5,URI="11.0.m4s?sig=a%3D1",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="12.0.m4s?sig=a%3D1"
`,
  ],
];

describe('media playlist', () => {
  it.each(CASES)('%s', (_, state, skip, carry, text) => {
    expect(mediaPlaylist(state, { skip, carry })).toBe(text);
  });

  it('a client that puts a delta update behind what it has gets the whole playlist', () => {
    const state = playlist([...nine, open]);
    const whole = mediaPlaylist(state, { skip: false, carry: '' });
    const delta = mediaPlaylist(state, { skip: true, carry: '' });
    const [head = '', rest = ''] = delta.split('#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n');
    const skipped = whole.slice(head.length, whole.length - rest.length);
    expect(whole).toBe(head + skipped + rest);
    expect(skipped.match(/#EXTINF/g)).toHaveLength(3);
  });
});

it.each([
  [info(1), '', 'CODECS="avc1.64001f",RESOLUTION=1280x720,FRAME-RATE=25.000\nmedia.m3u8\n'],
  [
    { ...info(1), audio: { codec: 'flac', sampleRate: 8000, channels: 1 } },
    '',
    'CODECS="avc1.64001f,fLaC",RESOLUTION=1280x720,FRAME-RATE=25.000\nmedia.m3u8\n',
  ],
  [info(1, true), 'sig=x', 'CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000\nmedia.m3u8?sig=x\n'],
  [
    { ...info(1), video: { ...info(1).video, frameRate: null } },
    '',
    'CODECS="avc1.64001f",RESOLUTION=1280x720\nmedia.m3u8\n',
  ],
])('multivariant playlist %#', (of, carry, end) => {
  expect(masterPlaylist(of, 2_000_000.4, carry)).toBe(
    `#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-STREAM-INF:BANDWIDTH=2000000,${end}`,
  );
});
