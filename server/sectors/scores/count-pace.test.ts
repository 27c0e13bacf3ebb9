import { expect, it } from 'vitest';
import { createFakeClock } from '../../../tests/fakes/clock.ts';
import { createCountPace } from './count-pace.ts';

it('lets what somebody waits for go first, and everything together take a fifth of the time', async () => {
  const clock = createFakeClock();
  const pace = createCountPace(clock);
  const count = (ms: number) => pace.spend(async () => clock.advance(ms));
  expect([pace.waitMs(false), pace.waitMs(true)]).toEqual([0, 0]);
  await count(400);
  // Of what was saved up, the rest is for who has just delivered.
  expect(pace.waitMs(false)).toBeGreaterThan(0);
  expect(pace.waitMs(true)).toBe(0);
  await count(600);
  const waits = pace.waitMs(true);
  expect(waits).toBeGreaterThan(0);
  await count(60_000);
  expect(pace.waitMs(true)).toBeLessThan(1000);
  clock.advance(pace.waitMs(true));
  expect(pace.waitMs(true)).toBe(0);

  let counted = 0;
  const beganMs = clock.monotonic();
  while (clock.monotonic() - beganMs < 600_000) {
    if (pace.waitMs(true) > 0) clock.advance(pace.waitMs(true));
    await count(100);
    counted += 100;
  }
  expect(counted / (clock.monotonic() - beganMs)).toBeLessThan(0.21);
});
