import { describe, expect, it } from 'vitest';
import {
  around,
  DAY_MS,
  follow,
  LEAST_SPAN_MS,
  MOST_SPAN_MS,
  mostlyPast,
  pan,
  queryRange,
  spanOf,
  ticksOf,
  toMs,
  toX,
  zoom,
} from './time-view.ts';

const T0 = Date.UTC(2026, 10, 25);
const hour = { fromMs: T0, toMs: T0 + 3_600_000 };

describe('a view of time', () => {
  it('turns moments into pixels and back', () => {
    expect(toX(hour, T0 + 900_000, 1000)).toBe(250);
    expect(toMs(hour, 250, 1000)).toBe(T0 + 900_000);
    expect(toMs(hour, 0, 0)).toBe(T0);
  });

  it('zooms about the cursor, from ten seconds to thirty days', () => {
    const about = T0 + 900_000;
    const near = zoom(hour, 0.5, about);
    expect(spanOf(near)).toBe(1_800_000);
    expect(toX(near, about, 1000)).toBeCloseTo(toX(hour, about, 1000), 6);
    let view = hour;
    for (let turn = 0; turn < 100; turn += 1) view = zoom(view, 0.8, about);
    expect(spanOf(view)).toBe(LEAST_SPAN_MS);
    for (let turn = 0; turn < 200; turn += 1) view = zoom(view, 1.25, about);
    expect(spanOf(view)).toBe(MOST_SPAN_MS);
    expect(toX(view, about, 1000)).toBeCloseTo(250, 3);
    expect(spanOf(around(T0, 1))).toBe(LEAST_SPAN_MS);
  });

  it('follows what plays, page by page, in both directions', () => {
    expect(follow(hour, T0 + 1000)).toBe(hour);
    const next = follow(hour, T0 + 3_550_000);
    expect([toX(next, T0 + 3_550_000, 1000), spanOf(next)]).toEqual([100, spanOf(hour)]);
    expect(toX(follow(hour, T0 - 1), T0 - 1, 1000)).toBe(900);
  });

  it('shows little of the future', () => {
    expect(mostlyPast(hour, T0 + 1_800_000).toMs).toBe(T0 + 1_980_000);
    expect(mostlyPast(hour, T0 + DAY_MS)).toBe(hour);
  });

  it('asks the server by steps, so that a small move asks for nothing new', () => {
    const now = T0 + 10 * DAY_MS;
    const asked = queryRange(hour, now);
    expect(asked.fromMs).toBeLessThanOrEqual(hour.fromMs);
    expect(asked.toMs).toBeGreaterThanOrEqual(hour.toMs);
    const moves = Array.from({ length: 20 }, (_, at) => JSON.stringify(queryRange(pan(hour, at * 60_000), now)));
    expect(new Set(moves).size).toBeLessThanOrEqual(2);
    // A view wholly in the future begins in the present all the same: the server refuses anything else.
    expect(queryRange(pan(hour, 20 * DAY_MS), now).fromMs).toBeLessThan(now);
    // The longest view stays within what a timeline answers.
    expect(spanOf(queryRange(around(T0, MOST_SPAN_MS), now))).toBeLessThan(400 * DAY_MS);
  });

  it('has ticks at round moments of the clock on the wall, few enough to read', () => {
    for (const span of [10_000, 60_000, 3_600_000, 6 * 3_600_000, DAY_MS, 7 * DAY_MS, 30 * DAY_MS]) {
      const { ticks, stepMs } = ticksOf(around(T0, span), 1000, 7 * 3_600_000);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(13);
      for (const { ms, isDay } of ticks) {
        expect((ms + 7 * 3_600_000) % stepMs).toBe(0);
        expect(isDay).toBe((ms + 7 * 3_600_000) % DAY_MS === 0);
      }
    }
  });
});
