import { describe, expect, it } from 'vitest';
import { sectorRuleSchema } from '#contracts/sector-events';
import type { Figure } from '#contracts/sectors';
import { fakeIndicator } from '../../../tests/fakes/sector-parts.ts';
import { CALM, type RuleState } from './rule-store.ts';
import { bandOf, measureOf, periodsBefore, stepOf, type ThresholdRule } from './threshold.ts';

const ZONE = 'Asia/Ho_Chi_Minh';
const DAY = 86_400_000;
function rule(more: object = {}): ThresholdRule {
  const read = sectorRuleSchema.parse({
    ...{ id: 'r', name: { vi: 'R', en: 'R' }, kind: 'threshold', indicator: 'thu_tuc.xu_ly', side: 'above', warn: 100 },
    ...{ critical: 500, clearBy: 10, ...more },
  });
  if (read.kind !== 'threshold') throw new Error('a threshold was asked for');
  return read;
}

describe('a band', () => {
  it('is left only when the value is back past the threshold by as much as the rule wants', () => {
    const run = (one: ThresholdRule, values: readonly number[]): string => {
      let state: RuleState = CALM;
      return values
        .map((value) => {
          state = stepOf(one, state, value, 0);
          return state.band[0];
        })
        .join('');
    };
    expect(run(rule(), [99, 100, 95, 91, 90, 95, 100, 501, 495, 490, 89])).toBe('nwwwnnwccwn');
    expect(
      run(rule({ side: 'below', warn: 95, critical: 90, clearBy: 0.5 }), [95, 94.9, 95.4, 95.5, 89, 90.4, 96]),
    ).toBe('nwwnccn');
    expect(run(rule({ side: 'both', warn: 50, critical: null }), [-49, -50, 45, 40, 51])).toBe('nwwnw');
    expect(run(rule({ warn: 1, critical: 10, clearBy: 0 }), [0, 1, 0])).toBe('nwn');
    expect(run(rule({ warn: 90, critical: 100, strict: true }), [90, 91, 85, 80, 100, 101])).toBe('nwwnwc');
  });

  it('counts once it has held, and is kept for as long as it must be gone', () => {
    const one = rule({ forMinutes: 10, keepForMinutes: 5 });
    const minute = (at: number): number => at * 60_000;
    let state = stepOf(one, CALM, 120, minute(0));
    expect(state).toEqual({ band: 'normal', pending: 'warn', pendingMs: 0 });
    state = stepOf(one, state, 600, minute(9));
    expect(state).toEqual({ band: 'normal', pending: 'critical', pendingMs: 0 });
    expect(stepOf(one, state, 50, minute(9))).toEqual(CALM);
    state = stepOf(one, state, 600, minute(10));
    expect(state.band).toBe('critical');
    state = stepOf(one, state, 20, minute(20));
    expect([state.band, state.pending]).toEqual(['critical', 'normal']);
    expect(stepOf(one, state, 600, minute(22)).pending).toBeNull();
    expect(stepOf(one, state, 20, minute(25))).toEqual(CALM);
  });
});

describe('what a figure is held against', () => {
  const period = { startMs: Date.parse('2026-11-26T00:00:00+07:00'), endMs: Date.parse('2026-11-27T00:00:00+07:00') };
  const figure = (value: number, more: Partial<Figure> = {}): Figure => ({
    ...{ indicator: 'thu_tuc.xu_ly', areaCode: 'p', period, value, numerator: null, denominator: null, state: 'fresh' },
    ...{ staleAtMs: null, phenomenonMs: 0, receivedMs: 0, status: 'final', unconfirmed: false, before: null },
    ...{ reporting: { delivered: 1, obliged: 1 }, target: null, band: null, synthetic: false, ...more },
  });
  const daily = fakeIndicator('thu_tuc.xu_ly');
  const measure = (basis: string, value: number, before: readonly [daysAgo: number, value: number][], more = {}) =>
    measureOf(rule({ basis }), figure(value, more), {
      ...{ indicator: daily, zone: ZONE },
      before: new Map(before.map(([days, one]) => [period.startMs - days * DAY, one])),
    });
  const weeks = (...values: number[]): [number, number][] => values.map((value, at) => [(at + 1) * 7, value]);

  it('is its target, the same weekdays, the year before, the median or what is usual', () => {
    expect(measure('value', 120, [])).toBe(120);
    expect(measure('plan', 40, [], { target: 52 })).toBe(-12);
    expect(measure('target', 40, [])).toBeNull();
    expect(measure('weekday', 150, [...weeks(100, 100, 110, 90), [1, 900]])).toBeCloseTo(50);
    expect(measure('weekday', 150, weeks(100))).toBeNull();
    expect(measure('year', 65, [[365, 100]])).toBeCloseTo(-35);
    expect(measure('year', 65, [])).toBeNull();
    expect(
      measure(
        'median',
        30,
        Array.from({ length: 28 }, (_, at) => [at + 1, at % 2 === 0 ? 10 : 12]),
      ),
    ).toBeCloseTo(30 / 11);
    expect(measure('sigma', 130, weeks(100, 110, 90, 100, 110, 90))).toBeCloseTo(30 / Math.sqrt(400 / 6), 1);
    const starts = (basis: string, every: 'day' | 'hour') =>
      periodsBefore(rule({ basis }), fakeIndicator('thu_tuc.xu_ly', { cadence: { every } }), period, ZONE).map(
        ({ startMs }) => (period.startMs - startMs) / DAY,
      );
    expect(starts('weekday', 'day')).toEqual([7, 14, 21, 28]);
    // Of what is hourly the same hour of each day, not the last day and a bit.
    expect(starts('median', 'hour')).toEqual(Array.from({ length: 28 }, (_, at) => at + 1));
    expect(starts('value', 'hour')).toEqual([]);
  });

  it('is nothing of a ratio of too few', () => {
    const ratio = fakeIndicator('thu_tuc.xu_ly', {
      kind: 'ratio',
      formula: { numerator: [{ indicator: 'thu_tuc.aa' }], denominator: [{ indicator: 'thu_tuc.bb' }] },
      minVolume: 20,
    });
    const of = (denominator: number) =>
      measureOf(rule(), figure(50, { denominator }), { indicator: ratio, before: new Map(), zone: ZONE });
    expect([of(19), of(20)]).toEqual([null, 50]);
  });

  it('is in a band by itself for figures of the past', () => {
    expect([bandOf(rule(), 'normal', 99), bandOf(rule(), 'normal', 100), bandOf(rule(), 'normal', 500)]).toEqual([
      ...['normal', 'warn', 'critical'],
    ]);
  });
});
