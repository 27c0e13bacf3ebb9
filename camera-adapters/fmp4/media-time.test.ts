import { describe, expect, it } from 'vitest';
import { createMediaTime } from './media-time.ts';

const RATE = 90_000;
const MS = RATE / 1000;

/** Where pictures lie that arrive each `everyMs`, in ms, with RTP times in ms. */
function placed(times: readonly number[], everyMs = 40, reorder = 0) {
  const time = createMediaTime(RATE, 0);
  const at = times.map((ms, i) => Math.round(time.place((ms * MS) >>> 0, i * everyMs, reorder) / MS));
  return { at, jumps: time.jumps };
}

const even = (count: number, everyMs: number): number[] => Array.from({ length: count }, (_, i) => i * everyMs);

describe('times that several pictures share', () => {
  it.each([
    ['pairs', 2, 40],
    ['fields of interlaced pictures', 2, 20],
    ['a clock of tenths', 5, 20],
  ])('%s go as fast as the clock', (_, share, everyMs) => {
    const times = even(500, everyMs).map((_ms, i) => Math.floor(i / share) * share * everyMs);
    expect(placed(times, everyMs)).toEqual({ at: even(500, everyMs), jumps: 0 });
  });

  it('do not add up where the network holds some of them back', () => {
    const time = createMediaTime(RATE, 0);
    const at = even(100, 40).map((ms, i) => {
      const late = i % 20 === 1 ? 70 : i % 20 === 2 ? 31 : 0;
      return time.place(Math.floor(i / 2) * 80 * MS, ms + late) / MS;
    });
    expect(at[98]).toBeCloseTo(49 * 80, 0);
    expect(at.every((ms, i) => i === 0 || ms > (at[i - 1] ?? 0))).toBe(true);
    expect(time.jumps).toBe(0);
  });

  it('are a clock that stands when there are many, and may go on from there', () => {
    const times = [...even(25, 0), ...even(25, 40).map((ms) => ms + 40)];
    expect(placed(times)).toEqual({ at: even(50, 40), jumps: 2 });
  });
});

describe('a time that stands', () => {
  it('is spread evenly over pictures that arrive at once, because they waited for us', () => {
    const time = createMediaTime(RATE, 0);
    const at = even(500, 40).map((ms) => time.place(7, Math.ceil(ms / 400) * 400) / MS);
    const steps = at.map((ms, i) => ms - (at[i - 1] ?? 0)).slice(200);
    expect(Math.min(...steps)).toBeGreaterThan(30);
    expect(Math.max(...steps)).toBeLessThan(50);
    expect((at[499] ?? 0) - (at[200] ?? 0)).toBeCloseTo(299 * 40, -2);
  });

  it('goes on at once where the camera has paused', () => {
    const time = createMediaTime(RATE, 0);
    const arrivals = even(200, 40).map((ms, i) => ms + (i < 100 ? 0 : 5000));
    const at = arrivals.map((ms) => time.place(7, ms) / MS);
    expect(at[99]).toBeCloseTo(arrivals[99] ?? 0, 0);
    expect(at[100]).toBeCloseTo(arrivals[100] ?? 0, 0);
    expect(Math.abs((at[199] ?? 0) - (arrivals[199] ?? 0))).toBeLessThan(200);
  });
});

describe('times that go back', () => {
  it.each([0, 2])('are a clock that was set back, where %i pictures may be shown earlier', (reorder) => {
    const times = even(60, 40).map((ms, i) => ms + 10_000 - (i < 30 ? 0 : 600));
    expect(placed(times, 40, reorder)).toEqual({ at: even(60, 40), jumps: 1 });
  });

  it('are pictures that are shown earlier, told or not', () => {
    const shown = [0, 160, 80, 40, 120, 320, 240, 200, 280];
    for (const reorder of [0, 2]) expect(placed(shown, 40, reorder)).toEqual({ at: shown, jumps: 0 });
  });

  it('are so as well in an order that only the parameter sets explain', () => {
    const shown = [0, 120, 160, 40, 80, 280];
    expect(placed(shown, 40, 2)).toEqual({ at: shown, jumps: 0 });
  });
});
