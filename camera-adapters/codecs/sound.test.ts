import { describe, expect, it } from 'vitest';
import { feed, type Sent } from '../../tests/fakes/rtp-packets.ts';
import { NotForUs, type RtspTrack } from '../rtsp/rtsp-client.ts';
import { createSoundDepacketizer } from './index.ts';

function soundTrack(
  encoding: string,
  clockRate: number,
  channels: number,
  parameters: Readonly<Record<string, string>>,
): RtspTrack {
  return {
    media: 'audio',
    payloadType: 97,
    encoding,
    clockRate,
    channels,
    parameters: new Map(Object.entries(parameters)),
    control: 'rtsp://camera/track2',
    frameRate: null,
  };
}

const HBR = { mode: 'AAC-hbr', sizelength: '13', indexlength: '3', indexdeltalength: '3', config: '1190' };

function run(track: RtspTrack, sent: readonly Sent[], lost: readonly number[] = []) {
  const frames: string[] = [];
  const depacketizer = createSoundDepacketizer(track, {
    unit: (time, samples, bytes, start, end) =>
      void frames.push(`${time} ${samples} ${Buffer.from(bytes.subarray(start, end)).toString('hex')}`),
  });
  feed(depacketizer, sent, (index) => lost.includes(index));
  return frames;
}

const at = (time: number, hex: string): Sent => ({ time, payload: Buffer.from(hex.replaceAll(' ', ''), 'hex') });
const aac = soundTrack('MPEG4-GENERIC', 48_000, 2, HBR);

describe('AAC', () => {
  it.each<[string, Sent[], string[]]>([
    ['one frame', [at(5, '0010 0018 aabbcc')], ['5 1024 aabbcc']],
    [
      'three frames',
      [at(5, '0030 0010 0008 0018 aabb cc ddeeff')],
      ['5 1024 aabb', '1029 1024 cc', '2053 1024 ddeeff'],
    ],
    [
      'a frame in three packets',
      [at(5, '0010 0028 aabb'), at(5, '0010 0028 cc'), at(5, '0010 0028 ddee')],
      ['5 1024 aabbccddee'],
    ],
    ['bytes behind the frames', [at(5, '0010 0010 aabbcc')], ['5 1024 aabb']],
    ['times that wrap', [at(0xffffffff, '0020 0008 0008 aabb')], ['4294967295 1024 aa', '1023 1024 bb']],
    ['a length of headers beyond the packet', [at(5, 'ffff 0008 aa')], []],
    ['nothing', [at(5, ''), at(5, '00'), at(5, '0000'), at(5, '0010 0000')], []],
    ['frames out of order', [at(5, '0020 0008 0009 aabb')], ['5 1024 aa']],
    ['a part without its beginning', [at(5, '0010 0028 aabb'), at(9, '0010 0010 aabb')], ['9 1024 aabb']],
  ])('%s', (_name, sent, frames) => {
    expect(run(aac, sent)).toEqual(frames);
  });

  it('drops a frame with a lost part', () => {
    const sent = [at(5, '0010 0028 aabb'), at(5, '0010 0028 cc'), at(5, '0010 0028 ddee'), at(6, '0010 0008 aa')];
    for (const lost of [0, 1, 2]) expect(run(aac, sent, [lost])).toEqual(['6 1024 aa']);
  });

  it.each<[string, Readonly<Record<string, string>>, number, object]>([
    ['low complexity', HBR, 48_000, { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 2 }],
    [
      'low complexity, mono',
      { ...HBR, config: '1408' },
      16_000,
      { codec: 'mp4a.40.2', sampleRate: 16_000, channels: 1 },
    ],
    [
      'high efficiency',
      { ...HBR, config: '2B118800' },
      48_000,
      { codec: 'mp4a.40.5', sampleRate: 48_000, channels: 2 },
    ],
    [
      'a rate of its own',
      { ...HBR, config: '1780 5dc0 10'.replaceAll(' ', '') },
      48_000,
      { codec: 'mp4a.40.2', sampleRate: 48_000, channels: 2 },
    ],
  ])('tells what it is: %s', (_name, parameters, rate, config) => {
    const track = soundTrack('MPEG4-GENERIC', rate, 2, parameters);
    expect(createSoundDepacketizer(track, { unit: () => {} }).config).toMatchObject(config);
  });

  it('counts frames of high efficiency twice as long', () => {
    const track = soundTrack('MPEG4-GENERIC', 48_000, 2, { ...HBR, config: '2B118800' });
    expect(run(track, [at(0, '0020 0008 0008 aabb')])).toEqual(['0 2048 aa', '2048 2048 bb']);
  });

  it.each([
    ['MP4A-LATM', HBR],
    ['MPEG4-GENERIC', { ...HBR, config: '' }],
    ['MPEG4-GENERIC', { ...HBR, config: 'zz' }],
    ['MPEG4-GENERIC', { ...HBR, config: 'b8' }],
    ['MPEG4-GENERIC', { ...HBR, sizelength: '40' }],
    ['MPEG4-GENERIC', { ...HBR, mode: 'CELP-vbr', sizelength: '0' }],
    ['MPEG4-GENERIC', { ...HBR, ctsdeltalength: '16' }],
    ['OPUS', {}],
  ])('leaves %s to FFmpeg: %o', (encoding, parameters) => {
    const track = soundTrack(encoding, 48_000, 2, parameters);
    expect(() => createSoundDepacketizer(track, { unit: () => {} })).toThrow(NotForUs);
  });
});

it.each([
  [8000, 2],
  [0, 1],
  [90_000, 1],
])('leaves G.711 of %d Hz and %d channels to FFmpeg', (rate, channels) => {
  const track = soundTrack('PCMU', rate, channels, {});
  expect(() => createSoundDepacketizer(track, { unit: () => {} })).toThrow(NotForUs);
});

it('takes a packet of G.711 that is longer than a block in pieces with times of their own', () => {
  const units: number[][] = [];
  const unit = (...[time, samples, , start, end]: [number, number, Uint8Array, number, number]): void => {
    units.push([time, samples, end - start]);
  };
  const depacketizer = createSoundDepacketizer(soundTrack('PCMU', 8000, 1, {}), { unit });
  feed(depacketizer, [{ time: 0xffff_fff0, payload: Buffer.alloc(2100) }], () => false);
  expect(units).toEqual([
    [0xffff_fff0, 1024, 1024],
    [1008, 1024, 1024],
    [2032, 52, 52],
  ]);
});

it('takes G.711 as it comes', () => {
  const track = soundTrack('PCMA', 8000, 1, {});
  expect(run(track, [at(160, 'd5d5d5'), at(163, ''), at(163, 'aa')])).toEqual(['160 3 d5d5d5', '163 1 aa']);
  expect(createSoundDepacketizer(track, { unit: () => {} }).config).toMatchObject({
    codec: 'pcma',
    sampleRate: 8000,
    channels: 1,
  });
});
