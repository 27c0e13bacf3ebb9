import { Readable } from 'node:stream';
import { z } from 'zod';
import { Fault } from '#base/errors';
import { MOST_MODEL_BYTES, modelCardInputSchema, modelNameSchema, modelUploadSchema } from '#contracts/models';
import type { Models } from '../../../analytics/models/models.ts';
import type { Access } from '../../access/access.ts';
import { actorOf } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface ModelDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly models: Models;
}

const nameSchema = z.object({ name: modelNameSchema });

/** What objects are recognised with. A model is a program that the server runs: only its administrators bring one. */
export function modelRoutes({ access, models }: ModelDeps): readonly Route[] {
  const manage = { kind: 'system', permission: 'system.manage' } as const;
  return [
    defineRoute({ name: 'GET /api/models', access: manage, handle: () => models.list() }),
    defineRoute({
      name: 'GET /api/models/active',
      access: { kind: 'anywhere', permission: 'camera.configure' },
      handle: async () => models.active(),
    }),
    defineRoute({
      name: 'POST /api/models',
      access: manage,
      query: modelUploadSchema,
      upload: true,
      async handle(call) {
        const { name } = call.query;
        if (Number(call.request.headers['content-length'] ?? 0) > MOST_MODEL_BYTES) {
          throw new Fault('tooLarge', 'model.tooLarge', `a model has at most ${MOST_MODEL_BYTES} bytes here`);
        }
        // The answer has to reach who still sends: the connection is not ours to cut.
        const content = Readable.from(call.request.iterator({ destroyOnReturn: false }));
        const taken = await models.receive(name, content, call.signal);
        const sha256 = taken.check.good ? taken.check.facts.sha256 : null;
        const problem = taken.check.good ? null : taken.check.problem;
        await access.audit.append({
          actor: actorOf(call),
          action: 'model.uploaded',
          detail: { name, kept: taken.file !== null, sha256, problem },
        });
        return taken;
      },
    }),
    defineRoute({
      name: 'POST /api/models/:name/check',
      access: manage,
      params: nameSchema,
      handle: (call) => models.check(call.params.name),
    }),
    defineRoute({
      name: 'PUT /api/models/:name/card',
      access: manage,
      params: nameSchema,
      body: modelCardInputSchema,
      async handle(call) {
        const { name } = call.params;
        const view = await models.writeCard(name, call.body.card);
        await access.audit.append({ actor: actorOf(call), action: 'model.cardChanged', detail: { name } });
        return view;
      },
    }),
    defineRoute({
      name: 'POST /api/models/:name/use',
      access: manage,
      params: nameSchema,
      async handle(call) {
        const { name } = call.params;
        const before = models.active().model?.name ?? null;
        const view = await models.use(name);
        const sha256 = view.check?.good === true ? view.check.facts.sha256 : null;
        await access.audit.append({ actor: actorOf(call), action: 'model.used', detail: { name, before, sha256 } });
        return view;
      },
    }),
    defineRoute({
      name: 'DELETE /api/models/:name',
      access: manage,
      params: nameSchema,
      async handle(call) {
        const { name } = call.params;
        await models.remove(name);
        await access.audit.append({ actor: actorOf(call), action: 'model.removed', detail: { name } });
        return undefined;
      },
    }),
  ];
}
