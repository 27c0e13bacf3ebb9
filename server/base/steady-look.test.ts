import { expect, it, vi } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { silentLogger } from './log.ts';
import { createSteadyLook } from './steady-look.ts';

function setUp() {
  const clock = createFakeClock();
  const ends: ((error?: Error) => void)[] = [];
  const look = vi.fn(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
  );
  const steady = createSteadyLook({ look, everyMs: 1000, failed: 'nobody looked', clock, log: silentLogger() });
  return { clock, ends, look, steady };
}
const settled = async (): Promise<void> => {
  for (let at = 0; at < 10; at += 1) await Promise.resolve();
};

it('looks at once and then each time, one look after the other, and goes on after one that failed', async () => {
  const { clock, ends, look, steady } = setUp();
  steady.begin();
  expect(look).toHaveBeenCalledTimes(1);
  clock.advance(2500);
  expect(look).toHaveBeenCalledTimes(1);
  ends[0]?.(new Error('the disk is gone'));
  await settled();
  clock.advance(500);
  expect(look).toHaveBeenCalledTimes(2);
});

it('is closed when the look that runs is over', async () => {
  const { clock, ends, look, steady } = setUp();
  steady.begin();
  let closed = false;
  const closing = steady.close().then(() => {
    closed = true;
  });
  await settled();
  expect(closed).toBe(false);
  ends[0]?.();
  await closing;
  clock.advance(10_000);
  expect(look).toHaveBeenCalledTimes(1);
  expect(clock.pending()).toBe(0);
});
