import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CameraFault } from '../adapter.ts';
import type { InitSegment } from './init-segment.ts';
import type { MovieFragment } from './movie-fragment.ts';
import { createSplitter } from './splitter.ts';

const LIVE = '-f mp4 -movflags empty_moov+default_base_moof+frag_keyframe -frag_duration 200000 pipe:1';

function ffmpeg(args: string): Buffer {
  return execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...args.split(' ')], { maxBuffer: 256 * 2 ** 20 });
}

interface Seen {
  init: InitSegment | undefined;
  initBytes: Uint8Array;
  fragments: (MovieFragment & { bytes: Uint8Array })[];
}

function split(stream: Uint8Array, chunkBytes = stream.length): Seen {
  const seen: Seen = { init: undefined, initBytes: new Uint8Array(), fragments: [] };
  const splitter = createSplitter({
    init: (init, bytes) => {
      seen.init = init;
      seen.initBytes = bytes;
    },
    fragment: (fragment, bytes) => void seen.fragments.push({ ...fragment, bytes }),
  });
  for (let at = 0; at < stream.length; at += chunkBytes) splitter.push(stream.subarray(at, at + chunkBytes));
  return seen;
}

/** One short text for each thing that came out: comparing megabytes element by element takes seconds. */
function digests(seen: Seen): string[] {
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
  if (seen.init === undefined) return [];
  return [
    `${JSON.stringify(seen.init)} ${digest(seen.initBytes)}`,
    ...seen.fragments.map(({ bytes, ...rest }) => `${JSON.stringify(rest)} ${digest(bytes)}`),
  ];
}

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CameraFault) return `${error.kind}: ${error.message}`;
    throw error;
  }
  return 'none';
}

const SOURCE = '-f lavfi -i testsrc2=size=320x180:rate=25:duration=2';
const h264 = ffmpeg(`${SOURCE} -c:v libx264 -preset ultrafast -g 25 ${LIVE}`);

describe('codecs', () => {
  const cases: readonly [name: string, options: string, video: string, audio: string | null][] = [
    ['H.264 baseline', '-c:v libx264 -profile:v baseline -level 3.0', 'avc1.42c01e', null],
    ['H.264 high', '-c:v libx264 -preset fast -profile:v high -level 4.0', 'avc1.640028', null],
    ['H.265', '-c:v libx265 -preset ultrafast -x265-params log-level=none', 'hvc1.1.6.L60.90', null],
    ['MJPEG', '-c:v mjpeg', 'mp4v.6C', null],
    ['MPEG-4 part 2', '-c:v mpeg4', 'mp4v.20.1', null],
  ];
  it.each(cases)('%s', (_name, options, video, audio) => {
    const seen = split(ffmpeg(`${SOURCE} ${options} -pix_fmt yuvj420p ${LIVE}`));
    expect(seen.init?.video).toEqual({ codec: video, width: 320, height: 180 });
    expect(seen.init?.audio).toBe(audio);
  });

  const SOUND = '-f lavfi -i sine=frequency=440:sample_rate=48000:duration=2 -c:v libx264 -preset ultrafast';
  it.each([
    ['AAC', '-c:a aac -ac 2', { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }],
    ['AAC with one channel', '-c:a aac -ac 1', { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 }],
    ['Opus', '-c:a libopus -ac 1', { codec: 'opus', sampleRate: 48_000, channels: 1 }],
    ['FLAC', '-c:a flac -ac 1 -strict -2', { codec: 'flac', sampleRate: 48_000, channels: 1 }],
    ['MP3', '-c:a libmp3lame -ac 2', { codec: 'mp4a.6B', sampleRate: 48_000, channels: 2 }],
  ])('%s beside the video', (_name, options, audio) => {
    const seen = split(ffmpeg(`${SOURCE} ${SOUND} ${options} ${LIVE}`));
    expect(seen.init?.audio).toEqual(audio);
    expect(seen.fragments.length).toBeGreaterThan(5);
  });

  it('calls H.265 hvc1 in the bytes too, for Safari', () => {
    const seen = split(ffmpeg(`${SOURCE} -c:v libx265 -preset ultrafast -x265-params log-level=none ${LIVE}`));
    expect(Buffer.from(seen.initBytes).includes('hvc1')).toBe(true);
    expect(Buffer.from(seen.initBytes).includes('hev1')).toBe(false);
  });

  it('refuses a picture that it cannot name, and a stream without one', () => {
    expect(faultOf(() => split(ffmpeg(`${SOURCE} -c:v libvpx-vp9 -deadline realtime ${LIVE}`)))).toMatch(
      /^unsupportedCodec: .*vp09/,
    );
    expect(faultOf(() => split(ffmpeg(`-f lavfi -i sine=duration=1 -c:a aac ${LIVE}`)))).toMatch(/^notACamera/);
  });
});

