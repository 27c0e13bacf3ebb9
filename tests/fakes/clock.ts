import { type Clock, systemClock } from '#base/clock';

export interface FakeClock extends Clock {
  /** Moves time on by `ms`, running the timers that fall due in the order of their times, each at its own time. */
  advance(ms: number): void;
  /** Steps the calendar by `ms` (either way) without moving the timers, as NTP does. */
  step(ms: number): void;
  /** How many timers are set; 0 when everything was taken back. */
  pending(): number;
}

interface Timer {
  atMs: number;
  readonly periodMs: number | undefined;
  readonly run: () => void;
}

/** `startMs`: ms since 1970. Nothing moves unless told to. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 5, 8)): FakeClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;
  let calendarMs = startMs;

  function add(delayMs: number, run: () => void, periodMs?: number): () => void {
    const timer: Timer = { atMs: elapsedMs + Math.max(0, delayMs), periodMs, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  }

  /** The earliest timer; of two at the same time the one that was set first. */
  function nextUntil(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.atMs <= endMs && (next === undefined || timer.atMs < next.atMs)) next = timer;
    }
    return next;
  }

  return {
    now: () => calendarMs + elapsedMs,
    monotonic: () => elapsedMs,
    after: (delayMs, run) => add(delayMs, run),
    every: (periodMs, run) => add(periodMs, run, Math.max(1, periodMs)),
    advance(ms) {
      const endMs = elapsedMs + ms;
      for (let timer = nextUntil(endMs); timer !== undefined; timer = nextUntil(endMs)) {
        elapsedMs = timer.atMs;
        timers.delete(timer);
        if (timer.periodMs !== undefined) {
          timer.atMs += timer.periodMs;
          timers.add(timer);
        }
        timer.run();
      }
      elapsedMs = endMs;
    },
    step(ms) {
      calendarMs += ms;
    },
    pending: () => timers.size,
  };
}

/** Real time, `times` as fast: for what takes minutes and waits for a real disk meanwhile. Begins now. */
export function createFastClock(times: number): Clock {
  const [calendarMs, begunMs] = [systemClock.now(), systemClock.monotonic()];
  const elapsedMs = (): number => (systemClock.monotonic() - begunMs) * times;
  return {
    now: () => Math.round(calendarMs + elapsedMs()),
    monotonic: elapsedMs,
    after: (delayMs, run) => systemClock.after(delayMs / times, run),
    every: (periodMs, run) => systemClock.every(Math.max(1, periodMs / times), run),
  };
}
