/**
 * How a player gets from the key frame that came first to the newest picture. The group of pictures so far, up to some
 * seconds of it, is played several times as fast as it was taken: all of it has to be decoded either way, and a picture
 * that is two seconds old, and says so, is better than none. Where that leads nowhere the playhead is put near the end.
 * Pure: numbers in, decision out.
 */
export interface CatchUp {
  /** `behind`: seconds of the playhead, which is at `position`, from the end of what has come. Not after `near` or `jump`. */
  look(behind: number, position: number, nowMs: number): 'faster' | 'near' | 'jump';
}

export const CATCH_UP_RATE = 8;
/** Seconds. The next fragment is up to its own length away. */
export const NEAR = 0.2;
/** ms that it may take beyond what it should, and without any movement: a decoder that is slow, a gap, a refused start. */
const GRACE_MS = 2000;
const STUCK_MS = 1500;

export function createCatchUp(): CatchUp {
  let untilMs: number | null = null;
  let last = 0;
  let movedMs = 0;
  return {
    look(behind, position, nowMs) {
      if (behind <= NEAR) return 'near';
      if (untilMs === null || position !== last) {
        untilMs ??= nowMs + GRACE_MS + (behind * 1000) / CATCH_UP_RATE;
        last = position;
        movedMs = nowMs;
      }
      return nowMs > untilMs || nowMs - movedMs > STUCK_MS ? 'jump' : 'faster';
    },
  };
}
