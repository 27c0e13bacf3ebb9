import type { RtpPacket } from '../../camera-adapters/codecs/codec.ts';
import { createSoundDepacketizer, createVideoDepacketizer } from '../../camera-adapters/codecs/index.ts';
import type { RtspTrack } from '../../camera-adapters/rtsp/rtsp-client.ts';
import { aggregate, fragments, KeepingWriter, noFigures, videoTrack } from '../fakes/rtp-packets.ts';
import { type FuzzTarget, holds } from './target.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** Flags of a packet, in the first byte of its length. */
const MARKER = 0x80;
const NEXT_TIME = 0x40;
const LOST = 0x20;
const MOST_LENGTH = 0x1f;

/** Payloads behind one another, each behind its length with flags. */
function stream(...packets: readonly (readonly [flags: number, payload: Uint8Array])[]): Buffer {
  return Buffer.concat(
    packets.flatMap(([flags, payload]) => [Buffer.of(flags | (payload.length >> 8), payload.length & 0xff), payload]),
  );
}

function eachPacket(input: Uint8Array, take: (packet: RtpPacket) => void): void {
  const packet: RtpPacket = {
    bytes: input,
    start: 0,
    end: 0,
    sequence: 0,
    timestamp: 0,
    marker: false,
    lost: 0,
    fresh: true,
  };
  for (let at = 0; at + 2 <= input.length; at = packet.end) {
    const flags = input[at] ?? 0;
    packet.start = at + 2;
    packet.end = Math.min(input.length, packet.start + (((flags & MOST_LENGTH) << 8) | (input[at + 1] ?? 0)));
    packet.marker = (flags & MARKER) !== 0;
    if ((flags & NEXT_TIME) !== 0) packet.timestamp += 3000;
    packet.lost = (flags & LOST) !== 0 ? 1 : 0;
    take(packet);
    packet.sequence = (packet.sequence + 1) & 0xffff;
    packet.fresh = false;
  }
}

function runVideo(encoding: string, input: Uint8Array): void {
  const writer = new KeepingWriter();
  const figures = noFigures();
  const depacketizer = createVideoDepacketizer(videoTrack(encoding), writer, figures);
  eachPacket(input, (packet) => depacketizer.push(packet));
  // A unit of one byte in an aggregate takes three bytes, and five with a length of four.
  holds(writer.written <= input.length * 5, 'no more is written than was read, and lengths');
  holds(figures.units === writer.units.length, 'what is committed is counted');
  const [first] = writer.units;
  holds(first === undefined || (first.randomAccess && first.config !== undefined), 'decoding can start at the first');
  for (const { config, randomAccess } of writer.units) {
    if (config === undefined) continue;
    holds(randomAccess, 'sets change where decoding can start');
    holds(config.width > 0 && config.width <= 16_384 && config.height > 0 && config.height <= 16_384, 'a size is one');
    holds(config.reorder >= 0 && config.reorder <= 16, 'pictures are held back within bounds');
  }
}

const AVC_SPS = hex('6764000cacb40a0cd80880000003008000000f478a1550');
const AVC_PPS = hex('68ef0fcb');
const AVC_IDR = hex('658884aaaabbbbcc');
const AVC_IDR2 = hex('654042bbbbcc');
const AVC_P = hex('419a010203040506');
const RECOVERY = hex('0606 01 2880');

