/**
 * Decode times from showing times (RTP tells only these). A decoder that holds back `reorder` pictures shows one for
 * each that it is given from then on, so the picture that is decoded now takes the time of the one that is shown then:
 * the least of the last `reorder + 1` showing times. Without reordering both are the same.
 */
export interface DecodeTimes {
  /** Ticks; never falls and never stands. `interval`: ticks from picture to picture, for what came before the first. */
  next(showing: number, reorder: number, interval: number): number;
  /** What follows does not continue what was: decode times begin again directly before the next showing time. */
  restart(): void;
}

/** The largest decoded picture buffer (H.264 §A.3.1, H.265 §A.4.2). */
export const MOST_REORDER = 16;

export function createDecodeTimes(): DecodeTimes {
  /** Showing times that are not used up, in rising order. */
  const waiting = new Float64Array(MOST_REORDER + 1);
  let count = 0;
  let depth = -1;
  let last = -1;

  function insert(showing: number): void {
    let at = count;
    for (; at > 0 && (waiting[at - 1] ?? 0) > showing; at -= 1) waiting[at] = waiting[at - 1] ?? 0;
    waiting[at] = showing;
    count += 1;
  }

  return {
    next(showing, reorder, interval) {
      if (reorder === 0) {
        depth = 0;
        last = Math.max(showing, last + 1);
        return last;
      }
      if (depth !== reorder) {
        depth = reorder;
        count = 0;
        for (let k = Math.min(reorder, MOST_REORDER); k > 0; k -= 1) insert(showing - k * interval);
      }
      insert(showing);
      last = Math.max(waiting[0] ?? showing, last + 1);
      waiting.copyWithin(0, 1, count);
      count -= 1;
      return last;
    },
    restart() {
      depth = -1;
    },
  };
}
