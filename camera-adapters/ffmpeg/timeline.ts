/**
 * Wall-clock of fragments from the moments at which they arrive. Media time runs evenly but from an unknown origin and
 * on the camera's oscillator; arrival is on our clock but late by a changing delay. What arrives can only be late, so
 * the earliest arrivals of the last seconds tell where media time lies; towards that the offset is moved slowly.
 */
export interface Timeline {
  /**
   * `mediaMs`: decode time of the fragment. `durationMs`: its length; it cannot arrive before its end was taken.
   * `arrivalMs`: the server's calendar. `monotonicMs`: the same moment on a clock that never steps.
   */
  place(fragment: {
    readonly mediaMs: number;
    readonly durationMs: number;
    readonly arrivalMs: number;
    readonly monotonicMs: number;
  }): Placed;
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

export function createTimeline(): Timeline {
  /** Wall-clock of media time zero. */
  let offset: number | undefined;
  let lastWall = Number.NEGATIVE_INFINITY;
  let lastMedia = 0;
  let calendar = 0;
  let windowFrom = 0;
  /** The measured offsets of the window that no later one is below: the first is the least. */
  let earliest: { at: number; offset: number }[] = [];

  function anchor(measured: number, monotonicMs: number): void {
    offset = measured;
    windowFrom = monotonicMs;
    earliest = [{ at: monotonicMs, offset: measured }];
  }

  return {
    place({ mediaMs, durationMs, arrivalMs, monotonicMs }) {
      const measured = arrivalMs - (mediaMs + durationMs);
      const stepped = offset !== undefined && Math.abs(arrivalMs - monotonicMs - calendar) > STEP_MS;
      calendar = arrivalMs - monotonicMs;
      if (stepped) lastWall = Number.NEGATIVE_INFINITY;

      if (offset === undefined || stepped || measured < offset - EARLY_MS) {
        anchor(measured, monotonicMs);
      } else {
        while (earliest.length > 0 && (earliest.at(-1)?.offset ?? 0) >= measured) earliest.pop();
        earliest.push({ at: monotonicMs, offset: measured });
        while ((earliest[0]?.at ?? monotonicMs) < monotonicMs - WINDOW_MS) earliest.shift();
        const least = earliest[0]?.offset ?? measured;
        if (least - offset > LATE_MS && monotonicMs - windowFrom >= WINDOW_MS) {
          anchor(least, monotonicMs);
        } else {
          const most = (Math.max(0, mediaMs - lastMedia) * SLEW_PPM) / 1e6;
          offset += Math.min(most, Math.max(-most, least - offset));
        }
      }
      lastMedia = mediaMs;
      lastWall = Math.max(lastWall, mediaMs + (offset ?? measured));
      return { wallClockMs: Math.round(lastWall), stepped };
    },
  };
}
