/**
 * The one clock that all cameras of the page follow: a moment of the recordings, and how fast it runs. Pure but for
 * the two clocks that it is given, so that a test can run it.
 */
export interface PlaybackClock {
  /** ms since 1970 in the recordings. */
  now(): number;
  readonly playing: boolean;
  /** -32…32; never 0. */
  readonly rate: number;
  /** As players need it: 0 while it stands. */
  speed(): number;
  play(): void;
  pause(): void;
  setRate(rate: number): void;
  seek(ms: number): void;
  /** Stands still while cameras load after a seek, so that all begin together; at most until `HOLD_MS` after it. */
  hold(waiting: boolean): void;
  /** Told of everything but time passing. */
  onChanged(listener: () => void): () => void;
}

export const RATES = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;
const HOLD_MS = 1500;
/** What is younger than this is not on the disk yet. */
export const LIVE_EDGE_MS = 4000;

export function createPlaybackClock(options: {
  atMs: number;
  /** Never falls. */
  monotonic: () => number;
  serverNow: () => number;
}): PlaybackClock {
  const { monotonic, serverNow } = options;
  const listeners = new Set<() => void>();
  let base = { ms: options.atMs, at: monotonic() };
  let playing = false;
  let rate = 1;
  let held = false;
  let soughtAt = Number.NEGATIVE_INFINITY;

  const latest = (): number => serverNow() - LIVE_EDGE_MS;
  const clamp = (ms: number): number => Math.max(0, Math.min(ms, latest()));
  const runs = (): boolean => playing && !held;

  function now(): number {
    if (!runs()) return base.ms;
    const ms = base.ms + (monotonic() - base.at) * rate;
    return clamp(ms);
  }
  /** From here on by what has changed. */
  function rebase(ms = now()): void {
    base = { ms: clamp(ms), at: monotonic() };
  }
  function tell(): void {
    for (const listener of listeners) listener();
  }

  return {
    now,
    get playing() {
      return playing;
    },
    get rate() {
      return rate;
    },
    speed() {
      if (!runs()) return 0;
      // At the edge there is no more than comes in.
      return rate > 1 && now() >= latest() ? 1 : rate;
    },
    play() {
      rebase();
      playing = true;
      tell();
    },
    pause() {
      rebase();
      playing = false;
      tell();
    },
    setRate(next) {
      rebase();
      rate = next;
      tell();
    },
    seek(ms) {
      rebase(ms);
      soughtAt = monotonic();
      tell();
    },
    hold(waiting) {
      const next = waiting && monotonic() - soughtAt < HOLD_MS;
      if (next === held) return;
      rebase();
      held = next;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
