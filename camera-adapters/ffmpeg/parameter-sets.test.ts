import { expect, it } from 'vitest';
import { sequenceSets } from './parameter-sets.ts';

const [SPS, OTHER_SPS, PPS, IDR] = ['6764000cac', '6764001fac', '68ef0fcb', '658884aaaa'];

function setsOf(...units: readonly string[]): string | null {
  const sample = Buffer.concat(
    units.flatMap((hex) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(hex.length / 2);
      return [length, Buffer.from(hex, 'hex')];
    }),
  );
  return sequenceSets('avc1.64000c', sample, { offset: 0, size: sample.length });
}

it('are the same where a camera repeats one in the same picture', () => {
  const usual = setsOf(SPS, PPS, IDR);
  expect(usual).not.toBe(null);
  expect(setsOf(SPS, PPS, SPS, PPS, IDR)).toBe(usual);
  expect(setsOf(OTHER_SPS, PPS, IDR)).not.toBe(usual);
  expect(setsOf(PPS, IDR)).toBe(null);
});
