import { describe, expect, it } from 'vitest';
import type { RuleTrialHit } from '#contracts/rules';
import { newRule } from '../rule-form.ts';
import { changesOf, compareHits } from './compare-runs.ts';
import { isSpan, spanOf } from './trial-range.ts';

const at = (...parts: [number, number, number, number, number?]): number => new Date(...parts).getTime();

describe('the time that a trial looks at', () => {
  it('is the last hour, yesterday, or the newest night that has begun', () => {
    const noon = at(2026, 10, 25, 12);
    expect(spanOf('hour', noon)).toEqual({ fromMs: noon - 3_600_000, toMs: noon });
    expect(spanOf('yesterday', noon)).toEqual({ fromMs: at(2026, 10, 24, 0), toMs: at(2026, 10, 25, 0) });
    expect(spanOf('night', noon)).toEqual({ fromMs: at(2026, 10, 24, 22), toMs: at(2026, 10, 25, 6) });
    expect(spanOf('night', at(2026, 10, 25, 3))).toEqual({ fromMs: at(2026, 10, 24, 22), toMs: at(2026, 10, 25, 3) });
    expect(spanOf('night', at(2026, 10, 25, 23))).toEqual({ fromMs: at(2026, 10, 25, 22), toMs: at(2026, 10, 25, 23) });
    expect(isSpan({ fromMs: 5, toMs: 5 })).toBe(false);
    expect(isSpan({ fromMs: 0, toMs: 86_400_001 })).toBe(false);
  });
});

describe('two trials', () => {
  const hit = (timeMs: number, label = 'person'): RuleTrialHit => ({ timeMs, label, score: 0.5 });

  it('say what came and what went, each moment once', () => {
    const before = [hit(0), hit(10_000), hit(60_000)];
    const { added, gone } = compareHits(before, [hit(1000), hit(1500), hit(62_000), hit(10_000, 'car')]);
    expect(added).toEqual([hit(1500), hit(10_000, 'car')]);
    expect(gone).toEqual([hit(10_000)]);
  });

  it('say what was changed between them', () => {
    const form = newRule('presence', 'a', 'Kho');
    expect(changesOf(form, { ...form, name: 'Kho 2', leastScore: 55 })).toEqual({
      numbers: [{ field: 'leastScore', before: '40', now: '55' }],
      other: false,
    });
    expect(changesOf(form, { ...form, labels: ['person'] })).toEqual({ numbers: [], other: true });
  });
});
