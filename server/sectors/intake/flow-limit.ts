import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';

/**
 * How much comes at a time: deliveries of each feed, and bytes of all of them together. What is too much is refused at
 * once, with the time after which it may come again; what was let in is never dropped.
 */
export interface FlowLimit {
  /** Throws `Fault` `tooMany`. Call what is returned when the delivery is done. */
  enter(feedId: string, bytes: number): Inside;
  /** A heart-beat; true when it may be written down. */
  beat(feedId: string): boolean;
}

export interface Inside {
  (): void;
  /** It has grown to so much: not every sender says beforehand how much it is, and packed it is said to be less. */
  holds(bytes: number): void;
}

export interface FlowLimits {
  /** Deliveries of a feed that may come at once, and a minute. */
  readonly burst: number;
  readonly perMinute: number;
  /** Deliveries of a feed that are worked on. */
  readonly atOnce: number;
  readonly mostBytes: number;
}
export const FLOW_LIMITS: FlowLimits = { burst: 60, perMinute: 120, atOnce: 4, mostBytes: 128_000_000 };
const BEAT_MS = 10_000;

export function createFlowLimit(clock: Pick<Clock, 'monotonic'>, limits: FlowLimits = FLOW_LIMITS): FlowLimit {
  const buckets = new Map<string, { left: number; atMs: number; working: number }>();
  const beats = new Map<string, number>();
  let bytesInside = 0;

  return {
    enter(feedId, bytes) {
      const nowMs = clock.monotonic();
      const bucket = buckets.get(feedId) ?? { left: limits.burst, atMs: nowMs, working: 0 };
      buckets.set(feedId, bucket);
      bucket.left = Math.min(limits.burst, bucket.left + ((nowMs - bucket.atMs) * limits.perMinute) / 60_000);
      bucket.atMs = nowMs;
      if (bucket.left < 1) {
        const retryAfterMs = Math.ceil(((1 - bucket.left) * 60_000) / limits.perMinute);
        throw new Fault('tooMany', 'feed.tooFast', 'this feed delivers too often', { retryAfterMs });
      }
      if (bucket.working >= limits.atOnce || (bytesInside > 0 && bytesInside + bytes > limits.mostBytes)) {
        const retryAfterMs = 1000;
        throw new Fault('tooMany', 'feed.busy', 'earlier deliveries are still worked on', { retryAfterMs });
      }
      bucket.left -= 1;
      bucket.working += 1;
      bytesInside += bytes;
      let [done, held] = [false, bytes];
      const leave = (): void => {
        if (done) return;
        done = true;
        bucket.working -= 1;
        bytesInside -= held;
      };
      const holds = (now: number): void => {
        if (done || now <= held) return;
        bytesInside += now - held;
        held = now;
      };
      return Object.assign(leave, { holds });
    },
    beat(feedId) {
      const nowMs = clock.monotonic();
      const lastMs = beats.get(feedId);
      if (lastMs !== undefined && nowMs - lastMs < BEAT_MS) return false;
      beats.set(feedId, nowMs);
      return true;
    },
  };
}
