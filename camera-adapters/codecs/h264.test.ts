import { describe, expect, it } from 'vitest';
import {
  aggregate,
  feed,
  fragments,
  KeepingWriter,
  noFigures,
  type Sent,
  unitsOf,
  videoTrack,
} from '../../tests/fakes/rtp-packets.ts';
import { NotForUs } from '../rtsp/rtsp-client.ts';
import { createVideoDepacketizer } from './index.ts';

/** 320×192 at 15 pictures a second, as x264 writes it; and 640×480. */
const UNITS = {
  SPS: '6764000cacb40a0cd80880000003008000000f478a1550',
  PPS: '68ef0fcb',
  OTHER_SPS: '6742c01eda0280f684000003000400000300f03c58ba80',
  AUD: '0910',
  SEI: '0605ff02aabb80',
  RECOVERY: '060601c480',
  REFRESH: '0606012880',
  FILLER: '0cff80',
  END: '0a',
  IDR: '658884aaaa',
  IDR2: '654042bbbb',
  I: '4188840101',
  P: '419a010203',
  P2: '4140020304',
  B: '019e030405',
};

function unit(name: string): Buffer {
  const hex = new Map(Object.entries(UNITS)).get(name);
  if (hex === undefined) throw new Error(`no unit is called ${name}`);
  return Buffer.from(hex, 'hex');
}

/** `0 SPS+PPS` is one packet with two units, `0 ~IDR M` one unit in fragments with a marker on the last. */
function packets(...lines: readonly string[]): Sent[] {
  return lines.flatMap((line) => {
    const [time = '', what = '', mark] = line.split(' ');
    const payloads = what.startsWith('~')
      ? fragments('h264', unit(what.slice(1)), 2)
      : what.includes('+')
        ? [aggregate('h264', ...what.split('+').map(unit))]
        : [/^[0-9a-f]+$/.test(what) ? Buffer.from(what, 'hex') : unit(what)];
    return payloads.map((payload, index) => ({
      payload,
      time: Number(time),
      marker: mark === 'M' && index === payloads.length - 1,
    }));
  });
}

const names = new Map(Object.entries(UNITS).map(([name, hex]) => [hex, name]));

function run(sent: readonly Sent[], lost: readonly number[] = [], parameters: Readonly<Record<string, string>> = {}) {
  const writer = new KeepingWriter();
  const figures = noFigures();
  const depacketizer = createVideoDepacketizer(videoTrack('H264', parameters), writer, figures);
  feed(depacketizer, sent, (index) => lost.includes(index));
  return { figures, units: writer.units, lines: writer.units.map(line) };
}

function line({ rtpTime, randomAccess, bytes }: KeepingWriter['units'][number]): string {
  return [`${rtpTime}${randomAccess ? 'K' : ''}`, ...unitsOf(bytes).map((hex) => names.get(hex) ?? hex)].join(' ');
}

const sdp = { 'sprop-parameter-sets': `${unit('SPS').toString('base64')},${unit('PPS').toString('base64')}` };
const BOTH = ['0K SPS PPS IDR', '3000 P'];

