import type { Clock } from '#base/clock';
import type { Actor } from './actor.ts';
import type { Viewings } from './viewings.ts';

/**
 * Viewings of those who ask again and again instead of staying connected (LL-HLS, snapshots): one lasts from the first
 * request to the last, and is over when none came for a while.
 */
export interface TouchedViewings {
  touch(actor: Actor, cameraId: string, role: 'main' | 'sub', via: string): void;
  close(): void;
}

interface Touched {
  readonly end: (endMs: number) => void;
  lastMs: number;
}

/** Longer than a player waits between two requests, also when its network stalls. */
const QUIET_MS = 20_000;
const LOOK_EVERY_MS = 5000;

export function createTouchedViewings(viewings: Viewings, clock: Clock): TouchedViewings {
  const open = new Map<string, Touched>();

  const stopLooking = clock.every(LOOK_EVERY_MS, () => {
    const now = clock.now();
    for (const [key, viewing] of open) {
      if (now - viewing.lastMs < QUIET_MS) continue;
      open.delete(key);
      viewing.end(viewing.lastMs);
    }
  });

  return {
    touch(actor, cameraId, role, via) {
      const key = JSON.stringify([identityOf(actor), cameraId, role, via]);
      const known = open.get(key);
      if (known === undefined) {
        open.set(key, { end: viewings.begin(actor, cameraId, role, via), lastMs: clock.now() });
      } else {
        known.lastMs = clock.now();
      }
    },
    close() {
      stopLooking();
      for (const viewing of open.values()) viewing.end(viewing.lastMs);
      open.clear();
    },
  };
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
