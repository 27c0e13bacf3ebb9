import { describe, expect, it } from 'vitest';
import { readFlacFrame } from '#base/sound/flac-reader';
import { g711OfLinear } from '#base/sound/g711';
import type { Fragment, StreamInfo } from '#contracts/media';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import type { VideoConfig } from '../codecs/codec.ts';
import { createSplitter } from '../ffmpeg/splitter.ts';
import { createFragmenter, type Fragmenter } from './fragmenter.ts';
import type { SoundSource } from './sound-track.ts';

const RATE = 90_000;
const FRAME = 3600;
const AVC: VideoConfig = {
  ...{ codec: 'avc1.42c01e', width: 640, height: 360, frameRate: 25, reorder: 0, entry: 'avc1' },
  configuration: Uint8Array.of(1, 0x42, 0xc0, 0x1e, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0xc0, 0x1e, 1, 0, 2, 0x68, 0xce),
};
const AAC = {
  clockRate: 48_000,
  config: { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1, configuration: Uint8Array.of(0x11, 0x88) },
};

function setUp(options: { sound?: boolean | SoundSource; fragmentMs?: number; config?: Partial<VideoConfig> } = {}) {
  const clock = createFakeClock();
  const infos: StreamInfo[] = [];
  const fragments: Fragment[] = [];
  const offsets: number[] = [];
  const config = { ...AVC, ...options.config };
  const fragmenter: Fragmenter = createFragmenter({
    sink: { info: (info) => infos.push(info), fragment: (fragment) => fragments.push(fragment) },
    clock,
    fragmentMs: options.fragmentMs ?? 200,
    video: { clockRate: RATE, frameRate: null },
    sound: typeof options.sound === 'object' ? options.sound : options.sound === true ? AAC : null,
    onClock: (ms) => offsets.push(ms),
  });
  let first = true;
  /** One picture: `sets` in front of a key frame, and one slice of `bytes`. */
  function picture(rtpTime: number, { key = false, bytes = 100, with: changed = config } = {}): void {
    const { video } = fragmenter;
    if (key) unit(video, 0x67, 20);
    unit(video, key ? 0x65 : 0x41, bytes);
    const told = first || changed !== config;
    video.commit({ rtpTime: rtpTime >>> 0, randomAccess: key, ...(told ? { config: changed } : {}) });
    first = false;
  }
  return { clock, infos, fragments, offsets, fragmenter, picture, config };
}

function unit(video: Fragmenter['video'], header: number, bytes: number): void {
  const payload = new Uint8Array(bytes + 7).fill(header);
  video.beginUnit();
  video.appendByte(header);
  video.append(payload, 3, bytes + 2);
  video.endUnit(true);
}

interface Row {
  readonly size: number;
  readonly duration: number;
  readonly offset: number;
}

/** What the boxes of a fragment say, read without our writer. */
function boxesOf({ bytes }: Fragment) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tracks: { id: number; decodeTime: number; at: number; key: boolean; rows: Row[] }[] = [];
  const moofEnd = view.getUint32(0);
  let at = 8 + 16;
  while (at < moofEnd) {
    const end = at + view.getUint32(at);
    let box = at + 8;
    const id = view.getUint32(box + 12);
    box += view.getUint32(box);
    const decodeTime = Number(view.getBigUint64(box + 12));
    box += view.getUint32(box);
    const flags = view.getUint32(box + 8) & 0xffffff;
    const count = view.getUint32(box + 12);
    const from = view.getUint32(box + 16);
    let row = box + 20 + ((flags & 4) === 0 ? 0 : 4);
    const rows = Array.from({ length: count }, () => {
      const read = { duration: view.getUint32(row), size: view.getUint32(row + 4), offset: 0 };
      row += 8;
      if ((flags & 0x800) !== 0) {
        read.offset = view.getInt32(row);
        row += 4;
      }
      return read;
    });
    expect(row).toBe(end);
    tracks.push({ id, decodeTime, at: from, key: (flags & 4) !== 0, rows });
    at = end;
  }
  expect(moofEnd + view.getUint32(moofEnd)).toBe(bytes.byteLength);
  return { tracks, payload: moofEnd + 8 };
}

