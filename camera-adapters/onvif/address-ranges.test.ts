import { describe, expect, it } from 'vitest';
import { expandRanges, MOST_ADDRESSES } from './address-ranges.ts';

describe('expandRanges', () => {
  it.each([
    [['10.0.0.7'], ['10.0.0.7']],
    [['10.0.0.8/30'], ['10.0.0.9', '10.0.0.10']],
    [['10.0.0.9/31'], ['10.0.0.8', '10.0.0.9']],
    [['10.0.0.9/32'], ['10.0.0.9']],
    [['10.0.0.254 - 10.0.1.1'], ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
    [
      ['10.0.0.1', '10.0.0.0/30'],
      ['10.0.0.1', '10.0.0.2'],
    ],
    [['255.255.255.254-255.255.255.255'], ['255.255.255.254', '255.255.255.255']],
    [[], []],
  ])('%j', (ranges, addresses) => {
    expect(expandRanges(ranges)).toEqual(addresses);
  });

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.9-10.0.0.1',
    '1-2-3',
    '::1',
    '010.0.0.1',
    '10.0.0.1/8/8',
    '0x0a000001',
    'localhost',
  ])('refuses "%s" and names it', (range) => {
    expect(() => expandRanges(['10.0.0.1', range])).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'discovery.badRange',
        fields: [expect.objectContaining({ path: 'ranges.1' })],
      }),
    );
  });

  it('takes 4096 addresses and no more', () => {
    expect(expandRanges(['10.0.0.0-10.0.15.255'])).toHaveLength(MOST_ADDRESSES);
    for (const ranges of [['10.0.0.0/8'], ['0.0.0.0/0'], ['10.0.0.0-10.0.15.255', '10.1.0.1']]) {
      expect(() => expandRanges(ranges)).toThrow(expect.objectContaining({ code: 'discovery.tooManyAddresses' }));
    }
  });
});
