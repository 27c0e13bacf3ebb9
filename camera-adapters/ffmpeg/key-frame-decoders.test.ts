import { readFileSync } from 'node:fs';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { drawKeyFrame, type KeyFrameOfStream } from '../../tests/fakes/key-frames.ts';
import { keyFrameOf } from './key-frame.ts';
import { createKeyFrameDecoders, type KeyFrameDecoders, type SharedPicture, SMALL_SIDE } from './key-frame-decoders.ts';

/** Of other files that ran in this process: theirs to end. */
const before = new Set(children());

const AVC = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -frames:v 1';
const hevc = (more = ''): string =>
  `-c:v libx265 -preset ultrafast -x265-params log-level=none${more} -pix_fmt yuv420p -frames:v 1`;
const plain = (colour: string, size: string): string => `color=${colour}:size=${size}:rate=10:duration=1`;
const log = silentLogger();

const red = drawKeyFrame(AVC, plain('red', '640x360'));
const blue = drawKeyFrame(`${AVC} -x264-params slices=4`, plain('blue', '640x360'));
const green = drawKeyFrame(AVC, plain('green', '1280x720'));
const tall = drawKeyFrame(hevc(), plain('yellow', '360x720'));
const white = drawKeyFrame(hevc(':slices=3'), plain('white', '640x360'));
const redHevc = drawKeyFrame(hevc(), plain('red', '640x360'));

/** Its sets say that pictures may be shown in another order. */
const reordered = drawKeyFrame(
  '-c:v libx264 -preset veryfast -bf 3 -b_strategy 0 -x264-params b-pyramid=normal -pix_fmt yuv420p -frames:v 1',
  plain('blue', '640x360'),
);
const reorderedHevc = drawKeyFrame(hevc(':bframes=4:b-pyramid=1'), plain('red', '640x360'));
const interlaced = drawKeyFrame(
  '-c:v libx264 -preset veryfast -flags +ilme+ildct -pix_fmt yuv420p -frames:v 1',
  plain('red', '640x368'),
);

const WITHIN = { timeout: 20_000, interval: 10 };

const shared = createKeyFrameDecoders({ ffmpegPath: 'ffmpeg', clock: systemClock, log, atATime: 1 });
let decoders: KeyFrameDecoders = shared;
function start(options: Partial<Parameters<typeof createKeyFrameDecoders>[0]> = {}): void {
  decoders = createKeyFrameDecoders({ ffmpegPath: 'ffmpeg', clock: systemClock, log, ...options });
}
afterEach(async () => {
  if (decoders === shared) return;
  await decoders.close();
  expect(decoders.figures().processes).toBe(0);
  decoders = shared;
});
afterAll(async () => {
  await shared.close();
  expect(children().filter((pid) => !before.has(pid))).toEqual([]);
});

const decode = ({ info, fragment }: KeyFrameOfStream, side = SMALL_SIDE, withinMs = 5000) =>
  decoders.picture(info, fragment, side, withinMs);
const sizeOf = (picture: SharedPicture) => (typeof picture === 'string' ? picture : [picture.width, picture.height]);
/** Means of red, green and blue, to tens; of the part of the picture between two shares of its height. */
function colourOf(picture: SharedPicture, from = 0, to = 1): readonly number[] {
  if (typeof picture === 'string') return [];
  const { width, height, pixels } = picture;
  const rows = [Math.round(from * height), Math.round(to * height)] as const;
  const sums = [0, 0, 0];
  for (let at = rows[0] * width * 3; at < rows[1] * width * 3; at += 1) {
    sums[at % 3] = (sums[at % 3] ?? 0) + (pixels[at] ?? 0);
  }
  return sums.map((sum) => Math.round(sum / (rows[1] - rows[0]) / width / 10) * 10);
}
const RED = [250, 0, 0];
const BLUE = [0, 0, 250];
const GREEN = [0, 130, 0];
const YELLOW = [250, 250, 0];