describe('cutting', () => {
  it('shows the first key frame at once, and from then on cuts in the moment that a fragment is long enough', () => {
    const { clock, picture, fragments, infos } = setUp();
    const cutAt: number[] = [];
    for (let i = 0; i < 16; i += 1) {
      picture(i * FRAME, { key: i === 0 });
      if (fragments.length > cutAt.length) cutAt.push(i);
      clock.advance(40);
    }
    expect(cutAt).toEqual([0, 5, 10, 15]);
    expect(fragments.map(({ decodeTime, duration }) => [decodeTime / FRAME, duration / FRAME])).toEqual([
      [0, 1],
      [1, 5],
      [6, 5],
      [11, 5],
    ]);
    expect(fragments.map(({ keyframe, pictures, sequence }) => [keyframe, pictures, sequence])).toEqual([
      [true, 1, 1],
      [false, 5, 2],
      [false, 5, 3],
      [false, 5, 4],
    ]);
    expect(infos).toMatchObject([
      { generation: 1, timescale: RATE, audio: null, video: { width: 640, frameRate: 25 } },
    ]);
  });

  it('cuts before a key frame as soon as its slice begins, and takes the parameter sets along', () => {
    const { picture, fragments, fragmenter } = setUp();
    picture(0, { key: true });
    picture(FRAME);
    picture(2 * FRAME);
    unit(fragmenter.video, 0x67, 20);
    expect(fragments).toHaveLength(1);
    unit(fragmenter.video, 0x65, 100);
    expect(fragments).toHaveLength(2);
    fragmenter.video.commit({ rtpTime: 3 * FRAME, randomAccess: true });
    fragmenter.end();
    const { tracks, payload } = boxesOf(fragments[2] as Fragment);
    expect(tracks).toMatchObject([{ id: 1, decodeTime: 3 * FRAME, key: true, rows: [{ size: 24 + 104 }] }]);
    expect(fragments[2]?.bytes[payload + 4]).toBe(0x67);
    expect(fragments[2]?.bytes[payload + 24 + 4]).toBe(0x65);
    expect(fragments[2]?.keyframe).toBe(true);
  });

  it('cuts before a picture that turns out to be a random access point', () => {
    const { picture, fragments, fragmenter } = setUp();
    picture(0, { key: true });
    picture(FRAME);
    unit(fragmenter.video, 0x06, 9);
    unit(fragmenter.video, 0x41, 5000);
    fragmenter.video.commit({ rtpTime: 2 * FRAME, randomAccess: true });
    fragmenter.end();
    expect(fragments.map(({ keyframe, pictures }) => [keyframe, pictures])).toEqual([
      [true, 1],
      [false, 1],
      [true, 1],
    ]);
    expect(boxesOf(fragments[2] as Fragment).tracks[0]?.rows).toMatchObject([{ size: 13 + 5004 }]);
  });

  it('gives each fragment memory of its own, with little that is not used', () => {
    const { picture, fragments } = setUp();
    for (let i = 0; i < 200; i += 1) picture(i * FRAME, { key: i % 50 === 0, bytes: i % 50 === 0 ? 60_000 : 7000 });
    const buffers = new Set(fragments.map(({ bytes }) => bytes.buffer));
    expect(buffers.size).toBe(fragments.length);
    const used = fragments.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    const held = fragments.reduce((sum, { bytes }) => sum + bytes.buffer.byteLength, 0);
    expect(held / used).toBeLessThan(1.2);
  });

  it('takes back what is discarded, and refuses a picture that never ends', () => {
    const { picture, fragments, fragmenter } = setUp();
    picture(0, { key: true });
    unit(fragmenter.video, 0x41, 500);
    fragmenter.video.discard();
    const { video } = fragmenter;
    const megabyte = new Uint8Array(2 ** 20);
    video.beginUnit();
    for (let i = 0; i < 20; i += 1) video.append(megabyte, 0, megabyte.length);
    video.endUnit(true);
    video.commit({ rtpTime: FRAME, randomAccess: false });
    picture(2 * FRAME);
    picture(3 * FRAME, { key: true });
    fragmenter.end();
    expect(fragments.map(({ pictures }) => pictures)).toEqual([1, 1]);
    expect(boxesOf(fragments[1] as Fragment).tracks[0]).toMatchObject({ decodeTime: 3 * FRAME, rows: [{ size: 128 }] });
  });
});

