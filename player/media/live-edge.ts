/**
 * Keeps a player as close to the newest picture as its line allows. What counts is how much is left just before the
 * next fragment arrives: the floor. A high floor is delay for nothing; a floor of nothing is a picture that stands.
 * Pure: numbers in, decision out.
 */
export interface LiveEdge {
  /** Call just before a fragment is appended, with the seconds that are buffered ahead of the playhead. */
  beforeAppend(aheadSeconds: number): EdgeDecision;
  /** The picture stood for lack of data. */
  stalled(): void;
  readonly targetSeconds: number;
}

export type EdgeDecision =
  | { readonly kind: 'rate'; readonly rate: number }
  /** Jump: leave this much ahead. */
  | { readonly kind: 'seek'; readonly leaveSeconds: number };

const LEAST_TARGET = 0.04;
const MOST_TARGET = 0.8;
/** Seconds beyond the target that are gone through a little faster, from the first on until the second. */
const BEGIN_CLOSING = 0.06;
const END_CLOSING = 0.015;
/** A stall doubles the margin; ten calm seconds take a tenth of it back. */
const CALM_FRAGMENTS = 50;

export function createLiveEdge(): LiveEdge {
  let target = LEAST_TARGET;
  let calm = 0;
  let closing = false;
  return {
    beforeAppend(ahead) {
      calm += 1;
      if (calm >= CALM_FRAGMENTS) {
        calm = 0;
        target = Math.max(LEAST_TARGET, target * 0.9);
      }
      const excess = ahead - target;
      if (excess > 1) return { kind: 'seek', leaveSeconds: target };
      if (excess > 0.3) return { kind: 'rate', rate: 1.25 };
      closing = excess > (closing ? END_CLOSING : BEGIN_CLOSING);
      return { kind: 'rate', rate: closing ? 1.08 : 1 };
    },
    stalled() {
      calm = 0;
      target = Math.min(MOST_TARGET, target * 2);
    },
    get targetSeconds() {
      return target;
    },
  };
}
