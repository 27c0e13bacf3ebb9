import { describe, expect, it } from 'vitest';
import { createTimeline } from './timeline.ts';

const START = Date.UTC(2026, 0, 5, 8);
const PART = 200;

interface Arrival {
  /** ms after the start of the test at which the picture was taken. */
  readonly takenMs: number;
  /** Decode time, ms. */
  readonly mediaMs: number;
  readonly delayMs: number;
  /** What the calendar is off by. */
  readonly calendarMs?: number;
}

function place(arrivals: readonly Arrival[]) {
  const timeline = createTimeline();
  return arrivals.map(({ takenMs, mediaMs, delayMs, calendarMs = 0 }) => {
    const monotonicMs = takenMs + PART + delayMs;
    const placed = timeline.place({
      mediaMs,
      durationMs: PART,
      monotonicMs,
      arrivalMs: START + monotonicMs + calendarMs,
    });
    return { ...placed, errorMs: placed.wallClockMs - (START + takenMs) };
  });
}

/** Even media time; `delay` in ms for the fragment at each index. */
function even(count: number, delay: (index: number) => number, driftPpm = 0): Arrival[] {
  return Array.from({ length: count }, (_, i) => ({
    takenMs: i * PART * (1 + driftPpm / 1e6),
    mediaMs: i * PART,
    delayMs: delay(i),
  }));
}

/** Repeats itself in each run, unlike Math.random. */
const jitter = (i: number): number => ((i * 7919) % 97) / 97;

const falls = (walls: readonly { wallClockMs: number }[]): number =>
  walls.filter((wall, i) => wall.wallClockMs < (walls[i - 1]?.wallClockMs ?? 0)).length;

/** Largest difference between steps of wall-clock and of media time, in ppm; rounding to ms is allowed for. */
function worstPpm(arrivals: readonly Arrival[], walls: readonly { wallClockMs: number }[], from: number): number {
  let worst = 0;
  for (let i = from + 50; i < walls.length; i += 1) {
    const media = (arrivals[i]?.mediaMs ?? 0) - (arrivals[i - 50]?.mediaMs ?? 0);
    const wall = (walls[i]?.wallClockMs ?? 0) - (walls[i - 50]?.wallClockMs ?? 0);
    worst = Math.max(worst, ((Math.abs(wall - media) - 1) / media) * 1e6);
  }
  return worst;
}

describe('an even stream', () => {
  it('lies where the delay is least, whatever the others are', () => {
    const walls = place(even(500, (i) => 20 + 150 * jitter(i)));
    expect(walls.at(-1)?.errorMs).toBeGreaterThanOrEqual(15);
    expect(walls.at(-1)?.errorMs).toBeLessThanOrEqual(170);
    expect(falls(walls)).toBe(0);
  });

  it.each([200, -200, 450, -450])('follows an oscillator that is off by %i ppm', (ppm) => {
    const arrivals = even(20_000, (i) => 10 + 30 * jitter(i), ppm);
    const walls = place(arrivals);
    expect(Math.abs(walls.at(-1)?.errorMs ?? 0)).toBeLessThan(60);
    expect(falls(walls)).toBe(0);
    expect(worstPpm(arrivals, walls, 0)).toBeLessThanOrEqual(500);
  });

  it('never runs more than 500 ppm fast or slow when the delay changes for good', () => {
    const arrivals = even(5000, (i) => (i < 1000 ? 20 : 400));
    const walls = place(arrivals);
    expect(worstPpm(arrivals, walls, 0)).toBeLessThanOrEqual(500);
    expect(falls(walls)).toBe(0);
  });

  it('does not believe a stall of three seconds that is caught up', () => {
    const stalled = even(300, (i) => (i >= 100 && i < 115 ? (115 - i) * PART : 20));
    expect(Math.max(...place(stalled).map((wall) => wall.errorMs))).toBeLessThanOrEqual(25);
  });
});

