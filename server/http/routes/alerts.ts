import { z } from 'zod';
import {
  type AlertView,
  alertQuerySchema,
  claimInputSchema,
  closeInputSchema,
  dispatchInputSchema,
  handoverInputSchema,
  noteInputSchema,
  type PersonRef,
} from '#contracts/alerts';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import { unknownAlert } from '../../alerts/alert-store.ts';
import type { Alerts } from '../../alerts/alerts.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { actorOf, forbidden } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';
import { camerasOfReader } from './lists.ts';

export interface AlertDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'target' | 'list' | 'removed'>;
  readonly alerts: Alerts;
  readonly personOf: (actor: Actor) => PersonRef;
}

const reading = { kind: 'anywhere', permission: 'event.read' } as const;
const acting = { kind: 'anywhere', permission: 'alert.claim' } as const;
const closing = { kind: 'anywhere', permission: 'alert.close' } as const;
const alertParams = z.object({ alert: z.string().min(1).max(64) });
const handoverParams = z.object({ handover: z.string().min(1).max(64) });

/** Alerts, what people do with them, and the hand-over of a shift. One of a camera that one may not see is not there. */
export function alertRoutes({ access, register, alerts, personOf }: AlertDeps): readonly Route[] {
  const sees = (actor: Actor) => (cameraId: string) => can(actor, 'event.read', register.target(cameraId));
  const claims = (actor: Actor) => (cameraId: string) => can(actor, 'alert.claim', register.target(cameraId));

  /** The alert, of a camera on which the actor has the permission. */
  async function guarded(actor: Actor, alertId: string, permission: 'alert.claim' | 'alert.close'): Promise<AlertView> {
    const alert = await alerts.find(alertId);
    const allowed = can(actor, permission, register.target(alert.cameraId));
    if (!allowed && !sees(actor)(alert.cameraId)) throw unknownAlert();
    if (!allowed) throw forbidden();
    return alert;
  }

  function note(actor: Actor, action: string, alert: AlertView, more: Record<string, unknown> = {}): Promise<void> {
    const detail = { id: alert.id, number: alert.number, rule: alert.detection.ruleName, ...more };
    return access.audit.append({ actor, action, cameraId: alert.cameraId, detail });
  }

  return [
    defineRoute({
      name: 'GET /api/alerts',
      access: reading,
      query: alertQuerySchema,
      handle: (call) => alerts.list({ ...call.query, cameras: camerasOfReader(actorOf(call), register) }),
    }),
    defineRoute({
      name: 'GET /api/alerts/:alert',
      access: reading,
      params: alertParams,
      async handle(call) {
        const details = await alerts.details(call.params.alert);
        if (!sees(actorOf(call))(details.cameraId)) throw unknownAlert();
        return details;
      },
    }),
    defineRoute({
      name: 'POST /api/alerts/:alert/claim',
      access: acting,
      params: alertParams,
      body: claimInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const before = await guarded(actor, call.params.alert, 'alert.claim');
        const { takeOver } = call.body;
        if (takeOver) await guarded(actor, call.params.alert, 'alert.close');
        const alert = await alerts.acts.claim(before.id, personOf(actor), takeOver);
        if (alert.version !== before.version) {
          const from = before.owner?.name;
          await note(actor, 'alert.claimed', alert, from === undefined ? {} : { from });
        }
        return alert;
      },
    }),
    defineRoute({
      name: 'POST /api/alerts/:alert/release',
      access: acting,
      params: alertParams,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.alert, 'alert.claim');
        const alert = await alerts.acts.release(id, personOf(actor));
        await note(actor, 'alert.released', alert);
        return alert;
      },
    }),
    defineRoute({
      name: 'POST /api/alerts/:alert/dispatch',
      access: acting,
      params: alertParams,
      body: dispatchInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.alert, 'alert.claim');
        const { unit } = call.body;
        const alert = await alerts.acts.dispatch(id, personOf(actor), unit);
        await note(actor, 'alert.dispatched', alert, { unit });
        return alert;
      },
    }),
    defineRoute({
      name: 'POST /api/alerts/:alert/notes',
      access: acting,
      params: alertParams,
      body: noteInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.alert, 'alert.claim');
        const alert = await alerts.acts.note(id, personOf(actor), call.body.text);
        await note(actor, 'alert.noted', alert, { text: call.body.text });
        return alerts.details(id);
      },
    }),
    defineRoute({
      name: 'POST /api/alerts/:alert/close',
      access: closing,
      params: alertParams,
      body: closeInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.alert, 'alert.close');
        const alert = await alerts.acts.close(id, personOf(actor), call.body);
        await note(actor, 'alert.closed', alert, { ...call.body });
        return alert;
      },
    }),
    defineRoute({
      name: 'POST /api/alerts/:alert/reopen',
      access: closing,
      params: alertParams,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.alert, 'alert.close');
        const alert = await alerts.acts.reopen(id, personOf(actor));
        await note(actor, 'alert.reopened', alert);
        return alert;
      },
    }),

    defineRoute({
      name: 'GET /api/handovers',
      access: acting,
      handle(call) {
        const actor = actorOf(call);
        return alerts.handovers.list(personOf(actor).id, sees(actor));
      },
    }),
    defineRoute({
      name: 'POST /api/handovers',
      access: acting,
      body: handoverInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const left = await alerts.handovers.leave(personOf(actor), call.body.note, sees(actor));
        const detail = { id: left.id, note: left.note, openAlerts: left.openAlerts };
        await access.audit.append({ actor, action: 'handover.left', detail });
        return left;
      },
    }),
    defineRoute({
      name: 'POST /api/handovers/:handover/take',
      access: acting,
      params: handoverParams,
      async handle(call) {
        const actor = actorOf(call);
        const how = { may: claims(actor), visible: sees(actor) };
        const taken = await alerts.handovers.take(call.params.handover, personOf(actor), how);
        await access.audit.append({ actor, action: 'handover.taken', detail: { id: taken.id, from: taken.by.name } });
        return taken;
      },
    }),
  ];
}
