import { z } from 'zod';
import { Fault } from '#base/errors';
import type { PersonRef } from '#contracts/alerts';
import {
  acknowledgeInputSchema,
  EVERY_CAMERA,
  nearCamerasQuerySchema,
  type SectorEventView,
  sectorEventCloseSchema,
  sectorEventInputSchema,
  sectorEventNoteSchema,
  sectorEventQuerySchema,
} from '#contracts/sector-events';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can, canAnywhere, narrowedTo } from '../../access/can.ts';
import { nearCameras } from '../../cameras/near-cameras.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { Incidents } from '../../incidents/incidents.ts';
import type { EventTargets } from '../../sectors/events/event-journal.ts';
import type { Reader } from '../../sectors/events/event-search.ts';
import { unknownEvent } from '../../sectors/events/event-store.ts';
import type { SectorEventDesk } from '../../sectors/events/sector-events.ts';
import type { Catalogue, Places } from '../../sectors/interfaces.ts';
import type { SectorTargets } from '../../sectors/targets.ts';
import { actorOf, forbidden } from '../call.ts';
import type { RestrictedLooks } from '../restricted-looks.ts';
import { defineRoute, type Route } from '../route.ts';
import { mayEvent } from '../sector-event-access.ts';

export interface SectorEventDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'list' | 'removed' | 'target'>;
  readonly incidents: Incidents;
  readonly sectorEvents: SectorEventDesk;
  readonly catalogue: Pick<Catalogue, 'sectors' | 'sector'>;
  readonly places: Pick<Places, 'units' | 'area'>;
  readonly targets: SectorTargets & { event(event: SectorEventView): EventTargets };
  readonly clock: { now(): number };
  readonly personOf: (actor: Actor) => PersonRef;
  readonly looks: Pick<RestrictedLooks, 'events'>;
}

const reading = { kind: 'anywhere', permission: 'sector.read' } as const;
const acting = { kind: 'anywhere', permission: 'sector.act' } as const;
const params = z.object({ event: z.string().min(1).max(64) });

/** Clocks of screens may be ahead of ours by so much. */
const SKEW_MS = 300_000;
/** What happened longer ago is history, and waits for nobody. */
const OLDEST_MS = 30 * 86_400_000;

