/**
 * Time as a parameter: what waits or stamps takes a `Clock`, so that a test can run days in a moment.
 * `now` may step (NTP); `monotonic` never does and has no relation to the calendar.
 */
export interface Clock {
  /** ms since 1970-01-01 UTC. */
  now(): number;
  /** ms since an arbitrary moment; never falls. */
  monotonic(): number;
  /** Calls `run` once after `delayMs`; the returned function takes it back. Timers never keep the program alive. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls `run` every `periodMs` until taken back. */
  every(periodMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Resolves after `delayMs`, or at once when `signal` is or becomes aborted; never rejects. */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** What `work` comes to, or `late` when it takes longer than `mostMs`: it goes on then, and nobody hears of it. */
export async function within<T>(clock: Clock, mostMs: number, work: Promise<T>, late: T): Promise<T> {
  let cancel = (): void => {};
  const timer = new Promise<T>((done) => {
    cancel = clock.after(mostMs, () => done(late));
  });
  try {
    return await Promise.race([work, timer]);
  } finally {
    cancel();
  }
}
