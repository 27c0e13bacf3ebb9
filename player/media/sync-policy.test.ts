import { describe, expect, it } from 'vitest';
import { isStepped, steer } from './sync-policy.ts';

const at = (errorMs: number, rate = 1, sinceJumpMs = 10_000) => steer({ errorMs, rate, sinceJumpMs });

describe('keeping in step', () => {
  it('leaves alone what is within a picture', () => {
    expect(at(15)).toEqual({ kind: 'rate', rate: 1 });
    expect(at(-15, 0.5)).toEqual({ kind: 'rate', rate: 0.5 });
  });

  it('slows what is ahead, hurries what is behind, a little', () => {
    expect(at(50)).toEqual({ kind: 'rate', rate: 0.9 });
    expect(at(-50)).toEqual({ kind: 'rate', rate: 1.1 });
    expect(at(-200)).toEqual({ kind: 'rate', rate: 1.12 });
    expect(at(-400, 4)).toEqual({ kind: 'rate', rate: 4.48 });
    expect(at(-300, 16)).toEqual({ kind: 'rate', rate: 16 });
  });

  it('jumps when far off, and gives the decoder its time to', () => {
    expect(at(300)).toEqual({ kind: 'seek' });
    expect(at(-60_000)).toEqual({ kind: 'seek' });
    expect(at(300, 1, 100)).toMatchObject({ kind: 'rate' });
    expect(at(900, 4)).toMatchObject({ kind: 'rate' });
    expect(at(1100, 4)).toEqual({ kind: 'seek' });
  });

  it('stands on the very picture when the clock stands', () => {
    expect(at(5, 0)).toEqual({ kind: 'rate', rate: 0 });
    expect(at(40, 0, 0)).toEqual({ kind: 'seek' });
  });

  it('comes within a tenth of a second from a quarter of one, without a jump', () => {
    let error = -245;
    let turns = 0;
    for (; Math.abs(error) > 20 && turns < 1000; turns += 1) {
      const decision = at(error);
      if (decision.kind === 'seek') throw new Error('jumped');
      error += (decision.rate - 1) * 40;
    }
    expect(turns * 40).toBeLessThan(4000);
  });

  it('goes by steps where no decoder can', () => {
    expect([-1, 32, 17].map(isStepped)).toEqual([true, true, true]);
    expect([0, 0.125, 1, 16].map(isStepped)).toEqual([false, false, false, false]);
  });
});
