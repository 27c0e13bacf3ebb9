import { expect, it } from 'vitest';
import { byteRangeOf } from './byte-range.ts';

const file = { size: 1000, etag: '"7-1000"' };
const part = (from: number, to: number) => ({ kind: 'part', from, to });
const all = { kind: 'all' };
const unsatisfiable = { kind: 'unsatisfiable' };

it.each([
  [undefined, undefined, all],
  ['bytes=0-499', undefined, part(0, 499)],
  ['bytes=500-', undefined, part(500, 999)],
  ['bytes=-100', undefined, part(900, 999)],
  ['bytes=-5000', undefined, part(0, 999)],
  ['bytes=990-5000', undefined, part(990, 999)],
  ['Bytes = 1-1', undefined, part(1, 1)],
  ['bytes=1000-', undefined, unsatisfiable],
  ['bytes=-0', undefined, unsatisfiable],
  ['bytes=5-4', undefined, all],
  ['bytes=-', undefined, all],
  ['bytes=0-1,5-6', undefined, all],
  ['bytes=1e3-', undefined, all],
  ['bytes=99999999999999999999-', undefined, all],
  ['items=0-1', undefined, all],
  ['bytes=0-1', '"7-1000"', part(0, 1)],
  ['bytes=0-1', '"7-900"', all],
  ['bytes=0-1', 'W/"7-1000"', all],
  ['bytes=0-1', 'Wed, 25 Nov 2026 01:00:00 GMT', all],
] as const)('%s, If-Range %s', (header, ifRange, range) => expect(byteRangeOf(header, ifRange, file)).toEqual(range));

it('finds no byte in an empty file', () => {
  expect(byteRangeOf('bytes=0-', undefined, { size: 0, etag: '"7-0"' })).toEqual(unsatisfiable);
  expect(byteRangeOf('bytes=-1', undefined, { size: 0, etag: '"7-0"' })).toEqual(unsatisfiable);
});
