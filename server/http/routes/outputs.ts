import { z } from 'zod';
import { outputInputSchema, pushSubscriptionSchema, pushUnsubscribeSchema } from '#contracts/outputs';
import type { Access } from '../../access/access.ts';
import type { PersonActor } from '../../access/actor.ts';
import type { Outputs } from '../../outputs/outputs.ts';
import type { Push } from '../../outputs/push/push.ts';
import { actorOf, forbidden } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface OutputDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly outputs: Outputs;
  readonly push: Push;
}

const manage = { kind: 'system', permission: 'system.manage' } as const;
const idSchema = z.object({ output: z.string().min(1).max(64) });
const failureSchema = idSchema.extend({ failure: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

/** Where events and alerts go outside, for administrators; and the devices that people want to be told on. */
export function outputRoutes({ access, outputs, push }: OutputDeps): readonly Route[] {
  const person = (call: Parameters<typeof actorOf>[0]): PersonActor => {
    const actor = actorOf(call);
    if (actor.kind !== 'person') throw forbidden();
    return actor;
  };
  return [
    defineRoute({
      name: 'GET /api/outputs',
      access: manage,
      handle: async () => ({ outputs: await outputs.list(), push: await push.state() }),
    }),
    defineRoute({
      name: 'POST /api/outputs',
      access: manage,
      body: outputInputSchema,
      async handle(call) {
        const made = await outputs.create(call.body);
        const detail = outline(call.body, made.id);
        await access.audit.append({ actor: actorOf(call), action: 'output.created', detail });
        return made;
      },
    }),
    defineRoute({
      name: 'PUT /api/outputs/:output',
      access: manage,
      params: idSchema,
      body: outputInputSchema,
      async handle(call) {
        const saved = await outputs.update(call.params.output, call.body);
        const detail = outline(call.body, saved.id);
        await access.audit.append({ actor: actorOf(call), action: 'output.changed', detail });
        return saved;
      },
    }),
    defineRoute({
      name: 'DELETE /api/outputs/:output',
      access: manage,
      params: idSchema,
      async handle(call) {
        const { output: id } = call.params;
        const { name } = await outputs.remove(id);
        await access.audit.append({ actor: actorOf(call), action: 'output.removed', detail: { id, name } });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/outputs/:output/test',
      access: manage,
      params: idSchema,
      async handle(call) {
        const { output: id } = call.params;
        const told = await outputs.test(id);
        await access.audit.append({ actor: actorOf(call), action: 'output.tested', detail: { id, ok: told.ok } });
        return told;
      },
    }),
    defineRoute({
      name: 'GET /api/outputs/:output/failures',
      access: manage,
      params: idSchema,
      handle: (call) => outputs.failures(call.params.output),
    }),
    defineRoute({
      name: 'POST /api/outputs/:output/failures/:failure/retry',
      access: manage,
      params: failureSchema,
      async handle(call) {
        const { output: id, failure } = call.params;
        await outputs.retry(id, failure);
        await access.audit.append({ actor: actorOf(call), action: 'output.retried', detail: { id, failure } });
        return undefined;
      },
    }),

    defineRoute({
      name: 'GET /api/push/key',
      access: { kind: 'session' },
      handle: async () => ({ publicKey: push.publicKey() }),
    }),
    defineRoute({
      name: 'POST /api/push/subscriptions',
      access: { kind: 'session' },
      body: pushSubscriptionSchema,
      async handle(call) {
        await push.subscribe(person(call).userId, call.body);
        return undefined;
      },
    }),
    defineRoute({
      name: 'DELETE /api/push/subscriptions',
      access: { kind: 'session' },
      body: pushUnsubscribeSchema,
      async handle(call) {
        await push.unsubscribe(person(call).userId, call.body.endpoint);
        return undefined;
      },
    }),
  ];
}

/** For the audit: where to, and which secrets were given; never what they are. */
function outline({ name, kind, enabled, settings, secrets }: z.output<typeof outputInputSchema>, id: string) {
  const given = Object.entries(secrets).flatMap(([secret, value]) => (value === undefined ? [] : [secret]));
  const to =
    kind === 'webhook' ? new URL(settings.url).origin : kind === 'mail' ? settings.to.join(', ') : settings.host;
  return { id, name, kind, enabled, to, secretsGiven: given };
}