describe('times', () => {
  it('goes on through the wrap of 32 bits', () => {
    const { picture, fragments } = setUp();
    for (let i = 0; i < 11; i += 1) picture(0xffff_ffff - 3 * FRAME + i * FRAME, { key: i === 0 });
    expect(fragments.map(({ decodeTime }) => decodeTime / FRAME)).toEqual([0, 1, 6]);
  });

  it.each([
    ['forward', 5_000_000],
    ['back', -5_000_000],
    ['back by less than a second', -600 * 90],
  ])('bridges a clock that jumps %s by what arrival says', (_, by) => {
    const { clock, picture, fragments, infos } = setUp();
    for (let i = 0; i < 21; i += 1) {
      picture(i * FRAME + (i >= 8 ? by : 0), { key: i === 0 });
      clock.advance(40);
    }
    expect(fragments.map(({ decodeTime }) => decodeTime / FRAME)).toEqual([0, 1, 6, 11, 16]);
    expect(fragments.map(({ pictures }) => pictures)).toEqual([1, 5, 5, 5, 5]);
    expect(fragments.flatMap((each) => boxesOf(each).tracks[0]?.rows ?? []).every(({ offset }) => offset === 0)).toBe(
      true,
    );
    expect(infos).toHaveLength(1);
  });

  it('takes the moments of arrival where the clock stands still', () => {
    const { clock, picture, fragments } = setUp();
    for (let i = 0; i < 21; i += 1) {
      picture(77, { key: i === 0 });
      clock.advance(40);
    }
    expect(fragments.map(({ decodeTime }) => Math.round(decodeTime / FRAME))).toEqual([0, 1, 6, 11, 16]);
  });

  it('follows a late picture without a hole, and shows it when it is due', () => {
    const { clock, picture, fragments } = setUp();
    const times = [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13];
    for (const at of times) {
      picture(at * FRAME, { key: at === 0 });
      clock.advance(40);
    }
    const last = boxesOf(fragments[2] as Fragment).tracks[0];
    expect(last?.decodeTime).toBe(6 * FRAME);
    expect(last?.rows[0]).toMatchObject({ offset: 3 * FRAME, duration: 4 * FRAME });
    expect(last?.rows.slice(1).every(({ offset }) => offset === 0)).toBe(true);
  });

  it('makes decode times of showing times where pictures are reordered', () => {
    const { picture, fragments, fragmenter } = setUp({ fragmentMs: 1000, config: { reorder: 2 } });
    // I P B b b, as a pyramid: shown 0, 4, 2, 1, 3 …
    const shown = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11];
    for (const [i, at] of shown.entries()) picture(1000 + at * FRAME, { key: i === 0 });
    fragmenter.end();
    const all = fragments.flatMap((fragment) => {
      const [track] = boxesOf(fragment).tracks;
      let decode = track?.decodeTime ?? 0;
      return (track?.rows ?? []).map(({ duration, offset }) => {
        const times = [decode / FRAME, (decode + offset) / FRAME];
        decode += duration;
        return times;
      });
    });
    expect(all.map(([, showing]) => (showing ?? 0) - 2)).toEqual(shown);
    expect(all.map(([decode]) => decode)).toEqual(shown.map((_, i) => i));
    expect(all.every(([decode = 0, showing = 0]) => showing >= decode)).toBe(true);
  });

  it('learns the order of pictures where the parameter sets do not tell it', () => {
    const { picture, fragments, fragmenter } = setUp({ fragmentMs: 1000 });
    const shown = [0, 3, 1, 2];
    for (let group = 0; group < 10; group += 1) {
      for (const at of shown) picture((at + 4 * group) * FRAME, { key: group + at === 0 });
    }
    fragmenter.end();
    const steps = fragments.map(({ decodeTime, duration }) => [decodeTime, duration]);
    expect(steps.every(([, duration = 0]) => duration > 0)).toBe(true);
    const late = fragments.slice(2).flatMap((fragment) => boxesOf(fragment).tracks[0]?.rows ?? []);
    expect(late.length).toBeGreaterThan(10);
    expect(late.every(({ duration, offset }) => duration === FRAME && offset >= 0)).toBe(true);
  });

  it('stamps by the reports of the camera, and tells how far its clock is off', () => {
    const { clock, picture, fragments, fragmenter, offsets } = setUp();
    // Taken 150 ms before it arrives, by a clock that is 90 s ahead.
    fragmenter.videoReport({ ntpMs: clock.now() + 90_000, rtpTime: 13_500 });
    for (let i = 0; i < 11; i += 1) {
      picture(i * FRAME, { key: i === 0 });
      clock.advance(40);
    }
    expect(offsets).toEqual([90_000]);
    expect(fragments[0]?.wallClockMs).toBe(clock.now() - 11 * 40 - 150);
    expect(fragments[2]?.wallClockMs).toBe(clock.now() - 5 * 40 - 150);
  });
});

