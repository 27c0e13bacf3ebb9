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
const MOST_REORDER = 16;

export function createDecodeTimes(): DecodeTimes {
  /** Showing times that are not used up, in rising order. */
  const waiting = new Float64Array(MOST_REORDER + 2);
  let count = 0;
  /** Pictures that are held back; more than the parameter sets say where these say nothing. */
  let depth = 0;
  let last = -1;
  let fresh = true;

  function insert(showing: number): void {
    let at = count;
    for (; at > 0 && (waiting[at - 1] ?? 0) > showing; at -= 1) waiting[at] = waiting[at - 1] ?? 0;
    waiting[at] = showing;
    count += 1;
  }

  function fill(showing: number, interval: number): void {
    fresh = false;
    count = 0;
    for (let k = depth; k > 0; k -= 1) insert(showing - k * interval);
  }

  return {
    next(showing, reorder, interval) {
      if (reorder > depth) {
        depth = Math.min(MOST_REORDER, reorder);
        fresh = true;
      }
      if (fresh) fill(showing, interval);
      else if (showing <= last && depth < MOST_REORDER) {
        // Shown before what was decoded earlier: nobody has said so. From now on one more is held back.
        depth += 1;
        insert(showing);
        last += 1;
        return last;
      }
      if (depth === 0) {
        last = Math.max(showing, last + 1);
        return last;
      }
      insert(showing);
      last = Math.max(waiting[0] ?? showing, last + 1);
      waiting.copyWithin(0, 1, count);
      count -= 1;
      return last;
    },
    restart() {
      fresh = true;
      // One step of a camera's clock should not delay all decode times for as long as it is connected.
      depth = 0;
    },
  };
}
