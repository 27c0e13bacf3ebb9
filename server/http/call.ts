import { z } from 'zod';
import { Fault } from '#base/errors';
import type { Actor } from '../access/actor.ts';

/** What most routes need of a call. */

export const idSchema = z.object({ id: z.string().min(1).max(64) });

/** The actor of a route that is not public: the door has let nobody else through. */
export function actorOf(call: { readonly actor: Actor | null }): Actor {
  if (call.actor === null) throw new Fault('unauthenticated', 'access.signIn', 'sign in first');
  return call.actor;
}

export function forbidden(): Fault {
  return new Fault('forbidden', 'access.forbidden', 'you may not do this');
}
