import { expect, it } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { growthFor, paceCollector } from './collector-pace.ts';

const MB = 2 ** 20;

it.each([
  ['nothing is held', 0, 80, 0],
  ['two cameras', 7, 80, 0],
  ['ten cameras', 35, 80, 50],
  ['ten cameras, and little else', 35, 30, 60],
  ['fifty cameras', 175, 80, 100],
  ['two hundred cameras', 750, 80, 120],
  ['more than a heap should ever grow by', 20_000, 80, 300],
])('lets the heap grow by what comes in within a second or two: %s', (_, held, heap, percent) => {
  expect(growthFor(held * MB, heap * MB)).toBe(percent);
});

it('follows what is held, and leaves V8 as it was', () => {
  const clock = createFakeClock();
  const told: number[] = [];
  let held = 0;
  const stop = paceCollector(
    clock,
    () => held,
    (percent) => told.push(percent),
  );
  clock.advance(30_000);
  expect(told).toEqual([]);
  held = 100_000 * MB;
  clock.advance(30_000);
  expect(told).toEqual([300]);
  stop();
  clock.advance(30_000);
  expect(told).toEqual([300, 0]);
});
