import { describe, expect, it } from 'vitest';
import { decodeGroups, encodeGroups, type SegmentGroup } from './group-list.ts';

const origin = { startMs: 1_790_000_000_123, offset: 1_200, timescale: 90_000 };

/** Two-second groups, one behind another, as a camera sends them. */
function groups(count: number): SegmentGroup[] {
  return Array.from({ length: count }, (_, at) => ({
    startMs: origin.startMs + at * 2000 + (at % 3),
    decodeTime: 5_000_000_000 + at * 180_000,
    duration: 180_000,
    offset: origin.offset + at * 500_000,
    bytes: 500_000,
    keyBytes: 60_000,
    fragments: 10,
  }));
}

describe('the list of groups', () => {
  it('comes back as it went in, with large numbers, gaps and times that fall', () => {
    const [first, second] = groups(2);
    const odd = { ...second, startMs: origin.startMs - 5, decodeTime: 7, offset: 3_000_000_000 } as SegmentGroup;
    for (const list of [[], groups(300), first === undefined ? [] : [first, odd]]) {
      expect(decodeGroups(encodeGroups(list, origin), origin)).toEqual(list);
    }
  });

  it('costs some bytes for each group', () => {
    expect(encodeGroups(groups(300), origin).byteLength / 300).toBeLessThan(16);
  });

  it('is refused when it is cut off', () => {
    const bytes = encodeGroups(groups(2), origin);
    expect(() => decodeGroups(bytes.subarray(0, -1), origin)).toThrow(/cut off/);
    expect(() => decodeGroups(new Uint8Array(20).fill(0xff), origin)).toThrow(/cut off/);
  });
});
