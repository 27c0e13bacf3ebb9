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
import { createVideoDepacketizer } from './index.ts';

/** 320×192 at 15 pictures a second, as x265 writes it. */
const UNITS: Readonly<Record<string, string>> = {
  VPS: '40010c01ffff01600000030090000003000003003c959409',
  SPS: '42010101600000030090000003000003003ca00a080c16595964932bc05a020000030002000003001e10a2',
  PPS: '4401c172b46240',
  AUD: '460150',
  SEI: '4e0105ff02aabb80',
  SUFFIX: '500105ff02aabb80',
  IDR: '2601adaaaa',
  IDR2: '26012dbbbb',
  CRA: '2a01adaaaa',
  RASL: '1001d00101',
  RADL: '0e01d00101',
  P: '0201d00203',
  P2: '0201500304',
  // The same picture in a further layer, which begins with a first slice of its own.
  LAYER: '0209d00203',
};

function unit(name: string): Buffer {
  const hex = UNITS[name];
  if (hex === undefined) throw new Error(`no unit is called ${name}`);
  return Buffer.from(hex, 'hex');
}

/** `0 VPS+SPS` is one packet with two units, `0 ~IDR M` one unit in fragments with a marker on the last. */
function packets(...lines: readonly string[]): Sent[] {
  return lines.flatMap((line) => {
    const [time = '', what = '', mark] = line.split(' ');
    const payloads = what.startsWith('~')
      ? fragments('h265', unit(what.slice(1)), 2)
      : what.includes('+')
        ? [aggregate('h265', ...what.split('+').map(unit))]
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
  feed(createVideoDepacketizer(videoTrack('H265', parameters), writer, figures), sent, (index) => lost.includes(index));
  const lines = writer.units.map(({ rtpTime, randomAccess, bytes }) =>
    [`${rtpTime}${randomAccess ? 'K' : ''}`, ...unitsOf(bytes).map((hex) => names.get(hex) ?? hex)].join(' '),
  );
  return { figures, units: writer.units, lines };
}

const SETS = '0 VPS+SPS+PPS';
const BOTH = ['0K VPS SPS PPS IDR', '1 P'];
const base64 = (name: string): string => unit(name).toString('base64');
const sdp = { 'sprop-vps': base64('VPS'), 'sprop-sps': base64('SPS'), 'sprop-pps': base64('PPS') };

describe('manners of cameras', () => {
  it.each<[string, string[], string[]]>([
    ['a packet for each unit', ['0 VPS', '0 SPS', '0 PPS', '0 IDR M', '1 P M', '2 P'], BOTH],
    ['sets together', [SETS, '0 IDR M', '1 P M', '2 P'], BOTH],
    ['fragments', ['0 ~VPS', '0 ~SPS', '0 ~PPS', '0 ~IDR M', '1 ~P M', '2 P'], BOTH],
    ['no marker ever', [SETS, '0 IDR', '1 P', '2 P'], BOTH],
    ['sets with markers and times of their own', ['7 VPS M', '8 SPS M', '9 PPS M', '0 IDR M', '1 P M', '2 P'], BOTH],
    [
      'two slices, both marked',
      [SETS, '0 IDR M', '0 IDR2 M', '1 P M', '1 P2 M', '2 P'],
      ['0K VPS SPS PPS IDR IDR2', '1 P P2'],
    ],
    [
      'sets repeated before each slice',
      [SETS, '0 IDR', SETS, '0 IDR2 M', '0 VPS', '0 SPS', '0 PPS', '0 P', SETS, '0 P2 M', '0 P'],
      ['0K VPS SPS PPS IDR IDR2', '0 VPS SPS PPS P P2'],
    ],
    [
      'messages before and behind',
      [SETS, '0 AUD', '0 SEI', '0 IDR', '0 SUFFIX M', '1 P M', '2 P'],
      ['0K VPS SPS PPS AUD SEI IDR SUFFIX', '1 P'],
    ],
    [
      'a further layer',
      [SETS, '0 IDR', '0 LAYER M', '1 P', '1 LAYER M', '2 P'],
      ['0K VPS SPS PPS IDR LAYER', '1 P LAYER'],
    ],
    ['packets of unknown kinds between', [SETS, '0 6401ff', '0 26', '0 IDR M', '1 P M', '2 P'], BOTH],
    [
      'start codes between',
      [`0 ${UNITS.VPS}00000001${UNITS.SPS}000001${UNITS.PPS}00000001${UNITS.IDR} M`, '1 P M', '2 P'],
      BOTH,
    ],
    [
      'leading pictures of an open beginning',
      [SETS, '5 CRA M', '3 RASL M', '4 RADL M', '6 P M', '9 CRA M', '8 RASL M', '10 P M'],
      ['5K VPS SPS PPS CRA', '4 RADL', '6 P', '9K CRA', '8 RASL', '10 P'],
    ],
  ])('%s', (_name, sent, lines) => {
    const result = run(packets(...sent));
    expect(result.lines.slice(0, lines.length)).toEqual(lines);
    expect(result.lines.length - lines.length).toBeLessThanOrEqual(1);
  });

  it('takes sets from the description, and does not repeat them', () => {
    const { lines, units } = run(packets('0 IDR M', '1 P M', '2 P'), [], sdp);
    expect(lines).toEqual(['0K IDR', '1 P']);
    expect(units[0]?.config).toMatchObject({
      codec: 'hvc1.1.6.L60.90',
      width: 320,
      height: 192,
      frameRate: 15,
      reorder: 2,
    });
    expect(units[1]?.config).toBe(undefined);
  });
});

describe('loss', () => {
  const stream = packets('0 P M', '1 VPS+SPS+PPS', '1 ~IDR M', '2 ~P M', '3 CRA M', '2 RASL M', '4 P M');
  const FIRST = '1K VPS SPS PPS IDR';
  it.each<[string, number[], string[], number]>([
    ['nothing', [], [FIRST, '2 P', '3K CRA', '2 RASL', '4 P'], 0],
    ['the end of a picture, before an open start', [5], [FIRST, '3K CRA', '4 P'], 1],
    ['the start', [6], [FIRST, '2 P'], 2],
    ['the sets', [1], [], 0],
  ])('of %s', (_name, lost, lines, discarded) => {
    const result = run(stream, lost);
    expect(result.lines).toEqual(lines);
    expect(result.figures).toMatchObject({ units: lines.length, discarded });
  });
});