describe('manners of cameras', () => {
  it.each<[string, string[], string[]]>([
    ['a packet for each unit', ['0 SPS', '0 PPS', '0 IDR M', '3000 P M', '6000 P M'], [...BOTH, '6000 P']],
    ['sets together', ['0 SPS+PPS', '0 IDR M', '3000 P M', '6000 P'], BOTH],
    ['all in one packet', ['0 SPS+PPS+IDR M', '3000 P M', '6000 P'], BOTH],
    ['fragments', ['0 ~SPS', '0 ~PPS', '0 ~IDR M', '3000 ~P M', '6000 P'], BOTH],
    ['no marker ever', ['0 SPS', '0 PPS', '0 IDR', '3000 P', '6000 P'], BOTH],
    ['sets with a marker of their own', ['0 SPS M', '0 PPS M', '0 IDR M', '3000 P M', '6000 P'], BOTH],
    [
      'sets with a time of their own',
      ['7 SPS', '8 PPS M', '9 IDR M', '3000 P M', '6000 P'],
      ['9K SPS PPS IDR', '3000 P'],
    ],
    ['a time that stands still', ['5 SPS', '5 PPS', '5 IDR M', '5 P M', '5 P'], ['5K SPS PPS IDR', '5 P']],
    ['no marker and a time that stands still', ['5 SPS+PPS', '5 IDR', '5 P', '5 P'], ['5K SPS PPS IDR', '5 P']],
    [
      'two slices, the last marked',
      ['0 SPS+PPS', '0 IDR', '0 IDR2 M', '1 P', '1 P2 M'],
      ['0K SPS PPS IDR IDR2', '1 P P2'],
    ],
    [
      'two slices, both marked',
      ['0 SPS+PPS', '0 IDR M', '0 IDR2 M', '1 P M', '1 P2 M', '2 P M'],
      ['0K SPS PPS IDR IDR2', '1 P P2'],
    ],
    [
      'two slices, both marked, from the middle of a picture on',
      ['0 P2 M', '1 SPS+PPS', '1 IDR M', '1 IDR2 M', '2 P M', '2 P2 M', '3 P M'],
      ['1K SPS PPS IDR IDR2', '2 P P2'],
    ],
    [
      'delimiters and messages',
      ['0 AUD', '0 SPS+PPS', '0 SEI', '0 IDR M', '1 AUD', '1 P M'],
      ['0K AUD SPS PPS SEI IDR', '1 AUD P'],
    ],
    [
      'sets repeated before each slice',
      ['0 SPS', '0 PPS', '0 IDR', '0 SPS', '0 PPS', '0 IDR2 M', '0 SPS+PPS', '0 P', '0 SPS+PPS', '0 P2 M', '0 P'],
      ['0K SPS PPS IDR IDR2', '0 SPS PPS P P2'],
    ],
    [
      'sets that end a packet with a marker, and none on pictures',
      ['0 SPS+PPS', '0 IDR', '1 SPS+PPS M', '1 P', '2 SPS+PPS M', '2 P', '3 P'],
      ['0K SPS PPS IDR', '1 SPS PPS P', '2 SPS PPS P'],
    ],
    [
      'filler behind the marker',
      ['0 SPS+PPS', '0 IDR M', '0 FILLER', '1 P M', '2 P M'],
      ['0K SPS PPS IDR FILLER', '1 P'],
    ],
    ['a last unit of one byte', ['0 SPS+PPS', '0 IDR', '0 END M', '1 P M', '2 P'], ['0K SPS PPS IDR END', '1 P']],
    ['a start code before', [`0 00000001${UNITS.SPS}`, '0 PPS', '0 IDR M', '3000 P M', '6000 P'], BOTH],
    ['start codes between', [`0 ${UNITS.SPS}00000001${UNITS.PPS}000001${UNITS.IDR} M`, '3000 P M', '6000 P'], BOTH],
    [
      'a picture as one unit in fragments, with start codes',
      [`0 7c87${UNITS.SPS.slice(2)}00000001${UNITS.PPS}00000001658884`, '0 7c07aa', '0 7c47aa M', '3000 P M', '6000 P'],
      BOTH,
    ],
    ['a fragment that never ends', ['0 SPS+PPS', '0 7c858884', '0 7c05aaaa M', '3000 P', '6000 P'], BOTH],
    ['packets of unknown kinds between', ['0 SPS+PPS', '0 1eff', '0 00', '0 IDR M', '3000 P M', '6000 P'], BOTH],
    [
      'more bytes behind an aggregate',
      [`0 18000568ef0fcb0000`, '0 SPS+PPS', '0 IDR M', '1 P M'],
      ['0K 68ef0fcb00 SPS PPS IDR', '1 P'],
    ],
    [
      'the beginning of a stream',
      ['0 P2', '0 P2 M', '1 P M', '2 SPS+PPS', '2 IDR M', '3 P M'],
      ['2K SPS PPS IDR', '3 P'],
    ],
    [
      'nothing but refreshes',
      ['0 SPS+PPS', '0 P M', '1 REFRESH', '1 P M', '2 P M', '3 REFRESH', '3 P M'],
      ['1K REFRESH P', '2 P', '3K REFRESH P'],
    ],
    [
      'leading pictures of an open beginning',
      ['0 SPS+PPS', '3000 RECOVERY', '3000 I M', '1000 B M', '2000 B M', '6000 P M', '4000 B M'],
      ['3000K SPS PPS RECOVERY I', '6000 P', '4000 B'],
    ],
  ])('%s', (_name, sent, units) => {
    expect(run(packets(...sent)).lines).toEqual(units);
  });

  it('takes sets from the description, and does not repeat them', () => {
    const { lines, units } = run(packets('0 IDR M', '1 P M', '2 P'), [], sdp);
    expect(lines).toEqual(['0K IDR', '1 P']);
    expect(units[0]?.config).toMatchObject({
      codec: 'avc1.64000c',
      width: 320,
      height: 192,
      frameRate: 15,
      reorder: 0,
    });
  });

  it.each(['', ',', 'AAAA,,!!', `${'A'.repeat(100_000)}`, 'Z0IAHg==,aM4=', ',,,Z2Q='])(
    'is not disturbed by the announced sets %#',
    (sprop) => {
      const { lines } = run(packets('0 SPS+PPS', '0 IDR M', '1 P M'), [], { 'sprop-parameter-sets': sprop });
      expect(lines).toEqual(['0K SPS PPS IDR', '1 P']);
    },
  );

  it('shows nothing whose sets have not come', () => {
    const { lines, figures } = run(packets('0 IDR M', '1 P M', '2 SPS+PPS', '2 IDR M', '3 P M'));
    expect(lines).toEqual(['2K SPS PPS IDR', '3 P']);
    expect(figures).toEqual({ units: 2, discarded: 0, broken: 1, torn: 0, malformed: 1 });
  });

  it('tells of sets once, and again when they change', () => {
    const { units } = run(
      packets('0 SPS+PPS+IDR M', '1 P M', '2 SPS+PPS+IDR M', '3 OTHER_SPS+PPS', '3 IDR M', '4 P M', '5 SPS+PPS+IDR M'),
    );
    expect(units.map((each) => each.config?.width)).toEqual([320, undefined, undefined, 640, undefined, 320]);
    expect(units[3]?.config).toMatchObject({ codec: 'avc1.42c01e', height: 480 });
  });

  it('learns from slices what the sets do not tell of the order', () => {
    const [sps, pps] = ['6764000cacd941419b', '68ebe3cb22c0'];
    const { units } = run(
      packets(`0 ${sps}`, `0 ${pps}`, '0 IDR M', '9 P M', '3 B M', '6 B M', '12 SEI', '12 IDR M', '15 IDR M'),
    );
    expect(units.map((each) => each.config?.reorder)).toEqual([0, undefined, undefined, undefined, 2, undefined]);
  });

  it.each([
    ['H264', { 'packetization-mode': '2' }],
    ['H265', { 'sprop-max-don-diff': '1' }],
    ['H265', { 'tx-mode': 'MRST' }],
    ['JPEG', {}],
    ['MP4V-ES', {}],
    ['constructor', {}],
  ])('leaves %s %o to FFmpeg', (encoding, parameters) => {
    const track = videoTrack(encoding, parameters);
    expect(() => createVideoDepacketizer(track, new KeepingWriter(), noFigures())).toThrow(NotForUs);
  });
});