it('decodes key frames of streams of different sizes and codecs by the same few processes, each as it is', async () => {
  for (let round = 0; round < 3; round += 1) {
    for (const [stream, colour, size] of [
      [red, RED, [640, 360]],
      [green, GREEN, [640, 360]],
      [blue, BLUE, [640, 360]],
      [tall, YELLOW, [320, 640]],
    ] as const) {
      const picture = await decode(stream);
      expect(sizeOf(picture)).toEqual(size);
      for (const [at, value] of colourOf(picture).entries())
        expect(Math.abs(value - (colour[at] ?? 0))).toBeLessThan(20);
    }
  }
  expect(sizeOf(await decode(green, Number.POSITIVE_INFINITY))).toEqual([1280, 720]);
  expect(sizeOf(await decode(red, Number.POSITIVE_INFINITY))).toEqual([640, 360]);
  expect(decoders.figures()).toMatchObject({ started: 3, pictures: 14, failed: 0 });
});

/** Without its last slices, as after packets that were lost. */
function torn({ info, fragment }: KeyFrameOfStream): KeyFrameOfStream {
  const bytes = Uint8Array.from(fragment.bytes);
  const view = new DataView(bytes.buffer);
  const start = Buffer.from(bytes).indexOf('mdat') + 4;
  const units: number[] = [];
  for (let at = start; at + 4 < bytes.length; at += 4 + view.getUint32(at)) units.push(at);
  // What is left of it becomes filler that nobody looks at.
  const isAvc = info.video.codec.startsWith('avc');
  for (const at of units.slice(-2)) bytes[at + 4] = isAvc ? 12 : 38 << 1;
  return { info, fragment: { ...fragment, bytes } };
}

it('does not wait for a next key frame where pictures may be shown in another order, or are of two fields', async () => {
  for (let round = 0; round < 2; round += 1) {
    expect(colourOf(await decode(reordered))).toEqual(BLUE);
    expect(colourOf(await decode(interlaced))).toEqual(RED);
    expect(colourOf(await decode(reorderedHevc))).toEqual(RED);
    expect(colourOf(await decode(red))).toEqual(RED);
  }
});

it('shows nothing of one camera in the damaged picture of another', async () => {
  for (const [whole, other] of [
    [blue, red],
    [white, redHevc],
  ] as const) {
    expect(keyFrameOf(whole.info, torn(whole).fragment)).not.toBeNull();
    for (let time = 0; time < 4; time += 1) await decode(other);
    const picture = await decode(torn(whole));
    if (picture === 'unable') continue;
    const [r = 0, g = 0, b = 0] = colourOf(picture, 0.75, 1);
    expect(Math.abs(r - 250) < 60 && g < 60 && b < 60, `the end of it is ${r} ${g} ${b}`).toBe(false);
  }
});

it('gives nothing for what is no picture, and goes on with the next', async () => {
  await decode(red);
  const before = decoders.figures();
  const since = () => ({
    failed: decoders.figures().failed - before.failed,
    pictures: decoders.figures().pictures - before.pictures,
  });
  const garbage = Uint8Array.from(red.fragment.bytes);
  const slice = Buffer.from(garbage).lastIndexOf(Buffer.from([0x65, 0x88]));
  garbage.fill(0xff, slice + 1);
  const poison = { info: red.info, fragment: { ...red.fragment, bytes: garbage } };
  expect(keyFrameOf(poison.info, poison.fragment)).not.toBeNull();
  expect(await decode(poison)).toBe('unable');
  expect(colourOf(await decode(red))).toEqual(colourOf(await decode(red)));
  expect(since()).toEqual({ failed: 1, pictures: 2 });
  const other = { info: { ...red.info, init: Uint8Array.from(red.info.init) }, fragment: poison.fragment };
  for (let time = 0; time < 4; time += 1) expect(await decode(other)).toBe('unable');
  expect(since()).toEqual({ failed: 3, pictures: 2 });
});

