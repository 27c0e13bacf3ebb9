import { z } from 'zod';
import { Fault } from '#base/errors';
import {
  changePasswordSchema,
  preferencesSchema,
  type SessionView,
  setupSchema,
  signInSchema,
  totpConfirmSchema,
} from '#contracts/http';
import type { Access, SignedIn } from '../../access/access.ts';
import type { Actor, PersonActor } from '../../access/actor.ts';
import { endedCookie, sessionCookie } from '../authenticate.ts';
import { type Call, defineRoute, type Route } from '../route.ts';

export interface SessionDeps {
  readonly access: Access;
  readonly program: () => { demo: boolean; version: string };
  readonly isSecure: (call: Pick<Call<unknown, unknown, unknown>, 'request'>) => boolean;
}

/** The way in, the way out, and what people do with their own account. */
export function sessionRoutes({ access, program, isSecure }: SessionDeps): readonly Route[] {
  const view = (actor: Actor | null): Promise<SessionView> => access.sessionView(actor, program());

  function begin(call: Call<unknown, unknown, unknown>, signedIn: SignedIn): Promise<SessionView> {
    call.response.append('set-cookie', sessionCookie(signedIn.cookie, signedIn.expiresMs, isSecure(call)));
    return view(signedIn.actor);
  }

  return [
    defineRoute({ name: 'GET /api/session', access: { kind: 'public' }, handle: (call) => view(call.actor) }),
    defineRoute({
      name: 'POST /api/session',
      access: { kind: 'public' },
      body: signInSchema,
      handle: async (call) => begin(call, await access.signIn(call.body, call.client)),
    }),
    defineRoute({
      name: 'POST /api/setup',
      access: { kind: 'public' },
      body: setupSchema,
      handle: async (call) => begin(call, await access.setup(call.body, call.client)),
    }),
    defineRoute({
      name: 'DELETE /api/session',
      access: { kind: 'session' },
      async handle(call) {
        await access.signOut(person(call.actor));
        call.response.append('set-cookie', endedCookie(isSecure(call)));
        return undefined;
      },
    }),
    defineRoute({
      name: 'PUT /api/session/password',
      access: { kind: 'session' },
      body: changePasswordSchema,
      async handle(call) {
        const actor = person(call.actor);
        await access.changePassword(actor, call.body);
        return view(await access.revalidate(actor));
      },
    }),
    defineRoute({
      name: 'PUT /api/session/preferences',
      access: { kind: 'session' },
      body: preferencesSchema,
      async handle(call) {
        const actor = person(call.actor);
        await access.setPreferences(actor, call.body);
        return view(actor);
      },
    }),
    defineRoute({
      name: 'POST /api/session/totp',
      access: { kind: 'session' },
      handle: (call) => access.beginTotp(person(call.actor)),
    }),
    defineRoute({
      name: 'PUT /api/session/totp',
      access: { kind: 'session' },
      body: totpConfirmSchema,
      handle: (call) => access.confirmTotp(person(call.actor), call.body.code),
    }),
    defineRoute({
      name: 'DELETE /api/session/totp',
      access: { kind: 'session' },
      body: z.object({ password: z.string().max(256) }),
      async handle(call) {
        await access.disableTotp(person(call.actor), call.body.password);
        return undefined;
      },
    }),
  ];
}

function person(actor: Actor | null): PersonActor {
  if (actor?.kind !== 'person') throw new Fault('unauthenticated', 'access.signIn', 'sign in first');
  return actor;
}