describe('loss', () => {
  // The first picture is of no use, but tells that markers can be trusted.
  const stream = packets(
    '0 P M', // 0
    '1 SPS+PPS', // 1
    '1 ~IDR M', // 2, 3
    '2 ~P M', // 4, 5
    '3 P M', // 6
    '4 SPS+PPS', // 7
    '4 IDR', // 8
    '4 IDR2 M', // 9
    '5 P M', // 10
    '6 P M', // 11
  );
  const FIRST = '1K SPS PPS IDR';
  const SECOND = '4K SPS PPS IDR IDR2';
  it.each<[string, number[], string[], number]>([
    ['nothing', [], [FIRST, '2 P', '3 P', SECOND, '5 P', '6 P'], 0],
    ['the sets', [1], [SECOND, '5 P', '6 P'], 0],
    ['the beginning of the first picture', [2], [SECOND, '5 P', '6 P'], 0],
    ['the beginning of a picture', [4], [FIRST, SECOND, '5 P', '6 P'], 2],
    ['the end of a picture', [5], [FIRST, SECOND, '5 P', '6 P'], 2],
    ['a whole picture', [4, 5], [FIRST, SECOND, '5 P', '6 P'], 1],
    ['all up to the next start', [4, 5, 6], [FIRST, SECOND, '5 P', '6 P'], 0],
    ['sets that are known already', [7], [FIRST, '2 P', '3 P', '4K IDR IDR2', '5 P', '6 P'], 0],
    ['the first slice of two', [8], [FIRST, '2 P', '3 P'], 3],
    ['the last slice of two', [9], [FIRST, '2 P', '3 P'], 3],
    ['the last but one', [10], [FIRST, '2 P', '3 P', SECOND], 1],
  ])('of %s', (_name, lost, lines, discarded) => {
    const result = run(stream, lost);
    expect(result.lines).toEqual(lines);
    expect(result.figures).toMatchObject({ units: lines.length, discarded });
  });

  it('of anything leaves no picture without those that it builds on', () => {
    for (let a = 0; a < stream.length; a += 1) {
      for (let b = a; b < stream.length; b += 1) {
        const { units } = run(stream, [a, b]);
        let last = -1;
        for (const each of units) {
          if (!each.randomAccess) expect(each.rtpTime).toBe(last + 1);
          last = each.rtpTime;
        }
      }
    }
  });

  it('is what a source that begins anew leaves behind', () => {
    const writer = new KeepingWriter();
    const figures = noFigures();
    const depacketizer = createVideoDepacketizer(videoTrack('H264'), writer, figures);
    feed(depacketizer, packets('0 SPS+PPS', '0 IDR M', '1 P M', '2 P'));
    feed(depacketizer, packets('900 P M', '901 SPS+PPS', '901 IDR M', '902 P M'));
    expect(writer.units.map(line)).toEqual(['0K SPS PPS IDR', '1 P', '901K SPS PPS IDR', '902 P']);
    expect(figures.discarded).toBe(2);
  });

  it('is what a picture without an end is, and memory stays bounded', () => {
    const writer = new KeepingWriter();
    const depacketizer = createVideoDepacketizer(videoTrack('H264'), writer, noFigures());
    const flood = Array.from({ length: 150 }, () => ({
      payload: Buffer.concat([Buffer.of(0x7c, 0x05), Buffer.alloc(60_000, 7)]),
      time: 1,
    }));
    feed(depacketizer, [
      ...packets('0 SPS+PPS', '0 IDR M', '1 P M'),
      ...packets('1 7c858884'),
      ...flood,
      ...packets('2 SPS+PPS+IDR M', '3 P M'),
    ]);
    expect(writer.units.map(line)).toEqual(['0K SPS PPS IDR', '1 P', '2K SPS PPS IDR', '3 P']);
    expect(writer.written).toBeLessThan(8.1 * 1024 * 1024);
  });
});
