/**
 * The 32-bit RTP times of a track as media time, in ticks, that goes on for ever: through wraps, standing and jumping
 * clocks. Media time that a player sees should not jump because a camera's clock did, so a jump is bridged by what the
 * moments of arrival say: the pictures are decodable all the same, and a new generation would cost every reader a new
 * decoder, HLS a discontinuity and the recorder a file.
 */
export interface MediaTime {
  /** Media time of what has just arrived whole; less than the one before for a picture that is shown earlier. */
  place(rtpTime: number, arrivalMs: number): number;
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
/** Within it, equal times are parts of one moment: slices of a picture that the camera sends as if they were pictures. */
const SAME_MS = 8;

/** `origin`: media time of the first. */
export function createMediaTime(clockRate: number, origin: number): MediaTime {
  const ticksPerMs = clockRate / 1000;
  let begun = false;
  /** What arrived with the newest time, and where that lies. */
  let newestRtp = 0;
  let newest = origin;
  let newestArrivalMs = 0;
  let last = origin;
  let stands = false;
  let jumps = 0;

  function moveTo(media: number, rtpTime: number, arrivalMs: number): number {
    newest = media;
    newestRtp = rtpTime;
    newestArrivalMs = arrivalMs;
    last = media;
    return media;
  }

  return {
    place(rtpTime, arrivalMs) {
      if (!begun) {
        begun = true;
        return moveTo(origin, rtpTime, arrivalMs);
      }
      // The difference of two 32-bit numbers that are less than half of their range apart.
      const step = (rtpTime - newestRtp) | 0;
      const sinceNewest = (arrivalMs - newestArrivalMs) * ticksPerMs;
      if (step > 0) {
        stands = false;
        if (step <= sinceNewest + JUMP_MS * ticksPerMs) return moveTo(newest + step, rtpTime, arrivalMs);
        jumps += 1;
        return moveTo(newest + Math.max(1, Math.round(sinceNewest)), rtpTime, arrivalMs);
      }
      if (step < 0 && step >= -REORDER_MS * ticksPerMs) return newest + step;
      if (sinceNewest >= SAME_MS * ticksPerMs) {
        if (!stands) jumps += 1;
        stands = true;
        return moveTo(Math.max(last + 1, newest + Math.round(sinceNewest)), rtpTime, arrivalMs);
      }
      if (step < -REORDER_MS * ticksPerMs) jumps += 1;
      newestRtp = rtpTime;
      last += 1;
      return last;
    },
    at: (rtpTime) => (begun ? newest + ((rtpTime - newestRtp) | 0) : null),
    atArrival: (monotonicMs) => (begun ? newest + Math.round((monotonicMs - newestArrivalMs) * ticksPerMs) : null),
    get jumps() {
      return jumps;
    },
  };
}
