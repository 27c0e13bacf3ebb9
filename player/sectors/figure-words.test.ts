import { describe, expect, it } from 'vitest';
import { changeText, isStale, numberText, scoreText, trendOf } from './figure-words.ts';

const was = (value: number) => ({ period: { startMs: 0, endMs: 1 }, value });
const percent = { better: 'up', unit: { vi: '%', en: '%' } } as const;
const files = { better: 'down', unit: { vi: 'hồ sơ', en: 'files' } } as const;

describe('figures in words', () => {
  it('writes numbers as the language does', () => {
    expect(numberText(1234.5, 1, 'vi-VN')).toBe('1.234,5');
    expect(numberText(1234.5, 1, 'en-GB')).toBe('1,234.5');
    expect(numberText(95, 1, 'vi-VN')).toBe('95,0');
  });

  it('compares shares in points and amounts in percent', () => {
    expect(trendOf({ value: 96, before: was(94.5) }, percent)).toEqual({
      direction: 'up',
      good: true,
      change: 1.5,
      inPoints: true,
    });
    expect(trendOf({ value: 150, before: was(100) }, files)).toMatchObject({
      good: false,
      change: 50,
      inPoints: false,
    });
  });

  it('says nothing of a change that cannot be computed or seen', () => {
    expect(trendOf({ value: 5, before: null }, files)).toBeNull();
    expect(trendOf({ value: null, before: was(3) }, files)).toBeNull();
    expect(trendOf({ value: 5, before: was(0) }, files)).toMatchObject({ direction: 'up', change: null });
    expect(trendOf({ value: 94.51, before: was(94.5) }, percent)).toMatchObject({ direction: 'flat', good: null });
  });

  it('signs a change with a sign as wide as the other', () => {
    expect(changeText(3.25, 'vi-VN')).toBe('+3,3');
    expect(changeText(-0.4, 'vi-VN')).toBe('−0,4');
    expect(changeText(1250, 'vi-VN')).toBe('+1.250');
  });

  it('never rounds a score up to all of it', () => {
    expect(scoreText({ a: 9997, b: 10_000 }, 'vi-VN')).toBe('99,9');
    expect(scoreText({ a: 96, b: 100 }, 'vi-VN')).toBe('96');
    expect(scoreText({ a: 5, b: 5 }, 'vi-VN')).toBe('100');
    expect(scoreText({ a: 0, b: 0 }, 'vi-VN')).toBeNull();
  });

  it('turns stale by the clock alone', () => {
    expect(isStale({ state: 'fresh', staleAtMs: 1000 }, 999)).toBe(false);
    expect(isStale({ state: 'fresh', staleAtMs: 1000 }, 1000)).toBe(true);
    expect(isStale({ state: 'fresh', staleAtMs: null }, 1e12)).toBe(false);
    expect(isStale({ state: 'missing', staleAtMs: null }, 1e12)).toBe(false);
  });
});
