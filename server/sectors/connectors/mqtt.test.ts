import { expect, it } from 'vitest';
import { atOnce } from './mqtt.ts';

it('makes deliveries of the inbox that are no larger than can be worked on, and always one', () => {
  const messages = (bytes: number, count: number) => Array.from({ length: count }, () => ({ bytes }));
  expect(atOnce(messages(100, 2000))).toHaveLength(2000);
  expect(atOnce(messages(250_000, 2000))).toHaveLength(32);
  expect(atOnce(messages(9_000_000, 2))).toHaveLength(1);
  expect(atOnce([])).toEqual([]);
});