/** What happened in the sectors, and what people do about it. One of a sector that one may not read is not there. */
export function sectorEventRoutes(deps: SectorEventDeps): readonly Route[] {
  const { access, register, incidents, sectorEvents, catalogue, places, targets, clock, personOf, looks } = deps;
  const sees = (actor: Actor) => (event: SectorEventView) => mayEvent(actor, 'sector.read', targets.event(event));

  /** Where what the actor sees can be: whoever reads all sectors whole need not be asked about each event. */
  function readerOf(actor: Actor): Reader {
    const visible = sees(actor);
    const mark = (sector: string) => ({ kind: 'sector', sector, unitIds: [], feedId: null }) as const;
    const keys = catalogue.sectors().map(({ key }) => key);
    const everyId = () => [...register.list(), ...register.removed()].map(({ id }) => id);
    const ids = narrowedTo(actor, 'camera.view', everyId, register.target);
    if (can(actor, 'sector.read', { kind: 'system' })) {
      return { visible, cameras: ids === undefined ? undefined : { ids } };
    }
    const own = keys.filter((key) => can(actor, 'sector.read', mark(key)));
    const sectors = keys.filter((key) => own.includes(key) || can(actor, 'sector.read', targets.whole(key)));
    // Who only delivers to a sector sees nothing of its cameras.
    const cameras =
      ids === undefined && own.length === sectors.length
        ? undefined
        : { ids: ids ?? [EVERY_CAMERA, ...everyId()], sectors: own };
    const ofUnit = (unitId: string) => targets.of({ sector: '', unitId, feedId: null });
    const units = places.units().filter(({ id }) => can(actor, 'sector.read', ofUnit(id)));
    return { visible, within: { sectors, units: units.map(({ id }) => id) }, cameras };
  }

  /** The event, on which the actor has the permission. */
  async function guarded(actor: Actor, id: string): Promise<SectorEventView> {
    const event = await sectorEvents.find(id);
    const allowed = mayEvent(actor, 'sector.act', targets.event(event));
    if (!allowed && !sees(actor)(event)) throw unknownEvent();
    if (!allowed) throw forbidden();
    if (event.source.kind === 'alert') {
      throw new Fault('conflict', 'sectorEvent.ofAlert', 'this is an alert of a camera: work on the alert');
    }
    return event;
  }

  function note(
    actor: Actor,
    action: string,
    event: SectorEventView,
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const { id, number, sector, title } = event;
    return access.audit.append({ actor, action, detail: { id, number, sector, title: title.vi, ...more } });
  }

  return [
    defineRoute({
      name: 'GET /api/sector-events',
      access: reading,
      query: sectorEventQuerySchema,
      async handle(call) {
        const found = await sectorEvents.list(call.query, readerOf(actorOf(call)));
        await looks.events(actorOf(call), found);
        return found;
      },
    }),
    defineRoute({
      name: 'POST /api/sector-events',
      access: acting,
      body: sectorEventInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { sector: key, type, title, titleEn, ...rest } = call.body;
        if (!can(actor, 'sector.act', targets.whole(key))) throw forbidden();
        const sector = catalogue.sector(key);
        if (sector === undefined) throw new Fault('notFound', 'sector.unknown', 'there is no such sector');
        if (!sector.eventTypes.some((one) => one.key === type)) {
          throw new Fault('invalid', 'sectorEvent.unknownType', 'this sector has no such type of event', {
            fields: [
              { path: 'type', code: 'sectorEvent.unknownType', message: 'this sector has no such type of event' },
            ],
          });
        }
        if (rest.areaCode !== null && places.area(rest.areaCode) === undefined) {
          throw new Fault('invalid', 'area.unknown', 'there is no such area', {
            fields: [{ path: 'areaCode', code: 'area.unknown', message: 'there is no such area' }],
          });
        }
        const nowMs = Math.round(clock.now());
        const { occurredMs = nowMs } = rest;
        if (occurredMs > nowMs + SKEW_MS || occurredMs < nowMs - OLDEST_MS) {
          throw new Fault('invalid', 'sectorEvent.wrongTime', 'this is in the future, or longer than 30 days ago', {
            fields: [
              {
                path: 'occurredMs',
                code: 'sectorEvent.wrongTime',
                message: 'this is in the future, or longer than 30 days ago',
              },
            ],
          });
        }
        const { id: personId } = personOf(actor);
        const event = await sectorEvents.open({
          ...{ sector: key, type, title: { vi: title, en: titleEn || title }, occurredMs },
          ...{ detail: rest.detail, place: rest.place, areaCode: rest.areaCode },
          ...(rest.severity === undefined ? {} : { severity: rest.severity }),
          certainty: 'observed',
          source: { kind: 'person', id: personId },
          // Each time a person says that something happened, it is something else.
          key: `person:${personId}:${nowMs}:${title}`,
        });
        await note(actor, 'sectorEvent.opened', event);
        return sectorEvents.details(event.id, sees(actor));
      },
    }),
    defineRoute({
      name: 'GET /api/sector-events/:event',
      access: reading,
      params,
      async handle(call) {
        const visible = sees(actorOf(call));
        const details = await sectorEvents.details(call.params.event, visible);
        if (!visible(details)) throw unknownEvent();
        await looks.events(actorOf(call), [details, ...details.related]);
        return details;
      },
    }),
    defineRoute({
      name: 'POST /api/sector-events/:event/acknowledge',
      access: acting,
      params,
      body: acknowledgeInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const before = await guarded(actor, call.params.event);
        const { comment, version } = call.body;
        const event = await sectorEvents.acknowledge(before.id, personOf(actor), comment, version);
        if (event.version !== before.version) await note(actor, 'sectorEvent.acknowledged', event, { comment });
        return event;
      },
    }),
    defineRoute({
      name: 'POST /api/sector-events/:event/notes',
      access: acting,
      params,
      body: sectorEventNoteSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.event);
        const event = await sectorEvents.note(id, personOf(actor), call.body.text);
        await note(actor, 'sectorEvent.noted', event, { text: call.body.text });
        return sectorEvents.details(id, sees(actor));
      },
    }),
    defineRoute({
      name: 'POST /api/sector-events/:event/close',
      access: acting,
      params,
      body: sectorEventCloseSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.event);
        const { comment, version } = call.body;
        const event = await sectorEvents.close(id, personOf(actor), comment, version);
        await note(actor, 'sectorEvent.closed', event, { comment });
        return event;
      },
    }),
    defineRoute({
      name: 'POST /api/sector-events/:event/reopen',
      access: acting,
      params,
      async handle(call) {
        const actor = actorOf(call);
        const { id } = await guarded(actor, call.params.event);
        const event = await sectorEvents.reopen(id, personOf(actor));
        await note(actor, 'sectorEvent.reopened', event);
        return event;
      },
    }),
    defineRoute({
      name: 'POST /api/sector-events/:event/incident',
      access: acting,
      params,
      async handle(call) {
        const actor = actorOf(call);
        const event = await guarded(actor, call.params.event);
        if (!canAnywhere(actor, 'incident.manage')) throw forbidden();
        const { id, number: eventNumber, sector, severity, detail } = event;
        // What a citizen called it is forgotten with the report; an incident forgets nothing.
        const ofReport = event.source.kind === 'report';
        const place = event.place !== null && ofReport ? { ...event.place, name: '' } : event.place;
        const input = { severity, title: event.title.vi.slice(0, 200), description: detail.slice(0, 4000), place };
        const by = personOf(actor);
        let joined = event;
        const incidentId = await incidents.open({ ...input, alertIds: [], cameraIds: [] }, by, async (queries, of) => {
          joined = await sectorEvents.setIncident(queries, id, of, by);
          return { kind: 'eventJoined', eventId: id, eventNumber, sector };
        });
        sectorEvents.tell(joined);
        const view = (cameraId: string): boolean => can(actor, 'camera.view', register.target(cameraId));
        const incident = await incidents.details(incidentId, view);
        const about = { id: incidentId, number: incident.number, title: incident.title, eventNumber };
        await access.audit.append({ actor, action: 'incident.opened', detail: about });
        return incident;
      },
    }),
    defineRoute({
      name: 'GET /api/near-cameras',
      access: { kind: 'anywhere', permission: 'camera.view' },
      query: nearCamerasQuerySchema,
      async handle(call) {
        const actor = actorOf(call);
        const { radiusMetres, limit, ...at } = call.query;
        const visible = (cameraId: string): boolean => can(actor, 'camera.view', register.target(cameraId));
        return nearCameras(register.list(), at, { radiusMetres, limit, visible });
      },
    }),
  ];
}