it.each([false, true])('ends with what is whole where a picture has only begun (sound: %s)', (sound) => {
  const { clock, picture, fragments, fragmenter } = setUp({ sound });
  for (let i = 0; i < 9; i += 1) {
    if (sound) fragmenter.sound?.unit(i * 1920, 1920, new Uint8Array(50), 0, 50);
    picture(i * FRAME, { key: i === 0 });
    clock.advance(40);
  }
  fragmenter.video.beginUnit();
  fragmenter.video.append(new Uint8Array(700).fill(0x41), 0, 700);
  fragmenter.end();
  const pictures = fragments.reduce((sum, each) => sum + (each.pictures ?? 0), 0);
  expect(pictures).toBe(9);
  const last = fragments.at(-1) as Fragment;
  const { tracks, payload } = boxesOf(last);
  const sizes = tracks.flatMap(({ rows }) => rows.map(({ size }) => size));
  expect(payload + sizes.reduce((sum, size) => sum + size, 0)).toBe(last.bytes.byteLength);
});

describe('what a stream is', () => {
  it('begins another generation with other parameter sets, and not with the same again', () => {
    const { picture, fragments, infos } = setUp();
    picture(0, { key: true });
    picture(FRAME, { key: true, with: { ...AVC } });
    picture(2 * FRAME, { key: true, with: { ...AVC, width: 320, height: 180, configuration: Uint8Array.of(1, 2) } });
    picture(3 * FRAME, { key: true });
    expect(infos.map(({ generation, video }) => [generation, video.width])).toEqual([
      [1, 640],
      [2, 320],
    ]);
    expect(fragments.map(({ generation, decodeTime }) => [generation, decodeTime / FRAME])).toEqual([
      [1, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it('is read by who reads FFmpeg’s', () => {
    const { picture, fragments, infos, fragmenter, clock } = setUp({ sound: true });
    fragmenter.sound?.unit(0, 1024, new Uint8Array(10), 0, 10);
    for (let i = 0; i < 12; i += 1) {
      picture(i * FRAME, { key: i % 10 === 0 });
      fragmenter.sound?.unit(1024 * (2 * i + 1), 1024, new Uint8Array(50).fill(i), 0, 50);
      fragmenter.sound?.unit(1024 * (2 * i + 2), 1024, new Uint8Array(50).fill(i), 0, 50);
      clock.advance(43);
    }
    fragmenter.end();
    const seen: unknown[] = [];
    const splitter = createSplitter({
      init: (init) => seen.push(init),
      fragment: ({ decodeTime, duration, keyframe, samples }) => seen.push({ decodeTime, duration, keyframe, samples }),
    });
    for (const bytes of [infos[0]?.init as Uint8Array, ...fragments.map((fragment) => fragment.bytes)])
      splitter.push(bytes);
    expect(seen[0]).toMatchObject({
      video: { codec: 'avc1.42c01e', width: 640, height: 360 },
      audio: { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 },
      timescale: RATE,
    });
    expect(seen.slice(1)).toEqual(
      fragments.map(({ decodeTime, duration, keyframe, pictures }) => ({
        decodeTime,
        duration,
        keyframe,
        samples: pictures,
      })),
    );
    const sounds = fragments.flatMap((fragment) => boxesOf(fragment).tracks.filter(({ id }) => id === 2));
    expect(sounds.length).toBeGreaterThan(2);
    let end = sounds[0]?.decodeTime;
    for (const { decodeTime, rows } of sounds) {
      expect(decodeTime).toBe(end);
      end = decodeTime + rows.reduce((sum, { duration }) => sum + duration, 0);
    }
  });

  it.each([
    ['moves sound by what the reports of both say', 300, 300],
    ['leaves sound where it arrives when the reports of both are far apart', 20_000, 0],
  ])('%s', (_, apartMs, movedMs) => {
    const { picture, fragments, fragmenter, clock } = setUp({ sound: true });
    for (let i = 0; i < 100; i += 1) {
      fragmenter.sound?.unit(i * 1920, 1920, new Uint8Array(50), 0, 50);
      picture(i * FRAME, { key: i % 25 === 0 });
      if (i === 50) {
        fragmenter.videoReport({ ntpMs: clock.now(), rtpTime: i * FRAME });
        fragmenter.soundReport({ ntpMs: clock.now() + apartMs, rtpTime: i * 1920 });
      }
      clock.advance(40);
    }
    const [video, sound] = boxesOf(fragments.at(-2) as Fragment).tracks;
    const asideMs = ((sound?.decodeTime ?? 0) * 1000) / 48_000 - ((video?.decodeTime ?? 0) * 1000) / RATE;
    expect(Math.abs(asideMs - movedMs)).toBeLessThan(100);
  });

  it('takes sound in where it comes later, and lets it go where it ends, each with a key frame', () => {
    const { picture, infos, fragmenter, clock } = setUp({ sound: true });
    let sounding = false;
    for (let i = 0; i < 300; i += 1) {
      if (i === 30) sounding = true;
      if (i === 100) sounding = false;
      if (sounding) fragmenter.sound?.unit(i * 1920, 1920, new Uint8Array(50), 0, 50);
      picture(i * FRAME, { key: i % 25 === 0 });
      clock.advance(40);
    }
    expect(infos.map(({ audio }) => audio?.codec ?? null)).toEqual([null, 'mp4a.40.2', null]);
  });
});

describe('first pictures of a stream that has announced sound', () => {
  /** Pictures every 40 ms with a key frame each second, and sound from the `from`th on. */
  function run(from: number, pictures: number, each: (i: number) => void = () => {}) {
    const made = setUp({ sound: true });
    const wholeAt: number[] = [];
    for (let i = 0; i < pictures; i += 1) {
      if (i >= from) made.fragmenter.sound?.unit((i - from) * 1920, 1920, new Uint8Array(50), 0, 50);
      made.picture(i * FRAME, { key: i % 25 === 0 });
      each(i);
      wholeAt.push(made.fragments.length);
      made.clock.advance(40);
    }
    return { ...made, wholeAt };
  }

  it('wait for it, so that nobody sees a stream without sound that then has some', () => {
    const { infos, fragments, wholeAt, clock } = run(20, 60);
    expect(infos.map(({ audio }) => audio?.codec ?? null)).toEqual(['mp4a.40.2']);
    expect(wholeAt[19]).toBe(0);
    expect(fragments[0]).toMatchObject({ sequence: 1, keyframe: true, decodeTime: 0 });
    expect(fragments.every(({ sequence }, index) => sequence === index + 1)).toBe(true);
    // They are stamped as they came.
    expect(fragments[0]?.wallClockMs).toBe(clock.now() - 60 * 40);
    for (const [index, { decodeTime }] of fragments.entries()) {
      const before = fragments[index - 1];
      if (before !== undefined) expect(decodeTime).toBe(before.decodeTime + before.duration);
    }
  });

  it('wait for a second and no longer', () => {
    const { infos, fragments, wholeAt, clock } = run(1000, 40);
    expect(infos.map(({ audio }) => audio)).toEqual([null]);
    // From where the first fragment was whole, with its fifth picture.
    expect(wholeAt.findIndex((count) => count > 0)).toBe(4 + 25);
    expect(fragments[0]?.wallClockMs).toBe(clock.now() - 40 * 40);
  });

  it('do not wait where the sound was there before them', () => {
    expect(run(0, 2).wholeAt).toEqual([1, 1]);
  });

  it('are handed on when the stream ends before its sound is there', () => {
    const { fragmenter, fragments, infos } = run(1000, 12);
    expect(fragments).toEqual([]);
    fragmenter.end();
    expect(fragments.reduce((sum, { pictures }) => sum + (pictures ?? 0), 0)).toBe(12);
    expect(infos).toHaveLength(1);
  });

  it('are handed on under their own parameter sets where those change before the sound is there', () => {
    const { picture, infos, fragments, clock } = setUp({ sound: true });
    for (let i = 0; i < 10; i += 1) {
      picture(i * FRAME, { key: i === 0 });
      clock.advance(40);
    }
    picture(10 * FRAME, { key: true, with: { ...AVC, width: 320, height: 180, configuration: Uint8Array.of(1, 2) } });
    expect(infos.map(({ video }) => video.width)).toEqual([640]);
    clock.advance(40);
    for (let i = 11; i < 20; i += 1) picture(i * FRAME);
    expect(infos.map(({ video }) => video.width)).toEqual([640, 320]);
    expect(fragments.map(({ generation }) => generation)).toEqual(expect.arrayContaining([1, 2]));
  });

  it('are not kept in any number by a camera that sends nothing but key frames', () => {
    const { picture, fragments } = setUp({ sound: true });
    for (let i = 0; i < 200; i += 1) picture(i * FRAME, { key: true });
    expect(fragments.length).toBeGreaterThan(100);
  });
});

describe('G.711', () => {
  const G711 = (sampleRate: number): SoundSource => ({
    clockRate: sampleRate,
    config: { codec: 'pcma', sampleRate, channels: 1, configuration: new Uint8Array(0) },
  });
  const samples = new Int32Array(1024);

  /** Two seconds of packets of `ms`, those of `lost` missing; each is filled with its number, so that it is known again. */
  function run(sampleRate: number, ms: number, lost: readonly number[] = [], jump = 0) {
    const { picture, fragments, infos, fragmenter, clock } = setUp({ sound: G711(sampleRate) });
    const size = (sampleRate * ms) / 1000;
    let packet = 0;
    for (let at = 0; at < 2000; at += 40) {
      for (; packet * ms < at + 40; packet += 1) {
        const time = 1e9 + packet * size + (packet * ms < 1000 ? 0 : jump);
        const bytes = new Uint8Array(size + 2).fill(packet + 1);
        if (!lost.includes(packet)) fragmenter.sound?.unit(time >>> 0, size, bytes, 1, size + 1);
      }
      picture((at / 40) * FRAME, { key: at % 1000 === 0 });
      clock.advance(40);
    }
    fragmenter.end();
    const bytes = g711OfLinear('pcma');
    const rows: { readonly at: number; readonly packets: string; readonly duration: number }[] = [];
    for (const fragment of fragments) {
      const [video, sound] = boxesOf(fragment).tracks;
      let [at, from] = [sound?.decodeTime ?? 0, sound?.at ?? 0];
      expect(sound === undefined || sound.at === (video?.at ?? 0) + sumOf(video?.rows ?? [])).toBe(true);
      for (const { size: length, duration } of sound?.rows ?? []) {
        const count = readFlacFrame(fragment.bytes, from, from + length, samples);
        const heard = [...new Set(samples.subarray(0, count))].map((sample) => (bytes[sample & 0xffff] ?? 0) - 1);
        rows.push({ at, duration, packets: heard.join(' ') });
        expect(count).toBeLessThanOrEqual(duration);
        from += length;
        at += duration;
      }
    }
    return { infos, rows, fragments };
  }
  const sumOf = (rows: readonly Row[]): number => rows.reduce((sum, { size }) => sum + size, 0);

  it.each([
    [8000, 20],
    [8000, 40],
    [16_000, 20],
    [8000, 10],
  ])('of %d Hz in packets of %d ms is in as few frames as can be, each sample once', (rate, ms) => {
    const { infos, rows, fragments } = run(rate, ms);
    expect(infos.map(({ audio }) => audio)).toEqual([{ codec: 'flac', sampleRate: rate, channels: 1 }]);
    expect(Buffer.from(infos[0]?.init ?? []).includes('G.711 A-law')).toBe(true);
    const packets = rows.flatMap((row) => row.packets.split(' ').map(Number));
    const first = packets[0] ?? 0;
    expect(packets).toEqual(packets.map((_, at) => first + at));
    expect(packets.length).toBeGreaterThan(1900 / ms);
    expect(rows.length).toBeLessThanOrEqual(fragments.length * Math.ceil(rate / 5 / 900));
    for (const [at, row] of rows.entries())
      if (at > 0) expect(row.at).toBe((rows[at - 1]?.at ?? 0) + (rows[at - 1]?.duration ?? 0));
  });

  it('leaves a gap where packets are missing, and what follows is in its place', () => {
    const whole = run(8000, 20);
    const { rows } = run(8000, 20, [41, 42, 43]);
    const starts = (of: typeof rows): Map<string, number> =>
      new Map(of.map((row) => [row.packets.split(' ')[0] ?? '', row.at]));
    expect(rows.some(({ packets }) => packets.endsWith('40'))).toBe(true);
    const after = rows.find(({ packets }) => packets.startsWith('44 '));
    const [known] = [...starts(whole.rows)].find(([name]) => Number(name) < 44) ?? [];
    const expected = (starts(whole.rows).get(known ?? '') ?? 0) + (44 - Number(known)) * 160;
    // Up to the gap it lies where it began, which is as exact as the beginning is.
    expect(Math.abs((after?.at ?? 0) - expected)).toBeLessThanOrEqual(160);
  });

  it('goes on at once where its clock jumps', () => {
    for (const jump of [-80_000, 400_000]) {
      const { rows } = run(8000, 20, [], jump);
      const last = rows.at(-1);
      expect(last?.packets.endsWith('99')).toBe(true);
      expect((last?.at ?? 0) + (last?.duration ?? 0)).toBeLessThan(8000 * 2.5);
    }
  });
});