describe('breaks', () => {
  it('corrects a burst on dialling within itself', () => {
    // Ten fragments taken before the dial arrive at once, the newest last.
    const burst = even(100, (i) => (i < 10 ? (9 - i) * PART + i : 10));
    const walls = place(burst);
    expect(Math.abs(walls[12]?.errorMs ?? 1e9)).toBeLessThanOrEqual(260);
    expect(falls(walls)).toBe(0);
  });

  it('anchors again after a gap in media time that arrival does not show', () => {
    const jumped = even(200, () => 20).map((a, i) => (i < 100 ? a : { ...a, mediaMs: a.mediaMs + 3_600_000 }));
    expect(Math.abs(place(jumped)[101]?.errorMs ?? 1e9)).toBeLessThanOrEqual(20);
  });

  const paused = (ms: number): Arrival[] =>
    even(300, () => 20).map((a, i) => (i < 100 ? a : { ...a, takenMs: a.takenMs + ms }));

  it('anchors again at once when nothing came for longer than the window', () => {
    const walls = place(paused(10_000));
    expect(Math.abs(walls[100]?.errorMs ?? 1e9)).toBeLessThanOrEqual(20);
    expect(falls(walls)).toBe(0);
  });

  it('anchors again after five seconds when media time stood still for a shorter while', () => {
    const walls = place(paused(3000));
    expect(walls[101]?.errorMs).toBeLessThan(-2900);
    expect(Math.abs(walls[130]?.errorMs ?? 1e9)).toBeLessThanOrEqual(20);
    expect(falls(walls)).toBe(0);
  });

  it.each([3_600_000, -3_600_000, 800, -800])('says so when the calendar is set by %i ms, and follows', (by) => {
    const set = even(100, () => 20).map((a, i) => ({ ...a, calendarMs: i < 50 ? 0 : by }));
    const walls = place(set);
    expect(walls.map((wall, i) => (wall.stepped ? i : -1)).filter((i) => i >= 0)).toEqual([50]);
    expect(walls[60]?.errorMs).toBe(by + 20);
  });

  it('keeps its place for a clock that stands', () => {
    const frozen = even(100, () => 20).map((a) => ({ ...a, mediaMs: 0 }));
    const walls = place(frozen);
    expect(falls(walls)).toBe(0);
    expect(walls.at(-1)?.errorMs).toBeGreaterThan(-12_000);
  });
});

describe('a camera that reports when it took its pictures', () => {
  const HOUR = 3_600_000;

  /** Pictures that arrive 160 ms after they were taken, and a report every five seconds. */
  function reported(
    count: number,
    reportAt: (takenMs: number) => { ntpMs: number; delayMs: number } | null,
    drift = 0,
  ) {
    const timeline = createTimeline();
    const walls = even(count, () => 160, drift).map(({ takenMs, mediaMs, delayMs }, i) => {
      const report = i % 25 === 0 ? reportAt(takenMs) : null;
      const monotonicMs = takenMs + PART + delayMs;
      if (report !== null) {
        timeline.report({ mediaMs, ntpMs: report.ntpMs, arrivalMs: START + takenMs + report.delayMs });
      }
      const { wallClockMs } = timeline.place({
        mediaMs,
        durationMs: PART,
        monotonicMs,
        arrivalMs: START + monotonicMs,
      });
      return { wallClockMs, errorMs: wallClockMs - (START + takenMs) };
    });
    return { timeline, walls };
  }

  it('is believed from its first report on, by its clock as far as that is off', () => {
    const { timeline, walls } = reported(500, (takenMs) => ({ ntpMs: START + takenMs + HOUR, delayMs: 2 }));
    expect(walls.every(({ errorMs }) => Math.abs(errorMs) <= 3)).toBe(true);
    expect(timeline.clockOffsetMs).toBe(HOUR - 2);
  });

  it('is believed slowly where pictures came before its first report', () => {
    const { walls } = reported(5000, (takenMs) =>
      takenMs < 10_000 ? null : { ntpMs: START + takenMs, delayMs: 1 + 20 * jitter(takenMs / PART) },
    );
    expect(walls[10]?.errorMs).toBe(160);
    expect(Math.abs(walls.at(-1)?.errorMs ?? 1e9)).toBeLessThanOrEqual(5);
    expect(falls(walls)).toBe(0);
    expect(
      worstPpm(
        even(5000, () => 160),
        walls,
        0,
      ),
    ).toBeLessThanOrEqual(500);
  });

  it('may set its clock: pictures stay where they are', () => {
    const { timeline, walls } = reported(1000, (takenMs) => ({
      ntpMs: START + takenMs + (takenMs < 100_000 ? 0 : -7 * HOUR),
      delayMs: 2,
    }));
    expect(walls.every(({ errorMs }) => Math.abs(errorMs) <= 5)).toBe(true);
    expect(timeline.clockOffsetMs).toBe(-7 * HOUR - 2);
  });

  it('is not believed where its reports cannot be true', () => {
    const timeline = createTimeline();
    timeline.report({ mediaMs: 60_000, ntpMs: START, arrivalMs: START });
    const placed = timeline.place({ mediaMs: 0, durationMs: PART, monotonicMs: PART, arrivalMs: START + PART });
    expect(placed.wallClockMs).toBe(START);
  });

  it('tells no offset where its clock holds no calendar', () => {
    const timeline = createTimeline();
    timeline.report({ mediaMs: 0, ntpMs: Date.UTC(1900, 0, 1), arrivalMs: START });
    expect(timeline.clockOffsetMs).toBeNull();
  });
});
