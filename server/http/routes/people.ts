import { auditQuerySchema, tokenInputSchema, userInputSchema } from '#contracts/http';
import type { Access } from '../../access/access.ts';
import { actorOf, idSchema } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

/** People, tokens of machines, and the record of what they did. */
export function peopleRoutes(access: Access): readonly Route[] {
  const manage = { kind: 'system', permission: 'user.manage' } as const;
  const tokens = { kind: 'system', permission: 'token.manage' } as const;
  const audit = { kind: 'system', permission: 'audit.read' } as const;
  return [
    defineRoute({ name: 'GET /api/users', access: manage, handle: () => access.users.list() }),
    defineRoute({
      name: 'POST /api/users',
      access: manage,
      body: userInputSchema,
      handle: (call) => access.users.create(actorOf(call), call.body),
    }),
    defineRoute({
      name: 'PUT /api/users/:id',
      access: manage,
      params: idSchema,
      body: userInputSchema,
      handle: (call) => access.users.update(actorOf(call), call.params.id, call.body),
    }),
    defineRoute({
      name: 'DELETE /api/users/:id',
      access: manage,
      params: idSchema,
      async handle(call) {
        await access.users.remove(actorOf(call), call.params.id);
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/users/:id/end-sessions',
      access: manage,
      params: idSchema,
      async handle(call) {
        await access.sessions.endAll(actorOf(call), call.params.id);
        return undefined;
      },
    }),
    defineRoute({
      name: 'DELETE /api/users/:id/totp',
      access: manage,
      params: idSchema,
      async handle(call) {
        await access.users.resetTotp(actorOf(call), call.params.id);
        return undefined;
      },
    }),

    defineRoute({ name: 'GET /api/tokens', access: tokens, handle: () => access.tokens.list() }),
    defineRoute({
      name: 'POST /api/tokens',
      access: tokens,
      body: tokenInputSchema,
      handle: (call) => access.tokens.create(actorOf(call), call.body),
    }),
    defineRoute({
      name: 'POST /api/tokens/:id/rotate',
      access: tokens,
      params: idSchema,
      handle: (call) => access.tokens.rotate(actorOf(call), call.params.id),
    }),
    defineRoute({
      name: 'DELETE /api/tokens/:id',
      access: tokens,
      params: idSchema,
      async handle(call) {
        await access.tokens.remove(actorOf(call), call.params.id);
        return undefined;
      },
    }),

    defineRoute({
      name: 'GET /api/audit',
      access: audit,
      query: auditQuerySchema,
      handle: (call) => access.audit.query(call.query),
    }),
    defineRoute({ name: 'GET /api/audit/verify', access: audit, handle: () => access.audit.verify() }),
  ];
}