export const h264Target: FuzzTarget = {
  name: 'h264',
  seeds: [
    stream([0, AVC_SPS], [0, AVC_PPS], [MARKER, AVC_IDR], [NEXT_TIME | MARKER, AVC_P], [NEXT_TIME | MARKER, AVC_P]),
    stream(
      [0, aggregate('h264', AVC_SPS, AVC_PPS, RECOVERY)],
      ...fragments('h264', AVC_IDR, 3).map((payload) => [0, payload] as const),
      [NEXT_TIME, AVC_P],
      [LOST, AVC_P],
      [NEXT_TIME, RECOVERY],
      [0, AVC_P],
    ),
    stream([MARKER, Buffer.concat([AVC_SPS, hex('00000001'), AVC_PPS, hex('000001'), AVC_IDR])], [NEXT_TIME, AVC_P]),
    stream(
      [0, AVC_SPS],
      [0, AVC_PPS],
      [0, AVC_IDR],
      [0, AVC_SPS],
      [0, AVC_PPS],
      [MARKER, AVC_IDR2],
      [NEXT_TIME, AVC_P],
    ),
  ],
  words: [
    AVC_SPS,
    AVC_PPS,
    AVC_IDR,
    AVC_IDR2,
    RECOVERY,
    hex('00000001'),
    hex('7c85'),
    hex('7c45'),
    hex('18'),
    hex('6540'),
    hex('ffff'),
  ],
  run: (input) => runVideo('H264', input),
};

const HEVC_VPS = hex('40010c01ffff01600000030090000003000003003c959409');
const HEVC_SPS = hex('42010101600000030090000003000003003ca00a080c16595964932bc05a020000030002000003001e10a2');
const HEVC_PPS = hex('4401c172b46240');
const HEVC_IDR = hex('2601adaaaabbbb');
const HEVC_IDR2 = hex('26012dbbbbcc');
const HEVC_CRA = hex('2a01adaaaabbbb');
const HEVC_P = hex('0201d002030405');

export const h265Target: FuzzTarget = {
  name: 'h265',
  seeds: [
    stream([0, HEVC_VPS], [0, HEVC_SPS], [0, HEVC_PPS], [MARKER, HEVC_IDR], [NEXT_TIME | MARKER, HEVC_P]),
    stream(
      [0, aggregate('h265', HEVC_VPS, HEVC_SPS, HEVC_PPS)],
      ...fragments('h265', HEVC_CRA, 3).map((payload) => [0, payload] as const),
      [NEXT_TIME, hex('1001d00101')],
      [NEXT_TIME | LOST, HEVC_P],
      [NEXT_TIME, HEVC_IDR],
    ),
    stream([0, HEVC_VPS], [0, HEVC_SPS], [0, HEVC_PPS], [0, HEVC_IDR], [0, HEVC_PPS], [MARKER, HEVC_IDR2]),
  ],
  words: [
    HEVC_VPS,
    HEVC_SPS,
    HEVC_PPS,
    HEVC_IDR,
    HEVC_CRA,
    hex('00000001'),
    hex('620193'),
    hex('620153'),
    hex('6001'),
    hex('ffff'),
  ],
  run: (input) => runVideo('H265', input),
};

const SOUND: RtspTrack = {
  ...videoTrack('MPEG4-GENERIC', { mode: 'AAC-hbr', config: '1190' }),
  media: 'audio',
  clockRate: 48_000,
};

export const aacTarget: FuzzTarget = {
  name: 'aac',
  seeds: [
    stream([MARKER, hex('0010 0018 aabbcc')], [NEXT_TIME | MARKER, hex('0030 0010 0008 0018 aabb cc ddeeff')]),
    stream(
      [0, hex('0010 0028 aabb')],
      [0, hex('0010 0028 cc')],
      [MARKER, hex('0010 0028 ddee')],
      [LOST, hex('0010 0008 aa')],
    ),
  ],
  words: [hex('0010'), hex('ffff'), hex('0020'), hex('fff8')],
  run(input) {
    let written = 0;
    const depacketizer = createSoundDepacketizer(SOUND, {
      unit(time, samples, bytes, start, end) {
        written += end - start;
        holds(start < end && end <= bytes.length, 'a frame lies in its memory');
        holds(samples === 1024 && time >= 0 && time < 2 ** 32, 'a frame has a time');
      },
    });
    eachPacket(input, (packet) => depacketizer.push(packet));
    holds(written <= input.length, 'no more comes out than was read');
  },
};
