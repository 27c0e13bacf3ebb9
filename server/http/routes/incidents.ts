import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { Fault } from '#base/errors';
import {
  exhibitInputSchema,
  type IncidentDetails,
  incidentAlertsSchema,
  incidentChangeSchema,
  incidentCloseSchema,
  incidentInputSchema,
  incidentQuerySchema,
  noteInputSchema,
  type PersonRef,
} from '#contracts/alerts';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { Alerts } from '../../alerts/alerts.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { Incidents } from '../../incidents/incidents.ts';
import { actorOf, forbidden } from '../call.ts';
import { defineRaw, defineRoute, type Route } from '../route.ts';

export interface IncidentDeps {
  readonly access: Pick<Access, 'audit' | 'users'>;
  readonly register: Pick<CameraRegister, 'find' | 'findRemoved' | 'target'>;
  readonly alerts: Pick<Alerts, 'find'>;
  readonly incidents: Incidents;
  readonly personOf: (actor: Actor) => PersonRef;
}

const managing = { kind: 'anywhere', permission: 'incident.manage' } as const;
const name = z.string().min(1).max(64);
const params = z.object({ incident: name });

/**
 * Incidents, for those who manage them. What is of a camera is there for those only who may see that camera; exhibits show
 * the past, and a clip that is fetched leaves the house: that takes the rights of looking back and of exporting.
 */
