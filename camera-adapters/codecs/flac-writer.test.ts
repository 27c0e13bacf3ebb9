import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readFlacFrame } from '#base/sound/flac-reader';
import { type G711Law, g711OfLinear, LINEAR_OF_G711 } from '#base/sound/g711';
import { createFlacWriter, MOST_BLOCK, mostFrameBytes } from './flac-writer.ts';

const LAWS = ['pcma', 'pcmu'] as const;

/** Sound that is the same in each run: `of` the time in samples, −1 to 1. */
function sound(law: G711Law, count: number, of: (at: number) => number): Uint8Array {
  const table = LINEAR_OF_G711[law];
  const nearest = (value: number): number => {
    let best = 0;
    for (let byte = 1; byte < 256; byte += 1) {
      if (Math.abs((table[byte] ?? 0) - value) < Math.abs((table[best] ?? 0) - value)) best = byte;
    }
    return best;
  };
  return Uint8Array.from({ length: count }, (_, at) => nearest(of(at) * 32_767));
}

function noise(): () => number {
  let state = 7;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 30 - 1;
  };
}

const random = noise();
const tone = (at: number): number => Math.sin(at / 9);
const SOUNDS: readonly [string, number, (at: number) => number][] = [
  ['silence', 800, () => 0],
  ['one loud value', 800, () => -1],
  ['loud noise', MOST_BLOCK, () => random()],
  ['a quiet room', 800, () => random() / 1000],
  ['a tone', 960, (at) => tone(at) / 3],
  ['a tone in a noise', 320, (at) => tone(at) / 3 + random() / 50],
  ['edges as hard as can be', 800, (at) => (at % 2 === 0 ? 1 : -1)],
  ['one crack in silence', 800, (at) => (at === 400 ? 1 : 0)],
  ['an odd number of samples', 997, (at) => tone(at) / 5],
  ['the shortest block', 16, tone],
];

describe.each(LAWS)('%s as FLAC', (law) => {
  const writer = createFlacWriter(law, 8000);
  const samples = new Int32Array(MOST_BLOCK);

  it.each(SOUNDS)('comes back as it was: %s', (_name, count, of) => {
    const g711 = sound(law, count, of);
    const frame = new Uint8Array(mostFrameBytes(count) + 10);
    const end = writer.write(g711, 0, count, 123_456, frame, 5);
    expect(end - 5).toBeLessThanOrEqual(mostFrameBytes(count));
    expect(readFlacFrame(frame, 5, end, samples)).toBe(count);
    expect([...samples.subarray(0, count)]).toEqual(Array.from(g711, (byte) => LINEAR_OF_G711[law][byte]));
  });

  it('makes of less than the shortest block one that ends in silence', () => {
    for (const count of [1, 15]) {
      const g711 = sound(law, count, () => 0.5);
      const frame = new Uint8Array(mostFrameBytes(count));
      const end = writer.write(g711, 0, count, 0, frame, 0);
      expect(readFlacFrame(frame, 0, end, samples)).toBe(16);
      const first = LINEAR_OF_G711[law][g711[0] ?? 0];
      expect([...samples.subarray(0, 16)]).toEqual([...Array(count).fill(first), ...Array(16 - count).fill(0)]);
    }
  });

  it('is what FFmpeg decodes from the same bytes', () => {
    // All values that there are, then a sound; in blocks of several lengths, with numbers up to the largest.
    const g711 = Buffer.concat([Uint8Array.from({ length: 256 }, (_, byte) => byte), sound(law, 3000, tone)]);
    const file = new Uint8Array(g711.length * 3);
    file.set(Buffer.concat([Buffer.from('fLaC'), Uint8Array.of(0x80, 0, 0, 34), writer.streamInfo]));
    let [from, to] = [0, 42];
    for (const length of [16, 160, 1024, 320, 17, 1, 700, 600, 418]) {
      to = writer.write(g711, from, length, 2 ** (from / 100) - 1, file, to);
      from += length;
    }
    const decode = (format: string, input: Uint8Array): Buffer => {
      const words = `-v error ${format} -i pipe:0 -f s16le pipe:1`.split(' ');
      return execFileSync('ffmpeg', words, { input, stdio: ['pipe', 'pipe', 'inherit'] });
    };
    const ours = decode('-f flac', file.subarray(0, to));
    const theirs = decode(`-f ${law === 'pcma' ? 'alaw' : 'mulaw'} -ar 8000`, g711);
    const padded = 16 + 160 + 1024 + 320 + 17;
    expect(ours.length).toBe(theirs.length + 15 * 2);
    expect(ours.subarray(0, (padded + 1) * 2).equals(theirs.subarray(0, (padded + 1) * 2))).toBe(true);
    expect(ours.subarray((padded + 16) * 2).equals(theirs.subarray((padded + 1) * 2))).toBe(true);
  });

  it('goes back to the bytes that it came from', () => {
    const inverse = g711OfLinear(law);
    for (const [byte, sample] of LINEAR_OF_G711[law].entries()) {
      // Both zeros of µ-law are the same sample.
      expect(inverse[sample & 0xffff]).toBe(law === 'pcmu' && byte === 0x7f ? 0xff : byte);
    }
  });
});

it('packs ordinary sound in less than G.711 itself, and silence in hardly anything', () => {
  const writer = createFlacWriter('pcma', 8000);
  const size = (of: (at: number) => number): number =>
    writer.write(sound('pcma', 960, of), 0, 960, 2 ** 30, new Uint8Array(4000), 0);
  expect(size((at) => tone(at) / 30 + random() / 300)).toBeLessThan(960);
  expect(size(() => 0)).toBeLessThan(24);
});

it('names rates that have no code, and refuses to read what is damaged or of another kind', () => {
  const frame = new Uint8Array(4000);
  const samples = new Int32Array(MOST_BLOCK);
  const end = createFlacWriter('pcmu', 11_025).write(sound('pcmu', 500, tone), 0, 500, 99, frame, 0);
  expect(readFlacFrame(frame, 0, end, samples)).toBe(500);
  for (const [at, value] of [
    [0, 0],
    [2, 0x17],
    [3, 0x18],
    [60, (frame[60] ?? 0) ^ 1],
  ] as const) {
    const broken = frame.slice(0, end);
    broken[at] = value;
    expect(() => readFlacFrame(broken, 0, end, samples)).toThrow(RangeError);
  }
  expect(() => readFlacFrame(frame, 0, end, new Int32Array(100))).toThrow(RangeError);
  expect(() => readFlacFrame(frame, 0, 5, samples)).toThrow(RangeError);
});
