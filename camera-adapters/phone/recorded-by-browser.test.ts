import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Fragment, StreamInfo } from '#contracts/media';
import type { PhoneFormat } from '#contracts/phone';
import { createIngest } from '../ffmpeg/ingest.ts';

/** What recorders of browsers make, by FFmpeg's encoders: three seconds with sound. */
function recording(codecs: string, container: string): Buffer {
  const args =
    `-nostdin -v error -f lavfi -i testsrc2=size=642x361:rate=20:duration=3 -f lavfi -i sine=d=3 ` +
    `${codecs} -f ${container} pipe:1`;
  return execFileSync('ffmpeg', args.split(' '));
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7000) yield bytes.subarray(at, at + 7000);
}

const ingest = createIngest({
  ...{ ffmpegPath: 'ffmpeg', fragmentMs: 100, readTimeoutMs: 5000, clock: systemClock, log: silentLogger() },
});

async function run(bytes: Buffer, format: PhoneFormat) {
  const infos: StreamInfo[] = [];
  const fragments: Fragment[] = [];
  const sink = { info: (i: StreamInfo) => void infos.push(i), fragment: (f: Fragment) => void fragments.push(f) };
  const input = { kind: 'piped', ...format, pieces: inPieces(bytes) } as const;
  const ended = await ingest
    .run({ name: null, input, sink, signal: AbortSignal.timeout(20_000) })
    .then(() => 'resolved')
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  return { infos, fragments, ended };
}

describe('what browsers record', () => {
  it.each<[string, string, string, PhoneFormat]>([
    ['VP8 and Opus', '-c:v libvpx -deadline realtime -g 300 -c:a libopus', 'webm', { format: 'webm', h264: false }],
    [
      'H.264 and Opus',
      '-c:v libx264 -pix_fmt yuv420p -g 40 -vf scale=640:360 -c:a libopus',
      'matroska',
      { format: 'webm', h264: true },
    ],
    [
      'H.264 and AAC',
      '-c:v libx264 -pix_fmt yuv420p -g 40 -vf scale=640:360 -c:a aac -movflags empty_moov+default_base_moof+frag_keyframe',
      'mp4',
      { format: 'mp4', h264: true },
    ],
  ])(
    'comes out as H.264 with AAC: %s',
    async (_, codecs, container, format) => {
      const { infos, fragments } = await run(recording(codecs, container), format);
      expect(infos[0]?.video.codec).toMatch(/^avc1\./);
      expect(infos[0]?.video).toMatchObject({ width: format.h264 ? 640 : 642, height: expect.any(Number) });
      expect(infos[0]?.audio?.codec).toBe('mp4a.40.2');
      const seconds = fragments.reduce((sum, { duration }) => sum + duration, 0) / (infos[0]?.timescale ?? 1);
      expect(seconds).toBeGreaterThan(2.5);
      // A viewer who comes waits two seconds at most, whatever the recorder thinks of key frames.
      expect(fragments.filter(({ keyframe }) => keyframe).length).toBeGreaterThanOrEqual(2);
    },
    30_000,
  );

  it('that is no video costs one run, and says so', async () => {
    const { fragments, ended } = await run(Buffer.alloc(50_000, 'not a video'), { format: 'webm', h264: false });
    expect(fragments).toEqual([]);
    expect(ended).not.toBe('resolved');
  }, 30_000);
});
