import sharp from 'sharp';
import { expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { drawKeyFrame } from '../../tests/fakes/key-frames.ts';
import { createKeyFrameDecoders } from './key-frame-decoders.ts';
import { createStillDecoder } from './still-decoder.ts';

const decoder = createStillDecoder({ ffmpegPath: 'ffmpeg' });

const h264 = drawKeyFrame('-c:v libx264 -preset ultrafast -pix_fmt yuv420p');

it.each([
  ['H.264', h264],
  ['H.265', drawKeyFrame('-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p')],
  ['MJPEG', drawKeyFrame('-c:v mjpeg')],
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
  const { info, fragment } = drawKeyFrame('-c:v mjpeg');
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
  const decoders = createKeyFrameDecoders({
    ffmpegPath: 'ffmpeg',
    clock: systemClock,
    log: silentLogger(),
    atATime: 1,
  });
  const slow = createStillDecoder({ ffmpegPath: 'ffmpeg', decoders, queue: 1, timeoutMs: 1 });
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