describe('fragments', () => {
  it('tells time, duration, pictures and key frames, without a gap', () => {
    const { init, fragments } = split(h264);
    expect(init?.timescale).toBe(12_800);
    expect(fragments.map((f) => f.samples)).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 5, 5]);
    expect(fragments.map((f) => f.keyframe)).toEqual([true, ...Array(4).fill(false), true, ...Array(4).fill(false)]);
    let expected = 0;
    for (const fragment of fragments) {
      expect(fragment.decodeTime).toBe(expected);
      expected += fragment.duration;
    }
    expect(expected).toBe(2 * 12_800);
  });

  it.each([1, 7, 188, 4096, 65_536])('gives the same for chunks of %i bytes', (chunkBytes) => {
    expect(digests(split(h264, chunkBytes))).toEqual(digests(split(h264)));
  });

  it('gives back every byte of the stream, and shares none with the chunks', () => {
    const input = Uint8Array.from(h264);
    const seen = split(input);
    const all = Buffer.concat([seen.initBytes, ...seen.fragments.map((f) => f.bytes)]);
    input.fill(0);
    expect(all.equals(h264.subarray(0, all.length))).toBe(true);
    expect(h264.subarray(all.length + 4, all.length + 8).toString()).toBe('mfra');
  });

  it('puts sound that came alone in front of the next picture', () => {
    const every = LIVE.replace('frag_keyframe', 'frag_every_frame');
    const stream = ffmpeg(`${SOURCE} -f lavfi -i sine=duration=2 -c:v libx264 -preset ultrafast -c:a aac ${every}`);
    const { fragments } = split(stream);
    expect(fragments).toHaveLength(50);
    const moofs = fragments.map((f) => Buffer.from(f.bytes).toString('latin1').split('moof').length - 1);
    expect(Math.max(...moofs)).toBeGreaterThan(1);
    expect(moofs.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(120);
  });

  it('takes a second initialisation segment in the same stream', () => {
    const other = ffmpeg(`-f lavfi -i testsrc2=size=160x90:rate=10:duration=1 -c:v libx264 ${LIVE}`);
    const twice = Buffer.concat([h264, other]);
    const seen = split(twice, 1000);
    expect(seen.init?.video.width).toBe(160);
  });
});

describe('a picture that changes its format', () => {
  /** As a camera sends it: parameter sets before each key frame, copied into one MP4 by FFmpeg. */
  function changes(encoder: string, format: string, sizes: readonly string[]): number[] {
    const raw = sizes.map((size) =>
      ffmpeg(`-f lavfi -i testsrc2=size=${size}:rate=25:duration=2 ${encoder} -pix_fmt yuv420p -f ${format} pipe:1`),
    );
    const copied = execFileSync('ffmpeg', `-v error -r 25 -f ${format} -i pipe:0 -c copy ${LIVE}`.split(' '), {
      input: Buffer.concat(raw),
    });
    const at: number[] = [];
    let count = 0;
    const splitter = createSplitter({
      init: () => {},
      fragment: () => {
        count += 1;
      },
      changed: () => void at.push(count),
    });
    splitter.push(copied);
    return at;
  }
  const X264 = '-c:v libx264 -preset ultrafast -g 25 -bf 0 -x264-params repeat-headers=1';
  const X265 = '-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25:bframes=0:repeat-headers=1';
  it.each([
    ['H.264', X264, 'h264'],
    ['H.265', X265, 'hevc'],
  ])('%s is told before its first fragment, and only then', (_name, encoder, format) => {
    expect(changes(encoder, format, ['320x180', '320x180'])).toEqual([]);
    expect(changes(encoder, format, ['320x180', '640x360'])).toHaveLength(1);
    expect(changes(encoder, format, ['320x180', '640x360', '320x180'])).toHaveLength(2);
  });
});

