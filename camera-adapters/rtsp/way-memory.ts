import type { Clock } from '#base/clock';
import type { StreamWay } from '#contracts/camera';

/** Streams that only FFmpeg reads, remembered so that each dial need not find it out anew. */
export interface WayMemory {
  /** `undefined` where our own client is to try. */
  recall(name: string): StreamWay | undefined;
  remember(name: string, way: StreamWay): void;
  /** Our own client has failed on this stream, for which `way` is FFmpeg's reason. */
  failed(name: string, way: StreamWay): void;
  /** It has read the stream for long: how it failed before does not count any more. */
  settled(name: string): void;
  /** FFmpeg's turn, after our client has failed several times in a row; once for each time from then on. */
  takeTurn(name: string): StreamWay | undefined;
}

/** Cameras get other settings and other firmware: after so long our own client tries again. */
const KEEP_MS = 3_600_000;
/** Failures in a row before FFmpeg has its turn. */
const MOST_FAILURES = 3;
const MOST = 20_000;

export function createWayMemory(clock: Pick<Clock, 'monotonic'>): WayMemory {
  const known = new Map<string, { readonly way: StreamWay; readonly untilMs: number }>();
  const failures = new Map<string, { readonly way: StreamWay; readonly count: number }>();
  return {
    recall(name) {
      const found = known.get(name);
      if (found === undefined || found.untilMs > clock.monotonic()) return found?.way;
      known.delete(name);
      return undefined;
    },
    remember(name, way) {
      keep(known, name, { way, untilMs: clock.monotonic() + KEEP_MS });
    },
    failed(name, way) {
      keep(failures, name, { way, count: (failures.get(name)?.count ?? 0) + 1 });
    },
    settled(name) {
      failures.delete(name);
    },
    takeTurn(name) {
      const found = failures.get(name);
      if (found === undefined || found.count < MOST_FAILURES) return undefined;
      // Where that helps no more, our client is next again; where it does, one failure is enough when its hour is over.
      keep(failures, name, { way: found.way, count: MOST_FAILURES - 1 });
      return found.way;
    },
  };
}

/** Puts it behind all others, and lets go of the oldest. */
function keep<Value>(map: Map<string, Value>, name: string, value: Value): void {
  map.delete(name);
  map.set(name, value);
  for (const oldest of map.keys()) {
    if (map.size <= MOST) break;
    map.delete(oldest);
  }
}
