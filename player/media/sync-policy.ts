/**
 * Keeps one player at the clock that all follow: what is a little off runs a little faster or slower, what is far off
 * jumps. Pure.
 */
export interface SyncFacts {
  /** What is shown minus what should be, ms on the recording's clock. */
  readonly errorMs: number;
  /** 0 while the clock stands. */
  readonly rate: number;
  /** ms since the last jump: a decoder needs a moment to show where it jumped to. */
  readonly sinceJumpMs: number;
}

export type SyncDecision =
  | { readonly kind: 'seek' }
  /** Play at this rate; 0: stand. */
  | { readonly kind: 'rate'; readonly rate: number };

/** Half a picture: nobody sees it. */
const CLOSE_MS = 20;
const FAR_MS = 250;
const JUMP_TAKES_MS = 400;
/** Share of the rate that may be added or taken; more can be heard and seen. */
const MOST_CORRECTION = 0.12;

export function steer({ errorMs, rate, sinceJumpMs }: SyncFacts): SyncDecision {
  const off = Math.abs(errorMs);
  if (rate === 0) return off > CLOSE_MS / 2 ? { kind: 'seek' } : { kind: 'rate', rate: 0 };
  // At 16 times a picture's turn passes in 3 ms: what is far is far on the watch of who looks.
  const scale = Math.max(1, rate);
  if (off > FAR_MS * scale && sinceJumpMs > JUMP_TAKES_MS) return { kind: 'seek' };
  if (off <= CLOSE_MS * scale) return { kind: 'rate', rate };
  const correction = Math.max(-MOST_CORRECTION, Math.min(MOST_CORRECTION, -errorMs / scale / 500));
  return { kind: 'rate', rate: clampRate(rate * (1 + correction)) };
}

/** Chromium refuses rates outside of 1/16 and 16. */
function clampRate(rate: number): number {
  return Math.min(16, Math.max(0.0625, Math.round(rate * 1000) / 1000));
}

/** Is this rate played by the decoder, or shown by steps from key frame to key frame? */
export function isStepped(rate: number): boolean {
  return rate < 0 || rate > 16;
}
