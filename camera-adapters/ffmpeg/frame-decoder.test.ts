import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Fragment, Frame, FrameOptions, StreamInfo } from '#contracts/media';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createPublisher } from '../publisher.ts';
import { createFrameDecoder } from './frame-decoder.ts';
import { createSplitter } from './splitter.ts';

const START = Date.UTC(2026, 0, 5, 8);
const FPS = 25;
const GROUP_MS = 1000;
const decoder = createFrameDecoder({ ffmpegPath: 'ffmpeg', clock: systemClock, log: silentLogger() });
const OPTIONS = { maxWidth: 640, maxHeight: 640, framesPerSecond: 5 };
const never = new AbortController().signal;

interface Stream {
  readonly info: StreamInfo;
  readonly fragments: readonly Fragment[];
}

/** Four seconds, as a camera sends them that has run for a while; the grey of each picture tells its number. */
function stream(
  encoder: string,
  input = `color=black:size=640x360:rate=${FPS}:duration=4,format=gray,geq=lum=16+2*N,format=yuv420p`,
): Stream {
  const args = ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', input, ...encoder.split(' ')];
  args.push('-f', 'mp4', '-movflags', 'empty_moov+default_base_moof+frag_keyframe', '-frag_duration', '200000');
  const seen: { infos: StreamInfo[]; fragments: Fragment[] } = { infos: [], fragments: [] };
  const sink = {
    info: (info: StreamInfo) => void seen.infos.push(info),
    fragment: (fragment: Fragment) => void seen.fragments.push(fragment),
  };
  const wallClockOf = (mediaMs: number): number => START + mediaMs;
  createSplitter(createPublisher({ sink, clock: createFakeClock(), wallClockOf })).push(
    execFileSync('ffmpeg', [...args, 'pipe:1'], { maxBuffer: 2 ** 26 }),
  );
  const [info] = seen.infos;
  if (info === undefined) throw new Error('no stream');
  return { info, fragments: seen.fragments.map((fragment) => later(fragment, 5000 * info.timescale)) };
}

/** The same fragment of a camera that began to count long ago: `tfdt` is moved. */
function later(fragment: Fragment, ticks: number): Fragment {
  const bytes = Buffer.from(fragment.bytes);
  const at = bytes.indexOf('tfdt');
  const version = bytes[at + 4];
  if (version !== 1) throw new Error('another tfdt');
  bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + BigInt(ticks), at + 8);
  return { ...fragment, decodeTime: fragment.decodeTime + ticks, bytes: new Uint8Array(bytes) };
}

const H264 = `-c:v libx264 -preset ultrafast -tune zerolatency -g ${FPS}`;
const h264 = stream(H264);
async function* from(fragments: readonly Fragment[]): AsyncGenerator<Fragment> {
  yield* fragments;
}
async function* endless(fragments: readonly Fragment[]): AsyncGenerator<Fragment> {
  yield* fragments;
  await new Promise(() => {});
}

async function decode({ info, fragments }: Stream, options: FrameOptions = OPTIONS): Promise<Frame[]> {
  const frames: Frame[] = [];
  await decoder.run({ info, fragments: from(fragments) }, options, (frame) => void frames.push(frame), never);
  return frames;
}
/** Which picture of the stream it is, by its grey. */
const numberOf = (frame: Frame): number => {
  const middle = 3 * Math.floor(frame.width * (Math.floor(frame.height / 2) + 0.5));
  return ((frame.pixels[middle] ?? 0) - 16) / 2;
};
const timeOf = (frame: Frame): number => frame.wallClockMs - START;

it.each([
  ['H.264', h264],
  ['H.264 with B-frames', stream(`-c:v libx264 -preset veryfast -bf 2 -g ${FPS}`)],
  [
    'H.265',
    stream(`-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=${FPS}:min-keyint=${FPS}:bframes=0`),
  ],
  ['MJPEG', stream('-c:v mjpeg -q:v 3')],
])('makes pictures of %s with the times at which they were taken', async (_, source) => {
  const frames = await decode(source);
  expect(frames.length).toBeGreaterThanOrEqual(19);
  expect(frames.length).toBeLessThanOrEqual(21);
  for (const frame of frames) {
    expect(frame).toMatchObject({ width: 640, height: 360 });
    expect(frame.pixels).toHaveLength(640 * 360 * 3);
    // B-frames are decoded before they are shown: by two pictures at most.
    expect(Math.abs(timeOf(frame) - (numberOf(frame) * 1000) / FPS)).toBeLessThanOrEqual(101);
  }
  for (const [at, frame] of frames.entries()) {
    if (at > 0) expect(timeOf(frame) - timeOf(frames[at - 1] ?? frame)).toBeGreaterThanOrEqual(190);
  }
});

it('fits a picture into what is wanted and enlarges none', async () => {
  const large = stream(H264, `testsrc2=size=1280x720:rate=${FPS}:duration=0.2`);
  expect((await decode(large))[0]).toMatchObject({ width: 640, height: 360 });
  expect((await decode(h264, { ...OPTIONS, maxWidth: 400, maxHeight: 100 }))[0]).toMatchObject({
    width: 178,
    height: 100,
  });
});

