import type { Clock } from '#base/clock';
import type { StreamWay } from '#contracts/camera';

/** Streams that only FFmpeg reads, remembered so that each dial need not find it out anew. */
export interface WayMemory {
  /** `undefined` where our own client is to try. */
  recall(name: string): StreamWay | undefined;
  remember(name: string, way: StreamWay): void;
}

/** Cameras get other settings and other firmware: after so long our own client tries again. */
const KEEP_MS = 3_600_000;
const MOST = 20_000;

export function createWayMemory(clock: Pick<Clock, 'monotonic'>): WayMemory {
  const known = new Map<string, { readonly way: StreamWay; readonly untilMs: number }>();
  return {
    recall(name) {
      const found = known.get(name);
      if (found === undefined || found.untilMs > clock.monotonic()) return found?.way;
      known.delete(name);
      return undefined;
    },
    remember(name, way) {
      known.delete(name);
      known.set(name, { way, untilMs: clock.monotonic() + KEEP_MS });
      for (const oldest of known.keys()) {
        if (known.size <= MOST) break;
        known.delete(oldest);
      }
    },
  };
}
