import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Fragment, StreamInfo } from '#contracts/media';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createPublisher } from '../publisher.ts';
import { createSplitter } from './splitter.ts';
import { createStillDecoder } from './still-decoder.ts';

const decoder = createStillDecoder({ ffmpegPath: 'ffmpeg' });

function stream(encoder: string): { info: StreamInfo; fragment: Fragment } {
  const args = `-nostdin -v error -f lavfi -i testsrc2=size=640x360:rate=10:duration=1 ${encoder} -f mp4 -movflags empty_moov+default_base_moof+frag_keyframe pipe:1`;
  const seen: { info?: StreamInfo; fragment?: Fragment } = {};
  const sink = {
    info(info: StreamInfo) {
      seen.info = info;
    },
    fragment(fragment: Fragment) {
      seen.fragment ??= fragment;
    },
  };
  createSplitter(createPublisher({ sink, clock: createFakeClock() })).push(execFileSync('ffmpeg', args.split(' ')));
  if (seen.info === undefined || seen.fragment === undefined) throw new Error('no fragment');
  return { info: seen.info, fragment: seen.fragment };
}

const h264 = stream('-c:v libx264 -preset ultrafast -pix_fmt yuv420p');

it.each([
  ['H.264', h264],
  ['H.265', stream('-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p')],
  ['MJPEG', stream('-c:v mjpeg')],
])('makes a still of %s, smaller where asked and never larger', async (_name, { info, fragment }) => {
  const whole = await sharp(await decoder.jpeg(info, fragment)).metadata();
  expect(whole).toMatchObject({ format: 'jpeg', width: 640, height: 360 });
  expect(await sharp(await decoder.jpeg(info, fragment, 160)).metadata()).toMatchObject({ width: 160, height: 90 });
  expect(await sharp(await decoder.jpeg(info, fragment, 9999)).metadata()).toMatchObject({ width: 640 });
});

it('leaves out what stands beside the picture', async () => {
  const jpeg = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'red' } })
    .withExif({ IFD0: { Copyright: 'planted-secret' } })
    .jpeg()
    .toBuffer();
  const { info, fragment } = stream('-c:v mjpeg');
  const mdat = Buffer.concat([
    Buffer.from([0, 0, (jpeg.length + 8) >> 8, (jpeg.length + 8) & 0xff]),
    Buffer.from('mdat'),
    jpeg,
  ]);
  const still = await decoder.jpeg(info, { ...fragment, bytes: mdat });
  expect(jpeg.includes('planted-secret')).toBe(true);
  expect(Buffer.from(still).includes('planted-secret')).toBe(false);
});

it('refuses what is no picture', async () => {
  const broken = { ...h264.fragment, bytes: new Uint8Array(2000) };
  await expect(decoder.jpeg(h264.info, broken)).rejects.toMatchObject({ kind: 'unavailable' });
});

it('ends what takes too long, and works at few at a time', async () => {
  const slow = createStillDecoder({ ffmpegPath: 'ffmpeg', concurrency: 1, queue: 1, timeoutMs: 1 });
  const stills = Array.from({ length: 3 }, () => slow.jpeg(h264.info, h264.fragment));
  const kinds = await Promise.all(
    stills.map((still) =>
      still.then(
        () => 'done',
        (error) => error.kind,
      ),
    ),
  );
  expect(kinds).toEqual(['timeout', 'timeout', 'tooMany']);
});