describe('bad input', () => {
  const box = (type: string, size: number, body = 0): Buffer => {
    const bytes = Buffer.alloc(8 + body);
    bytes.writeUInt32BE(size);
    bytes.write(type, 4, 'latin1');
    return bytes;
  };
  it.each([
    ['no MP4 at all', Buffer.from('HTTP/1.1 200 OK\r\n\r\n<html>')],
    ['random bytes', Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 251))],
    ['a box shorter than its header', box('ftyp', 7)],
    ['a box of no size', box('mdat', 0)],
    ['a 64-bit box', box('mdat', 1, 8)],
    ['a huge moov', box('moov', 0x7fff_ffff)],
    ['a huge mdat', box('mdat', 0xffff_ffff)],
    ['a fragment before the init segment', Buffer.concat([box('moof', 8), box('mdat', 8)])],
    ['mdat alone', box('mdat', 8)],
    ['moof twice', Buffer.concat([box('moof', 8), box('moof', 8)])],
    ['a track of nothing', Buffer.concat([box('moov', 16), box('trak', 8)])],
  ])('%s is a malformed stream', (_name, bytes) => {
    expect(faultOf(() => split(bytes))).toMatch(/^malformedStream/);
  });

  it('stays broken, and holds nothing', () => {
    const splitter = createSplitter({ init: () => {}, fragment: () => {} });
    expect(() => splitter.push(box('mdat', 3))).toThrow(CameraFault);
    expect(() => splitter.push(h264)).toThrow(CameraFault);
  });

  it('waits when the stream is cut off anywhere, and never gives half a fragment', () => {
    const whole = digests(split(h264));
    for (let end = 0; end < h264.length; end += 997) {
      const seen = digests(split(h264.subarray(0, end), 512));
      expect(whole.slice(0, seen.length)).toEqual(seen);
    }
  });

  it('ends every flipped byte of the headers in a fault or a picture, never in another error', () => {
    const headers = split(h264).initBytes.length + 200;
    const kinds = new Set<string>();
    for (let at = 0; at < headers; at += 1) {
      for (const value of [0x00, 0x7f, 0xff]) {
        const copy = Buffer.from(h264.subarray(0, 60_000));
        copy[at] = value;
        kinds.add(faultOf(() => split(copy)).split(':')[0] ?? '');
      }
    }
    expect([...kinds].sort()).toEqual(['malformedStream', 'none', 'notACamera', 'unsupportedCodec']);
  });
});

const clips = resolve(import.meta.dirname, '../../../shared/material/clips');
const material = existsSync(clips);
if (!material && process.env.CI === 'true') throw new Error(`no test material in ${clips}`);

describe.skipIf(!material)('the clips of the material', () => {
  const names = material ? readdirSync(clips).filter((name) => name.endsWith('.mp4')) : [];
  it.each(names)('%s', (name) => {
    const seen = split(ffmpeg(`-i ${join(clips, name)} -t 10 -an -c copy ${LIVE}`), 10_000);
    expect(seen.init?.video.codec).toMatch(/^(avc1\.[0-9a-f]{6}|mp4v\.)/);
    expect(seen.fragments[0]?.keyframe).toBe(true);
    const end = seen.fragments.at(-1);
    const seconds = ((end?.decodeTime ?? 0) + (end?.duration ?? 0)) / (seen.init?.timescale ?? 1);
    expect(seconds).toBeGreaterThan(4);
    for (const [at, fragment] of seen.fragments.entries()) {
      const next = seen.fragments[at + 1];
      if (next !== undefined) expect(next.decodeTime).toBe(fragment.decodeTime + fragment.duration);
    }
  });
});
