import { type ClockReport, createCameraClock } from './camera-clock.ts';

/**
 * Wall-clock of fragments from the moments at which they arrive. Media time runs evenly but from an unknown origin and
 * on the camera's oscillator; arrival is on our clock but late by a changing delay. What arrives can only be late, so
 * the earliest arrivals of the last seconds tell where media time lies; towards that the offset is moved slowly.
 *
 * A camera that reports when it took its pictures (RTCP) tells more: the delay before the picture leaves it is known
 * then. It is believed as long as it agrees with arrival.
 */
export interface Timeline {
  /**
   * `mediaMs`: when the fragment begins. `durationMs`: its length; it cannot arrive before its end was taken.
   * `arrivalMs`: the server's calendar. `monotonicMs`: the same moment on a clock that never steps.
   */
  place(fragment: {
    readonly mediaMs: number;
    readonly durationMs: number;
    readonly arrivalMs: number;
    readonly monotonicMs: number;
  }): Placed;
  /** The camera says that what it took at `ntpMs`, on its own clock, has `mediaMs`. */
  report(report: ClockReport): void;
  /** Media time jumped, and what was reported before does not hold for what comes. */
  forgetReports(): void;
  /** The camera's clock minus ours in ms; `null` where it does not tell. */
  readonly clockOffsetMs: number | null;
}

export interface Placed {
  /** ms since 1970; never falls, unless `stepped`. */
  readonly wallClockMs: number;
  /** The server's calendar was set: times before and after do not belong together. */
  readonly stepped: boolean;
}

/** Parts per million by which wall-clock may run faster or slower than media time. */
const SLEW_PPM = 500;
/** How far back arrivals are looked at. A stalled network must recover within it. */
const WINDOW_MS = 5000;
/** Arriving earlier than possible by this much: the origin was guessed too late (a burst on dialling). */
const EARLY_MS = 250;
/** All arrivals of the window later than this: media time was interrupted or jumped. */
const LATE_MS = 1000;
/** The calendar against the monotonic clock between two fragments. */
const STEP_MS = 500;
/** Longest way of a picture from the lens to us that a report is believed for. */
const MOST_DELAY_MS = 5000;

export function createTimeline(): Timeline {
  /** Wall-clock of media time zero. */
  let offset: number | undefined;
  let lastWall = Number.NEGATIVE_INFINITY;
  let lastMedia = 0;
  let calendar = 0;
  let windowFrom = 0;
  /** The measured offsets of the window that no later one is below: the first is the least. */
  let earliest: { at: number; offset: number }[] = [];
  const camera = createCameraClock();

  function anchor(measured: number, monotonicMs: number): void {
    offset = believed(measured);
    windowFrom = monotonicMs;
    earliest = [{ at: monotonicMs, offset: measured }];
  }

  /** What the camera reports, where it can be true: nothing arrives before it was taken, or very long after. */
  function believed(least: number): number {
    const reported = camera.wallClockOfZero();
    return reported !== null && reported <= least + EARLY_MS && reported >= least - MOST_DELAY_MS ? reported : least;
  }

  return {
    place({ mediaMs, durationMs, arrivalMs, monotonicMs }) {
      const measured = arrivalMs - (mediaMs + durationMs);
      const stepped = offset !== undefined && Math.abs(arrivalMs - monotonicMs - calendar) > STEP_MS;
      if (stepped) {
        lastWall = Number.NEGATIVE_INFINITY;
        camera.stepped(arrivalMs - monotonicMs - calendar);
      }
      calendar = arrivalMs - monotonicMs;

      if (offset === undefined || stepped || measured < offset - EARLY_MS) {
        anchor(measured, monotonicMs);
      } else {
        while (earliest.length > 0 && (earliest.at(-1)?.offset ?? 0) >= measured) earliest.pop();
        earliest.push({ at: monotonicMs, offset: measured });
        while ((earliest[0]?.at ?? monotonicMs) < monotonicMs - WINDOW_MS) earliest.shift();
        const least = earliest[0]?.offset ?? measured;
        const target = believed(least);
        if (target - offset > LATE_MS && monotonicMs - windowFrom >= WINDOW_MS) {
          anchor(least, monotonicMs);
        } else {
          const most = (Math.max(0, mediaMs - lastMedia) * SLEW_PPM) / 1e6;
          offset += Math.min(most, Math.max(-most, target - offset));
        }
      }
      lastMedia = mediaMs;
      lastWall = Math.max(lastWall, mediaMs + (offset ?? measured));
      return { wallClockMs: Math.round(lastWall), stepped };
    },
    report: camera.report,
    forgetReports: camera.forget,
    get clockOffsetMs() {
      return camera.offsetMs();
    },
  };
}
