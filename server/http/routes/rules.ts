import { z } from 'zod';
import { type Rule, ruleSetInputSchema, ruleTrialInputSchema } from '#contracts/rules';
import type { RuleTrials } from '../../../analytics/trials/rule-trials.ts';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { CameraRuleStore } from '../../cameras/camera-rules.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { actorOf, forbidden, idSchema } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface RuleDeps {
  readonly access: Access;
  readonly register: CameraRegister;
  readonly rules: CameraRuleStore;
  readonly trials: RuleTrials<Actor>;
}

const trialSchema = z.object({ trial: z.string().min(1).max(64) });

/** What a camera is watched for, and trying it on what was recorded. */
export function ruleRoutes({ access, register, rules, trials }: RuleDeps): readonly Route[] {
  const configure = { kind: 'camera', permission: 'camera.configure' } as const;
  const anywhere = { kind: 'anywhere', permission: 'camera.configure' } as const;
  const note = (actor: Actor, action: string, cameraId: string, detail: Record<string, unknown>): Promise<void> =>
    access.audit.append({ actor, action, cameraId, detail });

  return [
    defineRoute({
      name: 'GET /api/cameras/:id/rules',
      access: configure,
      params: idSchema,
      handle: async (call) => rules.set(register.get(call.params.id).id),
    }),
    defineRoute({
      name: 'PUT /api/cameras/:id/rules',
      access: configure,
      params: idSchema,
      body: ruleSetInputSchema,
      async handle(call) {
        const { id } = register.get(call.params.id);
        const before = rules.of(id);
        const set = await rules.replace(id, call.body);
        await note(actorOf(call), 'rules.changed', id, { version: set.version, ...differences(before, set.rules) });
        return set;
      },
    }),
    defineRoute({
      name: 'POST /api/cameras/:id/rule-trials',
      access: configure,
      params: idSchema,
      body: ruleTrialInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = register.get(call.params.id);
        // What it finds tells of the recording.
        if (!can(actor, 'camera.playback', register.target(id))) throw forbidden();
        const trial = trials.start(actor, id, call.body);
        const { rule, fromMs, toMs } = call.body;
        await note(actor, 'rules.tried', id, { rule: rule.name, kind: rule.kind, fromMs, toMs });
        return trial;
      },
    }),
    defineRoute({
      name: 'GET /api/rule-trials/:trial',
      access: anywhere,
      params: trialSchema,
      async handle(call) {
        const trial = trials.get(actorOf(call), call.params.trial);
        // A right that was taken meanwhile.
        if (!can(actorOf(call), 'camera.playback', register.target(trial.cameraId))) throw forbidden();
        return trial;
      },
    }),
    defineRoute({
      name: 'DELETE /api/rule-trials/:trial',
      access: anywhere,
      params: trialSchema,
      async handle(call) {
        trials.stop(actorOf(call), call.params.trial);
        return undefined;
      },
    }),
  ];
}

/** What changed, so that the record says what a camera was watched for at any moment. */
function differences(before: readonly Rule[], after: readonly Rule[]) {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const kept = new Set(after.map(({ id }) => id));
  return {
    added: after.filter(({ id }) => !old.has(id)),
    changed: after.flatMap((rule) => {
      const was = old.get(rule.id);
      return was === undefined || JSON.stringify(was) === JSON.stringify(rule) ? [] : [{ before: was, after: rule }];
    }),
    removed: before.filter(({ id }) => !kept.has(id)),
  };
}
