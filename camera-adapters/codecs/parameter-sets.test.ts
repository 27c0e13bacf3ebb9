import { describe, expect, it } from 'vitest';
import { BitReader } from './bit-reader.ts';
import type { VideoConfig } from './codec.ts';
import { H264Sets } from './h264-sets.ts';
import { H265Sets } from './h265-sets.ts';

/** Sets as x264 and x265 write them, the slice's beginning that names them, and what FFmpeg reads from them. */
const REAL: readonly [string, readonly string[], Partial<VideoConfig>][] = [
  [
    'baseline, cropped',
    ['6742c028d900780227e5c044000003000400000300c83c60c920', '68cb83cb20'],
    { codec: 'avc1.42c028', width: 1920, height: 1080, reorder: 0 },
  ],
  [
    '4:2:2 of 10 bits, fields, with buffer sizes',
    ['677a0028b6cd94078044f536022000000300200000064c90001e848003d09498601f162d96', '68fba3cb22c0'],
    { codec: 'avc1.7a0028', width: 1918, height: 1078, reorder: 2 },
  ],
  [
    '4:4:4',
    ['67f4001e919b281405fdc5e022000003000200000300641e2c5b2c', '68ebe3c44844'],
    { codec: 'avc1.f4001e', width: 638, height: 358, reorder: 2 },
  ],
  [
    'main 10, with scaling lists and buffer sizes',
    [
      '40010c01ffff022000000300900000030000030078959809',
      '420101022000000300900000030000030078a003c08010e754d96566924e5780b4040000030004000003006584925978003d090007a122',
      '4401c172b46240',
    ],
    { codec: 'hvc1.2.4.L120.90', width: 1918, height: 1078, reorder: 2 },
  ],
  [
    'two sub-layers of time, 4:2:2',
    [
      '40010c02ffff0408000003009d0800000300003f00009598acc048',
      '4201020408000003009d0800000300003f0000b005020169659598acd24995e02d010000030001000003001908',
      '4401c172b46240',
    ],
    { codec: 'hvc1.4.10.L63.9D.8', width: 640, height: 360, reorder: 2 },
  ],
];

/** What a stream with these sets is said to be, at the first slice of a key picture that names the first picture set. */
function configOf(sets: readonly Uint8Array[], hevc: boolean): VideoConfig | null {
  const shelf = hevc ? new H265Sets() : new H264Sets();
  for (const set of sets) shelf.take(set, 0, set.length);
  const slice = hevc ? Uint8Array.of(0xad) : Uint8Array.of(0x88, 0x84);
  return shelf.activate(slice, 0, slice.length);
}

const bytesOf = (sets: readonly string[]): Buffer[] => sets.map((set) => Buffer.from(set, 'hex'));

describe.each(REAL)('sets of %s', (_name, hexes, facts) => {
  const hevc = hexes.length === 3;
  it('are read', () => {
    expect(configOf(bytesOf(hexes), hevc)).toMatchObject({ ...facts, frameRate: 25, entry: hevc ? 'hvc1' : 'avc1' });
  });

  it('stand in the configuration', () => {
    const configuration = Buffer.from(configOf(bytesOf(hexes), hevc)?.configuration ?? []).toString('hex');
    for (const hex of hexes) expect(configuration.includes(hex)).toBe(true);
  });

  it('may lie: they are refused, or say what can be', () => {
    const sound = bytesOf(hexes);
    const believed = (lying: readonly Uint8Array[]): void => {
      const config = configOf(lying, hevc);
      if (config === null) return;
      const { width, height, frameRate, reorder } = config;
      expect([width, height].every((side) => Number.isInteger(side) && side > 0 && side <= 16_384)).toBe(true);
      expect(frameRate === null || (frameRate > 0 && frameRate <= 1000)).toBe(true);
      expect(reorder >= 0 && reorder <= 16).toBe(true);
    };
    for (const [index, set] of sound.entries()) {
      for (let bit = 8; bit < set.length * 8; bit += 1) {
        const flipped = Buffer.from(set);
        flipped[bit >> 3] = (set[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        believed(sound.with(index, flipped));
      }
      for (let length = 1; length < set.length; length += 1) {
        believed(sound.with(index, set.subarray(0, length)));
        for (const fill of [0, 0xff]) {
          believed(sound.with(index, Buffer.concat([set.subarray(0, length), Buffer.alloc(4000, fill)])));
        }
      }
    }
  });
});

it('reads no emulation prevention, and zeros behind the end', () => {
  const bits = new BitReader().open(Uint8Array.of(0, 0, 3, 1, 0, 0, 3), 0, 7);
  expect([bits.bits(24), bits.bits(16), bits.spent]).toEqual([1, 0, false]);
  expect([bits.bits(8), bits.spent]).toEqual([0, true]);
});

it('keeps sets of its own, whatever becomes of the packet', () => {
  const [name, hexes] = REAL[0] ?? ['', []];
  const sets = new H264Sets();
  const packet = Buffer.alloc(200);
  for (const set of bytesOf(hexes)) {
    packet.fill(0).set(set, 20);
    sets.take(packet, 20, 20 + set.length);
  }
  packet.fill(0xff);
  const config = sets.activate(Uint8Array.of(0x88, 0x84), 0, 2);
  expect([name, config?.width]).toEqual([name, 1920]);
  for (const set of bytesOf(hexes)) sets.take(set, 0, set.length);
  expect(sets.activate(Uint8Array.of(0x88, 0x84), 0, 2)).toBe(config);
});
