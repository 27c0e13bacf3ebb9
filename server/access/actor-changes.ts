import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { ActorChange } from './actor.ts';

/** Tells those who hold connections open that the rights of somebody changed. */
export interface ActorChanges {
  tell(change: ActorChange): void;
  listen(listener: (change: ActorChange) => void): () => void;
}

export function createActorChanges(log: Logger): ActorChanges {
  const listeners = new Set<(change: ActorChange) => void>();
  return {
    tell(change) {
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (error) {
          log.error({ reason: messageOf(error) }, 'a listener to changed rights failed');
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
