import { z } from 'zod';
import { Fault } from '#base/errors';
import { metresBetween } from '#base/geo';
import type { IncidentDetails, PersonRef } from '#contracts/alerts';
import {
  INCIDENT_LINK_KINDS,
  type IncidentLink,
  type IncidentLinks,
  incidentLinkInputSchema,
} from '#contracts/incident-links';
import type { MapPoint, Words } from '#contracts/places';
import type { SectorEventView } from '#contracts/sector-events';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { Incidents } from '../../incidents/incidents.ts';
import { REPORT_SECTOR, type ReportPlaces } from '../../reports/interfaces.ts';
import { type StoredReport, unknownReport } from '../../reports/report-store.ts';
import type { Reports } from '../../reports/reports.ts';
import type { EventTargets } from '../../sectors/events/event-journal.ts';
import { searchWords, unknownEvent } from '../../sectors/events/event-store.ts';
import type { SectorEventDesk } from '../../sectors/events/sector-events.ts';
import type { Places } from '../../sectors/interfaces.ts';
import { actorOf, forbidden } from '../call.ts';
import type { RestrictedLooks } from '../restricted-looks.ts';
import { defineRoute, type Route } from '../route.ts';
import { mayEvent } from '../sector-event-access.ts';
import { reportTarget } from './reports.ts';

export interface IncidentLinkDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'target'>;
  readonly incidents: Pick<Incidents, 'details' | 'enter'>;
  readonly sectorEvents: Pick<SectorEventDesk, 'find' | 'near' | 'ofIncident' | 'setIncident' | 'tell'>;
  readonly reports: Pick<Reports, 'find' | 'near' | 'ofIncident' | 'setIncident' | 'tell'>;
  /** What a kind of report is called. */
  readonly serviceName: (code: string) => Words;
  readonly reportPlaces: Pick<ReportPlaces, 'unitsAbove'>;
  readonly places: Pick<Places, 'areaAt'>;
  readonly eventTargets: (event: SectorEventView) => EventTargets;
  readonly looks: Pick<RestrictedLooks, 'events'>;
  readonly personOf: (actor: Actor) => PersonRef;
  readonly clock: { now(): number };
}

const MEDIA = 'mang_xa_hoi';
const NEAR_METRES = 1000;
const BEFORE_MS = 2 * 3_600_000;
/** Of an incident that has been open for long, what is new is of use. */
const LOOK_BACK_MS = 24 * 3_600_000;
const MOST_SUGGESTED = 20;
/** So many words of the incident in a text that says no place: it speaks of the same. */
const LEAST_WORDS = 3;

const managing = { kind: 'anywhere', permission: 'incident.manage' } as const;
const name = z.string().min(1).max(64);
const params = z.object({ incident: name });