export function incidentRoutes({ access, register, alerts, incidents, personOf }: IncidentDeps): readonly Route[] {
  const sees = (actor: Actor) => (cameraId: string) => can(actor, 'camera.view', register.target(cameraId));

  function guardCamera(actor: Actor, cameraId: string): void {
    const exists = register.find(cameraId) !== undefined || register.findRemoved(cameraId) !== undefined;
    if (!exists || !sees(actor)(cameraId)) throw new Fault('notFound', 'camera.unknown', 'there is no such camera');
  }

  async function guardAlerts(actor: Actor, alertIds: readonly string[]): Promise<void> {
    for (const id of new Set(alertIds)) {
      const { cameraId } = await alerts.find(id);
      if (!can(actor, 'event.read', register.target(cameraId))) {
        throw new Fault('notFound', 'alert.unknown', 'there is no such alert');
      }
    }
  }

  async function somebody(userId: string): Promise<PersonRef> {
    const user = (await access.users.list()).find(({ id }) => id === userId);
    if (user === undefined) throw new Fault('notFound', 'user.notFound', 'there is no such person');
    return { id: user.id, name: user.displayName };
  }

  /** The entry in the audit, and the incident as the actor sees it now. */
  async function note(
    actor: Actor,
    action: string,
    incidentId: string,
    more: { cameraId?: string } & Record<string, unknown> = {},
  ): Promise<IncidentDetails> {
    const details = await incidents.details(incidentId, sees(actor));
    const { cameraId, ...rest } = more;
    const detail = { id: incidentId, number: details.number, title: details.title, ...rest };
    await access.audit.append({ actor, action, ...(cameraId === undefined ? {} : { cameraId }), detail });
    return details;
  }

  return [
    defineRoute({
      name: 'GET /api/incidents',
      access: managing,
      query: incidentQuerySchema,
      handle: (call) => incidents.list({ ...call.query, sees: sees(actorOf(call)) }),
    }),
    defineRoute({
      name: 'POST /api/incidents',
      access: managing,
      body: incidentInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        for (const cameraId of call.body.cameraIds) guardCamera(actor, cameraId);
        await guardAlerts(actor, call.body.alertIds);
        const id = await incidents.open(call.body, personOf(actor));
        const { alertIds, cameraIds } = call.body;
        return note(actor, 'incident.opened', id, { alertIds, cameraIds });
      },
    }),
    defineRoute({
      name: 'GET /api/incidents/:incident',
      access: managing,
      params,
      handle: (call) => incidents.details(call.params.incident, sees(actorOf(call))),
    }),
    defineRoute({
      name: 'PUT /api/incidents/:incident',
      access: managing,
      params,
      body: incidentChangeSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { leadId } = call.body;
        const lead = leadId === null ? null : await somebody(leadId);
        await incidents.change(call.params.incident, call.body, lead, personOf(actor));
        return note(actor, 'incident.changed', call.params.incident);
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/notes',
      access: managing,
      params,
      body: noteInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        await incidents.note(call.params.incident, call.body.text, personOf(actor));
        return note(actor, 'incident.noted', call.params.incident, { text: call.body.text });
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/alerts',
      access: managing,
      params,
      body: incidentAlertsSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { alertIds } = call.body;
        await guardAlerts(actor, alertIds);
        await incidents.addAlerts(call.params.incident, alertIds, personOf(actor));
        return note(actor, 'incident.alertsJoined', call.params.incident, { alertIds });
      },
    }),
    defineRoute({
      name: 'DELETE /api/incidents/:incident/alerts/:alert',
      access: managing,
      params: params.extend({ alert: name }),
      async handle(call) {
        const actor = actorOf(call);
        const { incident, alert } = call.params;
        await guardAlerts(actor, [alert]);
        await incidents.removeAlert(incident, alert, personOf(actor));
        return note(actor, 'incident.alertLeft', incident, { alertId: alert });
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/cameras/:id',
      access: managing,
      params: params.extend({ id: name }),
      async handle(call) {
        const actor = actorOf(call);
        const { incident, id: cameraId } = call.params;
        guardCamera(actor, cameraId);
        await incidents.addCamera(incident, cameraId, personOf(actor));
        return note(actor, 'incident.cameraAdded', incident, { cameraId });
      },
    }),
    defineRoute({
      name: 'DELETE /api/incidents/:incident/cameras/:id',
      access: managing,
      params: params.extend({ id: name }),
      async handle(call) {
        const actor = actorOf(call);
        const { incident, id: cameraId } = call.params;
        guardCamera(actor, cameraId);
        await incidents.removeCamera(incident, cameraId, personOf(actor));
        return note(actor, 'incident.cameraRemoved', incident, { cameraId });
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/people/:person',
      access: managing,
      params: params.extend({ person: name }),
      async handle(call) {
        const actor = actorOf(call);
        const person = await somebody(call.params.person);
        await incidents.addPerson(call.params.incident, person, personOf(actor));
        return note(actor, 'incident.personAdded', call.params.incident, { person: person.name });
      },
    }),
    defineRoute({
      name: 'DELETE /api/incidents/:incident/people/:person',
      access: managing,
      params: params.extend({ person: name }),
      async handle(call) {
        const actor = actorOf(call);
        await incidents.removePerson(call.params.incident, call.params.person, personOf(actor));
        return note(actor, 'incident.personRemoved', call.params.incident, { personId: call.params.person });
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/exhibits',
      access: managing,
      params,
      body: exhibitInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { incident } = call.params;
        if (call.body.kind === 'snapshot') {
          const { alertId } = call.body;
          await guardAlerts(actor, [alertId]);
          const alert = await alerts.find(alertId);
          if (!can(actor, 'camera.playback', register.target(alert.cameraId))) throw forbidden();
          const { id, sha256 } = await incidents.exhibits.addSnapshot(incident, alert, personOf(actor));
          const { cameraId } = alert;
          return note(actor, 'incident.exhibitAdded', incident, { cameraId, exhibit: id, sha256, alertId });
        }
        const { cameraId, fromMs, toMs, reason } = call.body;
        guardCamera(actor, cameraId);
        const target = register.target(cameraId);
        if (!can(actor, 'camera.export', target)) throw forbidden();
        const { id, exportId, holdId } = await incidents.exhibits.addClip(
          incident,
          {
            ...{ cameraId, fromMs, toMs, reason },
            name: actor.kind === 'person' ? `${actor.displayName} (${actor.username})` : auditName(actor),
            hold: can(actor, 'camera.hold', target) ? auditName(actor) : null,
          },
          personOf(actor),
        );
        const about = { cameraId, exhibit: id, fromMs, toMs, reason, exportId, holdId };
        return note(actor, 'incident.exhibitAdded', incident, about);
      },
    }),
    defineRaw({
      name: 'GET /api/incidents/:incident/exhibits/:exhibit',
      access: managing,
      params: params.extend({ exhibit: name }),
      async handle(call) {
        const actor = actorOf(call);
        const { incident, exhibit: exhibitId } = call.params;
        const known = await incidents.exhibits.find(incident, exhibitId);
        if (known.cameraId !== null) {
          const target = register.target(known.cameraId);
          if (!can(actor, 'camera.view', target)) {
            throw new Fault('notFound', 'exhibit.unknown', 'there is no such exhibit');
          }
          if (!can(actor, known.kind === 'clip' ? 'camera.export' : 'camera.playback', target)) throw forbidden();
        }
        const { exhibit, path, bytes } = await incidents.exhibits.file(incident, exhibitId);
        const { cameraId, sha256 } = exhibit;
        await access.audit.append({
          ...{ actor, action: 'incident.exhibitFetched' },
          ...(cameraId === null ? {} : { cameraId }),
          detail: { id: incident, exhibit: exhibitId, sha256 },
        });
        const picture = exhibit.kind === 'snapshot';
        call.response.writeHead(200, {
          'content-type': picture ? 'image/jpeg' : 'application/zip',
          'content-length': bytes,
          'content-disposition': `${picture ? 'inline' : 'attachment'}; filename="${exhibit.name}"`,
          'cache-control': 'no-store',
        });
        await pipeline(createReadStream(path), call.response, { signal: call.signal }).catch((error: unknown) => {
          if (!call.signal.aborted) throw error;
        });
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/close',
      access: managing,
      params,
      body: incidentCloseSchema,
      async handle(call) {
        const actor = actorOf(call);
        await incidents.close(call.params.incident, call.body.note, personOf(actor));
        return note(actor, 'incident.closed', call.params.incident, { note: call.body.note });
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/reopen',
      access: managing,
      params,
      async handle(call) {
        const actor = actorOf(call);
        await incidents.reopen(call.params.incident, personOf(actor));
        return note(actor, 'incident.reopened', call.params.incident);
      },
    }),
  ];
}
