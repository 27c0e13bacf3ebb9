import { expect, it } from 'vitest';
import { bytesIn } from './bytes.ts';

it('says sizes as a person reads them', () => {
  const [vi, en] = [bytesIn('vi'), bytesIn('en')];
  expect([0, 999, 1536, 123_456_789].map(en)).toEqual(['0 byte', '999 byte', '1.5 KiB', '118 MiB']);
  expect([vi(1.4 * 2 ** 40), en(1000 * 2 ** 30), en(5e18)]).toEqual(['1,4 TiB', '0.977 TiB', '4,441 PiB']);
});
