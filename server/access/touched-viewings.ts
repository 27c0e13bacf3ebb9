import type { Clock } from '#base/clock';
import type { Actor } from './actor.ts';
import type { EndViewing, Viewings } from './viewings.ts';

/**
 * Viewings of those who ask again and again instead of staying connected (LL-HLS, snapshots, recordings): one lasts
 * from the first request to the last, and is over when none came for a while.
 */
export interface TouchedViewings {
  /** `recorded`: what was handed out is no live picture but was taken then. */
  touch(actor: Actor, cameraId: string, role: 'main' | 'sub', via: string, recorded?: RecordedTime): void;
  close(): void;
}

/** ms since 1970, on the clock of the recording. */
export interface RecordedTime {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Touched {
  readonly end: EndViewing;
  readonly beginMs: number;
  lastMs: number;
  /** What was looked at, oldest first, none touching another. */
  recorded: readonly RecordedTime[];
}

/** Longer than a player waits between two requests, also when its network stalls. */
const QUIET_MS = 20_000;
const LOOK_EVERY_MS = 5000;
/**
 * A viewing of recordings is ended and begun anew after this time, so that what was looked at is soon in the audit: a
 * program that is killed can say from its heartbeat until when, but not what.
 */
const LONGEST_RECORDED_MS = 300_000;
/** Looked at with less than this between them counts as one range. */
const JOIN_MS = 10_000;
/** Beyond it the two nearest ranges are joined: an entry stays readable, and says too much rather than too little. */
const MOST_RANGES = 50;

export function createTouchedViewings(viewings: Viewings, clock: Clock): TouchedViewings {
  const open = new Map<string, Touched>();

  const stopLooking = clock.every(LOOK_EVERY_MS, () => {
    const now = clock.now();
    for (const [key, viewing] of open) {
      const quiet = now - viewing.lastMs >= QUIET_MS;
      const due = viewing.recorded.length > 0 && now - viewing.beginMs >= LONGEST_RECORDED_MS;
      if (!quiet && !due) continue;
      open.delete(key);
      endOf(viewing);
    }
  });

  return {
    touch(actor, cameraId, role, via, recorded) {
      const key = JSON.stringify([identityOf(actor), cameraId, role, via]);
      const now = clock.now();
      let viewing = open.get(key);
      if (viewing === undefined) {
        viewing = { end: viewings.begin(actor, cameraId, role, via), beginMs: now, lastMs: now, recorded: [] };
        open.set(key, viewing);
      }
      viewing.lastMs = now;
      if (recorded !== undefined) viewing.recorded = withRange(viewing.recorded, recorded);
    },
    close() {
      stopLooking();
      for (const viewing of open.values()) endOf(viewing);
      open.clear();
    },
  };
}

function endOf({ end, lastMs, recorded }: Touched): void {
  end(lastMs, recorded.length === 0 ? undefined : { recorded });
}

/** Pure; exported for its test. */
export function withRange(ranges: readonly RecordedTime[], added: RecordedTime): readonly RecordedTime[] {
  const joined: RecordedTime[] = [];
  for (const range of [...ranges, added].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last === undefined || range.fromMs > last.toMs + JOIN_MS) joined.push(range);
    else joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, range.toMs) };
  }
  if (joined.length <= MOST_RANGES) return joined;
  const gapAfter = (at: number): number => (joined[at + 1]?.fromMs ?? Infinity) - (joined[at]?.toMs ?? 0);
  const nearest = joined.reduce((best, _, at) => (gapAfter(at) < gapAfter(best) ? at : best), 0);
  return joined.flatMap((range, at) => {
    if (at === nearest) return [{ fromMs: range.fromMs, toMs: joined[at + 1]?.toMs ?? range.toMs }];
    return at === nearest + 1 ? [] : [range];
  });
}

/** Two browsers of one person are two viewers; so are two places that use the same token or link. */
function identityOf(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case 'person':
      return [actor.kind, actor.sessionId, actor.address];
    case 'token':
      return [actor.kind, actor.tokenId, actor.address];
    case 'media':
      return [actor.kind, actor.link, actor.address];
    case 'system':
      return [actor.kind];
  }
}
