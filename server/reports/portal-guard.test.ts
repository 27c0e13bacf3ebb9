import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createPortalLimits } from './portal-limits.ts';
import { createPuzzle, hasZeroBits } from './puzzle.ts';

function solve(puzzle: string): string {
  const [challenge = '', bits = '0'] = puzzle.split(':');
  for (let word = 0; ; word += 1) {
    const proof = `${challenge}:${word.toString(36)}`;
    if (hasZeroBits(proof, Number(bits))) return proof;
  }
}

describe('the puzzle', () => {
  it('is spent once, not at once, not too late, and not by a challenge of one’s own', () => {
    const clock = createFakeClock();
    const puzzle = createPuzzle(clock);
    const proof = solve(puzzle.issue());
    expect(() => puzzle.spend(proof)).toThrow(expect.objectContaining({ code: 'portal.fast' }));
    clock.advance(3000);
    puzzle.check(proof);
    puzzle.spend(proof);
    expect(() => puzzle.spend(proof)).toThrow(expect.objectContaining({ code: 'portal.puzzle' }));
    const late = solve(puzzle.issue());
    clock.advance(46 * 60_000);
    const easier = puzzle
      .issue()
      .replace(/\.12\./, '.1.')
      .replace(/:12$/, '');
    const foreign = solve(createPuzzle(clock).issue());
    clock.advance(4000);
    for (const wrong of [
      late,
      foreign,
      `${easier}:0`,
      '',
      'a:b',
      ':',
      'a.b.c.d:e',
      `a.b.12.${'é'.repeat(22)}:0`,
      `${puzzle.issue().split(':')[0]}:wrong`,
    ]) {
      expect(() => puzzle.spend(wrong)).toThrow(expect.objectContaining({ code: 'portal.puzzle' }));
    }
  });

  it('gets harder the more come, and easier again', () => {
    const clock = createFakeClock();
    const puzzle = createPuzzle(clock);
    const bits = (): number => Number(puzzle.issue().split(':')[1]);
    const calm = bits();
    const proofs = Array.from({ length: 61 }, () => solve(puzzle.issue()));
    clock.advance(3000);
    for (const proof of proofs) puzzle.spend(proof);
    expect(bits()).toBe(calm + 1);
    clock.advance(11 * 60_000);
    expect(bits()).toBe(calm);
  });
});

describe('the limits', () => {
  it('hold for each address and for all together, and give way with time', () => {
    const clock = createFakeClock();
    const limits = createPortalLimits(clock);
    for (let at = 0; at < 12; at += 1) limits.take('report', '10.0.0.1');
    expect(() => limits.take('report', '10.0.0.1')).toThrow(expect.objectContaining({ kind: 'tooMany' }));
    limits.take('report', '10.0.0.2');
    clock.advance(30 * 60_000);
    limits.take('report', '10.0.0.1');
    expect(() => {
      for (let at = 0; at < 5000; at += 1) limits.take('report', `10.1.${at >> 8}.${at & 255}`);
    }).toThrow(expect.objectContaining({ code: 'portal.tooMany', retryAfterMs: expect.any(Number) }));
  });

  it('shut the notices to nobody because others ask for them', () => {
    const limits = createPortalLimits(createFakeClock());
    for (let at = 0; at < 9000; at += 1) limits.take('notices', `10.1.${at >> 8}.${at & 255}`);
    for (let at = 0; at < 300; at += 1) limits.take('notices', '10.0.0.1');
    expect(() => limits.take('notices', '10.0.0.1')).toThrow(expect.objectContaining({ kind: 'tooMany' }));
  });

  it('count a network of IPv6 as one address, and are not forgotten for the many', () => {
    const limits = createPortalLimits(createFakeClock());
    const every = (count: number) => {
      for (let at = 0; at < count; at += 1) limits.take('miss', `2001:db8:1:2::${at.toString(16)}`);
    };
    expect(() => every(9)).toThrow(expect.objectContaining({ code: 'portal.tooMany' }));
    limits.take('miss', '2001:db8:1:3::1');
    // More networks than are kept: what all may together is still known.
    let taken = 0;
    expect(() => {
      for (; taken < 30_000; taken += 1) limits.take('miss', `2001:db8:${taken.toString(16)}:9::1`);
    }).toThrow(expect.objectContaining({ code: 'portal.tooMany' }));
    expect(taken).toBe(2000 - 9);
    for (let at = 0; at < 25_000; at += 1) {
      expect(() => limits.take('miss', `2001:db9:${at.toString(16)}:9::1`)).toThrow();
    }
  });
});
