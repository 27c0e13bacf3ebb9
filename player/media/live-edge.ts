/**
 * Keeps a player as close to the newest picture as its line allows. A fragment must be there when the playhead comes to
 * its begin: how late the latest of the last seconds came, and a little more, is how far behind the playhead belongs.
 * More is delay for nothing, less is a picture that stands. Pure: numbers in, decision out; all in seconds.
 */
export interface LiveEdge {
  /**
   * Call just before a fragment is appended. `now` is on a clock that never falls, `begin` is where the fragment begins
   * and `playhead` where the player is, both on the media time line.
   */
  beforeAppend(now: number, begin: number, playhead: number): EdgeDecision;
  /** The picture stood although there was data ahead of it: the decoder is late, not the line. */
  strained(): void;
  /** Seconds that the latest fragment should find ahead of the playhead. */
  readonly margin: number;
}

export type EdgeDecision =
  | { readonly kind: 'rate'; readonly rate: number }
  /** Jump to this place on the media time line. */
  | { readonly kind: 'seek'; readonly to: number };

/** How long a late fragment is remembered. */
const WINDOW_SECONDS = 10;
const LEAST_MARGIN = 0.03;
const MOST_MARGIN = 0.4;
/** Of what the margin is above the least, each second. */
const MARGIN_KEPT = 0.9;
const JUMP_FROM = 1;
/** A jump makes the decoder begin again at a key frame: one that follows at once would never let it arrive. */
const JUMPS_APART = 3;
/** Behind by more than the first: this rate. Where it is right, and where it is too close, stand last. */
const RATES = [
  [0.3, 1.25],
  [0.1, 1.1],
  [0.015, 1.04],
  [-0.02, 1],
  [Number.NEGATIVE_INFINITY, 0.95],
] as const;

export function createLiveEdge(): LiveEdge {
  /** The latest fragment of each second, as arrival minus begin; its place is the second, modulo the window. */
  const latest: number[] = new Array(WINDOW_SECONDS).fill(Number.NEGATIVE_INFINITY);
  let second = Number.NaN;
  let margin = LEAST_MARGIN;
  let jumpedAt = Number.NEGATIVE_INFINITY;

  function turnTo(now: number): void {
    const reached = Math.floor(now);
    const passed = Number.isNaN(second) ? WINDOW_SECONDS : Math.min(WINDOW_SECONDS, reached - second);
    for (let step = 0; step < passed; step += 1) {
      latest[(reached - step) % WINDOW_SECONDS] = Number.NEGATIVE_INFINITY;
      margin = LEAST_MARGIN + (margin - LEAST_MARGIN) * MARGIN_KEPT;
    }
    second = reached;
  }

  return {
    beforeAppend(now, begin, playhead) {
      turnTo(now);
      const place = second % WINDOW_SECONDS;
      latest[place] = Math.max(latest[place] ?? now - begin, now - begin);
      const right = now - Math.max(...latest) - margin;
      const behind = right - playhead;
      if (behind > JUMP_FROM && now - jumpedAt > JUMPS_APART) {
        jumpedAt = now;
        return { kind: 'seek', to: right };
      }
      return { kind: 'rate', rate: RATES.find(([from]) => behind > from)?.[1] ?? 1 };
    },
    strained() {
      margin = Math.min(MOST_MARGIN, margin * 1.5 + 0.01);
    },
    get margin() {
      return margin;
    },
  };
}