it('starts a new process where one ends, and loses no more than what it was at', async () => {
  const others = children();
  const own = (): string | undefined => children().find((pid) => !others.includes(pid));
  start({ atATime: 1 });
  await decode(red);
  const pid = own();
  process.kill(Number(pid), 'SIGSTOP');
  const lost = decode(red);
  process.kill(Number(pid), 'SIGKILL');
  // Lost, or decoded by the next process where the end was seen first.
  const first = (await lost) === 'unable' ? 1 : 0;
  expect(sizeOf(await decode(red))).toEqual([640, 360]);
  const next = own();
  process.kill(Number(next), 'SIGSTOP');
  expect(await decode(red, SMALL_SIDE, 50)).toBe('busy');
  expect(sizeOf(await decode(red))).toEqual([640, 360]);
  expect(decoders.figures()).toMatchObject({ started: 3, failed: first + 1 });
});

it('ends processes that have nothing to do, and the longest idle one where there are too many', async () => {
  const clock = createFakeClock();
  start({ clock, idleMs: 30_000, mostProcesses: 1 });
  for (const stream of [red, tall]) expect(typeof (await decode(stream))).toBe('object');
  await vi.waitUntil(() => decoders.figures().processes === 1, WITHIN);
  clock.advance(20_000);
  await decode(tall);
  clock.advance(20_000);
  expect(decoders.figures()).toMatchObject({ processes: 1, started: 2 });
  clock.advance(20_000);
  await vi.waitUntil(() => decoders.figures().processes === 0, WITHIN);
});

it('does without processes that end at once', async () => {
  start({ ffmpegPath: '/bin/false' });
  for (const stream of [red, blue, red, blue, red]) expect(await decode(stream)).toBe('unable');
  expect(decoders.figures()).toMatchObject({ started: 3, pictures: 0 });
});

it('says of a machine that is too slow that it is busy, and shares again when that has passed', async () => {
  const clock = createFakeClock();
  start({ clock });
  const others = children();
  for (let time = 0; time < 3; time += 1) {
    const late = decode(red);
    for (const pid of children().filter((pid) => !others.includes(pid))) process.kill(Number(pid), 'SIGSTOP');
    clock.advance(5000);
    expect(await late).toBe('busy');
  }
  expect(await decode(red)).toBe('busy');
  expect(decoders.figures()).toMatchObject({ started: 3, failed: 3 });
  clock.advance(30_000);
  expect(sizeOf(await decode(red))).toEqual([640, 360]);
});

it('lets lines take turns, and refuses what is too long a line', async () => {
  start({ atATime: 1 });
  const [many, few] = [decoders.line(3), decoders.line(1)];
  const order: string[] = [];
  const work = async (line: typeof many, name: string): Promise<void> => {
    const over = await line.turn();
    order.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    over();
  };
  const all = [work(many, 'a'), work(many, 'b'), work(many, 'c'), work(many, 'd'), work(few, 'x')];
  await expect(work(many, 'e')).rejects.toMatchObject({ kind: 'tooMany' });
  await expect(work(few, 'y')).rejects.toMatchObject({ kind: 'tooMany' });
  await Promise.all(all);
  expect(order).toEqual(['a', 'b', 'x', 'c', 'd']);
});

it('leaves to others what is not plainly one picture by itself', () => {
  const predicted = drawKeyFrame(
    '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -x264-params intra-refresh=1:keyint=20',
  );
  const bytes = Uint8Array.from(predicted.fragment.bytes);
  const slice = Buffer.from(bytes).indexOf(Buffer.from([0x65, 0x88]));
  bytes[slice] = 0x61;
  expect(keyFrameOf(predicted.info, { ...predicted.fragment, bytes })).toBeNull();
  expect(keyFrameOf(red.info, { ...red.fragment, bytes: new Uint8Array(2000) })).toBeNull();
  expect(keyFrameOf({ ...red.info, init: new Uint8Array(50) }, red.fragment)).toBeNull();
  const { info, fragment } = drawKeyFrame('-c:v mjpeg');
  expect(keyFrameOf(info, fragment)).toBeNull();
});

function children(): readonly string[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
}
