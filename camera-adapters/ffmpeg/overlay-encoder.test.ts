import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { OverlaidPart, OverlayInput } from '#contracts/media';
import { createOverlayEncoder } from './overlay-encoder.ts';
import { createSplitter } from './splitter.ts';

let folder: string;
let input: Omit<OverlayInput, 'mp4'>;
/** The program that is started: it says its process id and becomes FFmpeg. */
let ffmpegPath: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tamnhin it's 50% [v];-"));
  const overlay = join(folder, 'overlay.png');
  await sharp({ create: { width: 322, height: 182, channels: 4, background: '#000' } })
    .png()
    .toFile(overlay);
  input = { overlay, width: 321, height: 181, timescale: 90_000 };
  ffmpegPath = join(folder, 'ffmpeg');
  await writeFile(ffmpegPath, `#!/bin/sh\necho $$ > "${join(folder, 'pid')}"\nexec ffmpeg "$@"\n`);
  await chmod(ffmpegPath, 0o755);
});
beforeEach(() => rm(join(folder, 'pid'), { force: true }));
afterAll(() => rm(folder, { recursive: true }));

const encoder = (stallMs?: number) =>
  createOverlayEncoder({
    ...{ ffmpegPath, clock: systemClock, log: silentLogger() },
    ...(stallMs === undefined ? {} : { stallMs }),
  });

/** Three seconds of H.265 with odd sides, reordered pictures and sound, of which the first second is missing. */
function recording(): Buffer[] {
  const args =
    '-nostdin -v error -f lavfi -i testsrc2=size=321x181:rate=25:duration=3 -f lavfi -i sine=440:duration=3 -c:a aac -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25:min-keyint=25:bframes=3 -pix_fmt yuv444p -video_track_timescale 90000 -f mp4 -movflags empty_moov+default_base_moof+frag_keyframe -frag_duration 200000 pipe:1';
  const chunks: Buffer[] = [];
  const starts: number[] = [];
  createSplitter({
    init: (_, bytes) => void chunks.push(Buffer.from(bytes)),
    fragment({ keyframe }, bytes) {
      if (keyframe) starts.push(chunks.length);
      chunks.push(Buffer.from(bytes));
    },
  }).push(execFileSync('ffmpeg', args.split(' '), { maxBuffer: 2 ** 26 }));
  return [...chunks.slice(0, 1), ...chunks.slice(starts[1] ?? 1)];
}

async function* from(chunks: readonly Buffer[], thenHang = false): AsyncGenerator<Buffer> {
  yield* chunks;
  if (thenHang) await new Promise(() => {});
}

async function pidOf(): Promise<number> {
  await expect.poll(() => readFile(join(folder, 'pid'), 'utf8').catch(() => '')).not.toBe('');
  return Number(await readFile(join(folder, 'pid'), 'utf8'));
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

it('gives every picture back at its time, with the sound, whatever codec came', async () => {
  const parts: OverlaidPart[] = [];
  const signal = new AbortController().signal;
  for await (const part of encoder().run({ ...input, mp4: from(recording()) }, signal)) parts.push(part);
  const path = join(folder, 'out.mp4');
  await writeFile(path, Buffer.concat(parts.map(({ bytes }) => bytes)));
  const probe = (what: string, stream: string): string[] =>
    execFileSync('ffprobe', ['-v', 'error', '-select_streams', stream, '-show_entries', what, '-of', 'csv=p=0', path])
      .toString()
      .trim()
      .split('\n');
  expect(probe('stream=codec_name,width,height', 'v')).toEqual(['h264,322,182']);
  const times = probe('packet=pts_time', 'v').map(Number);
  expect(times).toHaveLength(50);
  for (const [at, time] of times.entries()) expect(time - (times[0] ?? 0)).toBeCloseTo(at / 25, 3);
  expect(probe('stream=codec_name', 'a')).toEqual(['aac']);
  const fragments = parts.filter((part) => part.kind === 'fragment');
  const spans = fragments.map(({ decodeTime, duration }) => [decodeTime, decodeTime + duration]);
  for (const [at, [start]] of spans.entries()) if (at > 0) expect(start).toBe(spans[at - 1]?.[1]);
  expect((spans.at(-1)?.[1] ?? 0) - (spans[0]?.[0] ?? 0)).toBe(2 * 90_000);
}, 60_000);

it('goes last on the machine, and ends FFmpeg when it is stopped', async () => {
  const stop = new AbortController();
  const taken = (async () => {
    for await (const _ of encoder().run({ ...input, mp4: from(recording(), true) }, stop.signal));
  })().catch((error: unknown) => error);
  const pid = await pidOf();
  const nice = execFileSync('ps', ['-o', 'ni=', '-p', String(pid)]).toString();
  expect(nice.trim()).toBe(String(Math.min(19, getPriority() + 10)));
  stop.abort();
  expect(await taken).toMatchObject({ name: 'AbortError' });
  expect(isGone(pid)).toBe(true);
}, 60_000);

it('ends FFmpeg when nobody takes what it gives, and when it hangs', async () => {
  for await (const _ of encoder().run({ ...input, mp4: from(recording()) }, new AbortController().signal)) break;
  expect(isGone(await pidOf())).toBe(true);

  await rm(join(folder, 'pid'));
  const hung = (async () => {
    const run = encoder(500).run({ ...input, mp4: from(recording().slice(0, 1), true) }, new AbortController().signal);
    for await (const _ of run);
  })();
  await expect(hung).rejects.toMatchObject({ code: 'export.encodeFailed' });
  expect(isGone(await pidOf())).toBe(true);
}, 60_000);

it('says so of what is no video, and passes on what its source says', async () => {
  const signal = new AbortController().signal;
  const take = async (mp4: AsyncIterable<Buffer>): Promise<void> => {
    for await (const _ of encoder().run({ ...input, mp4 }, signal));
  };
  await expect(take(from([Buffer.alloc(4000, 7)]))).rejects.toMatchObject({ code: 'export.encodeFailed' });
  async function* broken(): AsyncGenerator<Buffer> {
    yield* recording().slice(0, 3);
    throw new Error('the disk is gone');
  }
  await expect(take(broken())).rejects.toThrow('the disk is gone');
}, 60_000);
