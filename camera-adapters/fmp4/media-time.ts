/**
 * The 32-bit RTP times of a track as media time, in ticks, that goes on for ever: through wraps, standing and jumping
 * clocks. Media time that a player sees should not jump because a camera's clock did, so a jump is bridged by what the
 * moments of arrival say: the pictures are decodable all the same, and a new generation would cost every reader a new
 * decoder, HLS a discontinuity and the recorder a file.
 */
export interface MediaTime {
  /**
   * Media time of what has just arrived whole; less than the one before for a picture that is shown earlier. `reorder`:
   * how many of those that came before may be shown behind it, as far as that is told.
   */
  place(rtpTime: number, arrivalMs: number, reorder?: number): number;
  /** Of any RTP time near the newest one; `null` before the first. */
  at(rtpTime: number): number | null;
  /** Of what arrives at `monotonicMs`; `null` before the first. */
  atArrival(monotonicMs: number): number | null;
  /** How often the clock has jumped or begun to stand: what was known of it does not hold any more. */
  readonly jumps: number;
}

/** Further ahead than arrival by this much: the camera's clock has jumped. */
const JUMP_MS = 2000;
/** Pictures that are shown before others stand this far back at most. */
const REORDER_MS = 1000;
/** As many pictures as may stand behind one that is decoded later (H.264 §A.3.1, H.265 §A.4.2). */
const MOST_REORDER = 16;
/** Within it, equal times are parts of one moment: slices of a picture that the camera sends as if they were pictures. */
const SAME_MS = 8;
/** Pictures share their time with a few others where a camera stamps coarsely; for longer, its clock stands. */
const STANDS_MS = 500;

/** What arrives at once while the clock stands has waited for no longer than this; else the camera has paused. */
const MOST_WAIT_MS = 1000;
/** Weight of the newest picture in the pace. */
const PACE_WEIGHT = 1 / 64;
/** Pictures of which the least late tells how far behind all are. */
const LOOKED_AT = 32;

/** `origin`: media time of the first. */
export function createMediaTime(clockRate: number, origin: number): MediaTime {
  const ticksPerMs = clockRate / 1000;
  let begun = false;
  /** The newest time, where it lies, and when it first came. */
  let newestRtp = 0;
  let newest = origin;
  let newestArrivalMs = 0;
  /** The furthest that anything was placed, and how far that was before `newest` came. */
  let last = origin;
  let lastBefore = origin;
  let stands = false;
  /** Of the time that stands: how many pictures have it beside the first, and where the last of them arrived. */
  let sharing = 0;
  let arrivedBefore = 0;
  /** Ticks from picture to picture while it stands, and what is added to them because all are behind. */
  let pace = 0;
  let catchUp = 0;
  let leastLate = Number.POSITIVE_INFINITY;
  let jumps = 0;
  /** Where the last ones were placed, for those that are shown before them. */
  const placed = new Float64Array(MOST_REORDER).fill(Number.NEGATIVE_INFINITY);
  let count = 0;

  function keep(media: number): number {
    placed[count % MOST_REORDER] = media;
    count += 1;
    last = Math.max(last, media);
    return media;
  }

  function moveTo(media: number, rtpTime: number, arrivalMs: number): number {
    newest = media;
    newestRtp = rtpTime;
    newestArrivalMs = arrivalMs;
    lastBefore = last;
    stands = false;
    sharing = 0;
    return keep(Math.max(media, begun ? last + 1 : origin));
  }

  function bridge(rtpTime: number, arrivalMs: number): number {
    jumps += 1;
    const arrived = newest + Math.round((arrivalMs - newestArrivalMs) * ticksPerMs);
    return moveTo(Math.max(last + 1, arrived), rtpTime, arrivalMs);
  }

  /**
   * Shown before pictures that came earlier, and not stamped by a clock that was set back: behind all that was there
   * before the newest, or with no more pictures behind it than its parameter sets allow.
   */
  function isShownEarlier(media: number, reorder: number): boolean {
    if (newest - media > REORDER_MS * ticksPerMs) return false;
    return media > lastBefore || placed.reduce((behind, each) => behind + (each > media ? 1 : 0), 0) <= reorder;
  }

  /**
   * Only arrival tells the time of a picture while the clock stands, and pictures that waited somewhere, be it for us,
   * arrive at once: they are spread as they were taken, since what arrives can only be late.
   */
  function paced(arrived: number): number {
    pace += (arrived - arrivedBefore - pace) * PACE_WEIGHT;
    arrivedBefore = arrived;
    const due = last + pace + catchUp;
    const late = arrived - due;
    leastLate = Math.min(leastLate, late);
    if (sharing % LOOKED_AT === 0) {
      catchUp = Math.max(0, leastLate) / LOOKED_AT;
      leastLate = Number.POSITIVE_INFINITY;
    }
    return Math.max(last + 1, Math.round(late < 0 || late > MOST_WAIT_MS * ticksPerMs ? arrived : due));
  }

  return {
    place(rtpTime, arrivalMs, reorder = 0) {
      if (!begun) {
        moveTo(origin, rtpTime, arrivalMs);
        begun = true;
        return origin;
      }
      // The difference of two 32-bit numbers that are less than half of their range apart.
      const step = (rtpTime - newestRtp) | 0;
      const sinceNewest = (arrivalMs - newestArrivalMs) * ticksPerMs;
      if (step > 0) {
        const ahead = step > sinceNewest + JUMP_MS * ticksPerMs;
        // Pictures that share a time are placed by arrival, and the clock goes on from the first of them, unless it stood.
        const behind = last - (newest + step) > STANDS_MS * ticksPerMs;
        return ahead || behind ? bridge(rtpTime, arrivalMs) : moveTo(newest + step, rtpTime, arrivalMs);
      }
      if (step < 0) {
        return isShownEarlier(newest + step, reorder) ? keep(newest + step) : bridge(rtpTime, arrivalMs);
      }
      if (sinceNewest < SAME_MS * ticksPerMs) return keep(last + 1);
      sharing += 1;
      const arrived = newest + Math.round(sinceNewest);
      if (stands) return keep(paced(arrived));
      stands = sinceNewest >= STANDS_MS * ticksPerMs;
      if (stands) {
        jumps += 1;
        pace = sinceNewest / sharing;
        arrivedBefore = arrived;
        catchUp = 0;
        leastLate = Number.POSITIVE_INFINITY;
      }
      return keep(Math.max(last + 1, arrived));
    },
    at: (rtpTime) => (begun ? newest + ((rtpTime - newestRtp) | 0) : null),
    atArrival: (monotonicMs) => (begun ? newest + Math.round((monotonicMs - newestArrivalMs) * ticksPerMs) : null),
    get jumps() {
      return jumps;
    },
  };
}