it('makes one pixel of each whole square, and leaves out what is none', async () => {
  // 362 rows of pixels are ninety squares and a half.
  const odd = stream(H264, `testsrc2=size=640x362:rate=${FPS}:duration=0.2`);
  const [whole] = await decode(odd);
  const [small] = await decode(odd, { ...OPTIONS, side: 4 });
  if (whole === undefined || small === undefined) throw new Error('no picture');
  expect(small).toMatchObject({ width: 160, height: 90 });
  let apart = 0;
  for (let row = 0; row < 90; row += 1) {
    for (let column = 0; column < 160; column += 1) {
      let sum = 0;
      for (let y = row * 4; y < row * 4 + 4; y += 1) {
        for (let x = column * 4; x < column * 4 + 4; x += 1) sum += whole.pixels[(y * 640 + x) * 3 + 1] ?? 0;
      }
      apart += Math.abs(sum / 16 - (small.pixels[(row * 160 + column) * 3 + 1] ?? 0));
    }
  }
  expect(apart / (160 * 90)).toBeLessThan(3);
});

it('gives each key frame where nothing else is fed, once and with its own time', async () => {
  const keys = h264.fragments.filter(({ keyframe }) => keyframe);
  const frames = await decode({ ...h264, fragments: keys }, { ...OPTIONS, framesPerSecond: 2 });
  expect(frames.map(timeOf)).toEqual([0, 1, 2, 3].map((second) => second * GROUP_MS));
});

it('goes on where groups are left out, as wholes or from some fragment on', async () => {
  const kept = h264.fragments.filter(({ wallClockMs }) => {
    const ms = wallClockMs - START;
    return ms < 400 || (ms >= 2000 && ms < 3000);
  });
  const frames = await decode({ ...h264, fragments: kept });
  expect(frames.map(timeOf)).toEqual([0, 200, 2000, 2200, 2400, 2600, 2800]);
  for (const frame of frames) expect(Math.abs(numberOf(frame) - (timeOf(frame) * FPS) / 1000)).toBeLessThan(1.5);
});

it('writes over the pictures that were given back, and over no other', async () => {
  const kept: Frame[] = [];
  const memory = new Set<ArrayBufferLike>();
  let count = 0;
  await decoder.run(
    { info: h264.info, fragments: from(h264.fragments) },
    OPTIONS,
    (frame) => {
      count += 1;
      if (count % 5 === 0) kept.push(frame);
      else {
        memory.add(frame.pixels.buffer);
        frame.release?.();
      }
    },
    never,
  );
  expect(kept.length).toBeGreaterThanOrEqual(3);
  for (const frame of kept) expect(Math.abs(numberOf(frame) - (timeOf(frame) * FPS) / 1000)).toBeLessThan(1.5);
  expect(memory.size).toBeLessThan(count - kept.length);
});

it('gives a picture while nothing follows it, and leaves no process when it is told to end', async () => {
  const abort = new AbortController();
  const [key] = h264.fragments;
  const begunMs = performance.now();
  let tookMs = 0;
  const children = childrenOf(process.pid);
  let during: readonly string[] = [];
  await decoder.run(
    { info: h264.info, fragments: endless(key === undefined ? [] : [key]) },
    OPTIONS,
    () => {
      tookMs = performance.now() - begunMs;
      during = childrenOf(process.pid);
      abort.abort();
    },
    abort.signal,
  );
  expect(tookMs).toBeGreaterThan(0);
  expect(during.length).toBe(children.length + 1);
  expect(childrenOf(process.pid)).toEqual(children);
});

it('rejects what is no video, what breaks in the middle, what hangs, and what its source throws', async () => {
  const garbage = (from: number): readonly Fragment[] =>
    h264.fragments.map((fragment, at) => (at < from ? fragment : { ...fragment, bytes: new Uint8Array(2000).fill(7) }));
  const impatient = createFrameDecoder({
    ffmpegPath: 'ffmpeg',
    clock: systemClock,
    log: silentLogger(),
    stallMs: 2000,
  });
  const empty = h264.fragments.map((fragment) => {
    const bytes = new Uint8Array(fragment.bytes);
    return { ...fragment, bytes: bytes.fill(0, Buffer.from(bytes).indexOf('mdat') + 4) };
  });
  await Promise.all(
    [garbage(0), garbage(7), empty].map((broken) =>
      expect(
        impatient.run({ info: h264.info, fragments: endless(broken) }, OPTIONS, () => {}, never),
      ).rejects.toMatchObject({ kind: 'unavailable', code: 'frames.failed' }),
    ),
  );
  await expect(decode({ ...h264, fragments: empty })).rejects.toMatchObject({ code: 'frames.failed' });
  async function* failing(): AsyncGenerator<Fragment> {
    yield* h264.fragments.slice(0, 2);
    throw new Error('the reader failed');
  }
  await expect(decoder.run({ info: h264.info, fragments: failing() }, OPTIONS, () => {}, never)).rejects.toThrow(
    'the reader failed',
  );
});

function childrenOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
}
