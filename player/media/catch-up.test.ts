import { expect, it } from 'vitest';
import { CATCH_UP_RATE, createCatchUp } from './catch-up.ts';

/** Looks every 20 ms at a playhead that begins `behind` seconds late and goes at `rate`; the end goes on by itself. */
function play(behind: number, rate: number) {
  const catchUp = createCatchUp();
  for (let ms = 0; ; ms += 20) {
    const position = (rate * ms) / 1000;
    const decision = catchUp.look(behind + ms / 1000 - position, position, ms);
    if (decision !== 'faster') return { decision, ms };
  }
}

it('is near after a part of the time that it was behind', () => {
  expect(play(2, CATCH_UP_RATE)).toEqual({ decision: 'near', ms: 260 });
  expect(play(0.1, CATCH_UP_RATE)).toEqual({ decision: 'near', ms: 0 });
});

it.each([
  ['a decoder that is no faster than the camera', 4, 1, 2500],
  ['a playhead that does not move', 4, 0, 1500],
])('jumps with %s', (_, behind, rate, soonest) => {
  const { decision, ms } = play(behind, rate);
  expect(decision).toBe('jump');
  expect(ms).toBeGreaterThan(soonest);
  expect(ms).toBeLessThan(soonest + 100);
});
