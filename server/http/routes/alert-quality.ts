import { z } from 'zod';
import { Fault } from '#base/errors';
import { qualityQuerySchema, type RuleQuality } from '#contracts/alerts';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { AlertQuality } from '../../alerts/alert-quality.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { actorOf, forbidden } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface AlertQualityDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'target'>;
  readonly quality: AlertQuality;
}

const configuring = { kind: 'anywhere', permission: 'camera.configure' } as const;
const params = z.object({ suggestion: z.string().min(1).max(64) });

/** How good the alerts of the rules are; who may configure a camera may take up what is suggested for its rules. */
export function alertQualityRoutes({ access, register, quality }: AlertQualityDeps): readonly Route[] {
  const sees = (actor: Actor) => (cameraId: string) => can(actor, 'event.read', register.target(cameraId));

  async function guard(actor: Actor, suggestionId: string): Promise<void> {
    const cameraId = await quality.cameraOf(suggestionId);
    if (can(actor, 'camera.configure', register.target(cameraId))) return;
    if (sees(actor)(cameraId)) throw forbidden();
    throw new Fault('notFound', 'suggestion.unknown', 'there is no such suggestion, or not any more');
  }

  function note(actor: Actor, action: string, { cameraId, ruleId, ruleName, suggestion }: RuleQuality): Promise<void> {
    return access.audit.append({ actor, action, cameraId, detail: { ruleId, ruleName, change: suggestion?.change } });
  }

  return [
    defineRoute({
      name: 'GET /api/alert-quality',
      access: { kind: 'anywhere', permission: 'event.read' },
      query: qualityQuerySchema,
      handle: (call) => quality.list(call.query.days, sees(actorOf(call))),
    }),
    defineRoute({
      name: 'POST /api/alert-quality/:suggestion/apply',
      access: configuring,
      params,
      async handle(call) {
        const actor = actorOf(call);
        await guard(actor, call.params.suggestion);
        const changed = await quality.apply(call.params.suggestion);
        await note(actor, 'suggestion.applied', changed);
        return changed;
      },
    }),
    defineRoute({
      name: 'POST /api/alert-quality/:suggestion/undo',
      access: configuring,
      params,
      async handle(call) {
        const actor = actorOf(call);
        await guard(actor, call.params.suggestion);
        const changed = await quality.undo(call.params.suggestion);
        await note(actor, 'suggestion.undone', changed);
        return changed;
      },
    }),
  ];
}