/** Mentions, reports and events near an incident in place and time, and what people made part of it. */
export function incidentLinkRoutes(deps: IncidentLinkDeps): readonly Route[] {
  const { access, register, incidents, sectorEvents, reports, places, clock, personOf } = deps;
  const may = (actor: Actor, permission: 'sector.read' | 'sector.act', event: SectorEventView) =>
    mayEvent(actor, permission, deps.eventTargets(event));
  const mayReport = (actor: Actor, { unitId }: StoredReport) =>
    can(actor, 'report.handle', reportTarget(unitId, deps.reportPlaces));
  const detailsFor = (actor: Actor, incidentId: string): Promise<IncidentDetails> =>
    incidents.details(incidentId, (cameraId) => can(actor, 'camera.view', register.target(cameraId)));

  function ofEvent(event: SectorEventView, from: MapPoint | null, why: IncidentLink['why']): IncidentLink {
    const { id, number, sector, title, severity, occurredMs, place, synthetic } = event;
    const metres = from === null || place === null ? null : Math.round(metresBetween(from, place));
    return { kind: 'event', id, number, sector, title, severity, occurredMs, metres, why, synthetic };
  }
  function ofReport(report: StoredReport, from: MapPoint | null): IncidentLink {
    const { id, number, service, receivedMs, place, synthetic } = report;
    const metres = from === null || place === null ? null : Math.round(metresBetween(from, place));
    const about = { kind: 'report', id, number, sector: REPORT_SECTOR, title: deps.serviceName(service) } as const;
    return { ...about, severity: null, occurredMs: receivedMs, metres, why: 'near', synthetic };
  }

  async function linksOf(actor: Actor, incident: IncidentDetails): Promise<IncidentLinks> {
    const at = pointOf(incident.place);
    const areaCode = at === null ? null : places.areaAt(at);
    const fromMs = Math.max(incident.openedMs - BEFORE_MS, clock.now() - LOOK_BACK_MS);
    const words = new Set(
      searchWords(`${incident.title} ${incident.place?.name ?? ''}`).filter((word) => word.length > 1),
    );
    const [ownEvents, ownReports] = await Promise.all([
      sectorEvents.ofIncident(incident.id),
      reports.ofIncident(incident.id),
    ]);
    const mine = ownEvents.filter((event) => may(actor, 'sector.read', event));
    await deps.looks.events(actor, mine);
    const linked = [
      ...mine.map((event) => ofEvent(event, at, 'near')),
      ...ownReports.filter((report) => mayReport(actor, report)).map((report) => ofReport(report, at)),
    ];
    if (incident.state === 'closed') return { linked, suggested: [], metres: NEAR_METRES, fromMs };
    const [events, near] = await Promise.all([
      sectorEvents.near({ place: at, metres: NEAR_METRES, areaCode, placeless: MEDIA, fromMs }),
      at === null ? [] : reports.near(at, NEAR_METRES, fromMs),
    ]);
    const suggested = [
      ...events.flatMap((event) => {
        // Alerts and cameras have their own way into an incident; a report stands for what it raised.
        if (['alert', 'camera', 'report'].includes(event.source.kind)) return [];
        const why = whyOf(event, { at, areaCode, words });
        return why === null || !may(actor, 'sector.read', event) ? [] : [ofEvent(event, at, why)];
      }),
      ...near.filter((report) => mayReport(actor, report)).map((report) => ofReport(report, at)),
    ];
    const shown = suggested
      .sort((a, b) => (a.metres ?? Infinity) - (b.metres ?? Infinity) || b.occurredMs - a.occurredMs)
      .slice(0, MOST_SUGGESTED);
    const ids = new Set(shown.map(({ id }) => id));
    await deps.looks.events(
      actor,
      events.filter(({ id }) => ids.has(id)),
    );
    return { ...{ linked, metres: NEAR_METRES, fromMs }, suggested: shown };
  }

  /** Puts one in, or takes it out again, with the entry on the timeline. */
  async function setLink(
    actor: Actor,
    incidentId: string,
    { kind, id }: Pick<IncidentLink, 'kind' | 'id'>,
    to: string | null,
  ) {
    const by = personOf(actor);
    if (kind === 'event') {
      const before = await sectorEvents.find(id);
      if (!may(actor, 'sector.act', before)) {
        throw may(actor, 'sector.read', before) ? forbidden() : unknownEvent();
      }
      if (to === null && before.incidentId !== incidentId) throw unknownEvent();
      // Whoever takes the event has not taken the alert: that one has a way of its own into the incident.
      if (to !== null && before.source.kind === 'alert') {
        throw new Fault('conflict', 'sectorEvent.ofAlert', 'this is an alert of a camera: work on the alert');
      }
      let now = before;
      await incidents.enter(incidentId, by, async (queries) => {
        now = await sectorEvents.setIncident(queries, id, to, by);
        const about = { eventId: id, eventNumber: now.number, sector: now.sector };
        if (now.version === before.version) return null;
        return { kind: to === null ? 'eventLeft' : 'eventJoined', ...about };
      });
      sectorEvents.tell(now);
      return now.number;
    }
    const before = await reports.find(id);
    if (!mayReport(actor, before) || (to === null && before.incidentId !== incidentId)) throw unknownReport();
    let now = before;
    await incidents.enter(incidentId, by, async (queries) => {
      now = await reports.setIncident(queries, id, to);
      if (now.version === before.version) return null;
      return { kind: to === null ? 'reportLeft' : 'reportJoined', reportId: id, reportNumber: now.number };
    });
    reports.tell(now);
    return now.number;
  }

  async function change(actor: Actor, incidentId: string, what: Pick<IncidentLink, 'kind' | 'id'>, to: string | null) {
    const linkedNumber = await setLink(actor, incidentId, what, to);
    const details = await detailsFor(actor, incidentId);
    const { number, title } = details;
    const detail = { id: incidentId, number, title, kind: what.kind, linkedNumber };
    const entry = to === null ? { action: 'incident.unlinked' } : { action: 'incident.linked' };
    await access.audit.append({ actor, ...entry, detail });
    return details;
  }

  return [
    defineRoute({
      name: 'GET /api/incidents/:incident/links',
      access: managing,
      params,
      async handle(call) {
        const actor = actorOf(call);
        return linksOf(actor, await detailsFor(actor, call.params.incident));
      },
    }),
    defineRoute({
      name: 'POST /api/incidents/:incident/links',
      access: managing,
      params,
      body: incidentLinkInputSchema,
      handle: (call) => change(actorOf(call), call.params.incident, call.body, call.params.incident),
    }),
    defineRoute({
      name: 'DELETE /api/incidents/:incident/links/:kind/:id',
      access: managing,
      params: params.extend({ kind: z.string().max(20), id: name }),
      handle(call) {
        const { incident, id } = call.params;
        const kind = INCIDENT_LINK_KINDS.find((one) => one === call.params.kind);
        if (kind === undefined) throw new Fault('notFound', 'incident.unknownLink', 'there is no such thing to link');
        return change(actorOf(call), incident, { kind, id }, null);
      },
    }),
  ];
}

function pointOf(place: IncidentDetails['place']): MapPoint | null {
  if (place === null || place.latitude === null || place.longitude === null) return null;
  return { latitude: place.latitude, longitude: place.longitude };
}

/** `null`: nothing says that it belongs to the incident. */
function whyOf(
  { place, areaCode, title, detail }: SectorEventView,
  incident: { readonly at: MapPoint | null; readonly areaCode: string | null; readonly words: ReadonlySet<string> },
): IncidentLink['why'] | null {
  if (place !== null) return incident.at === null ? null : 'near';
  if (areaCode !== null && areaCode === incident.areaCode) return 'area';
  const said = new Set(searchWords(`${title.vi} ${detail}`));
  const shared = [...incident.words].filter((word) => said.has(word)).length;
  return shared >= Math.min(LEAST_WORDS, incident.words.size) && shared > 0 ? 'words' : null;
}
