import type { IncomingMessage } from 'node:http';
import type { Database } from '#base/database';
import type { PersonRef } from '#contracts/alerts';
import { type Actor, auditName } from './access/actor.ts';
import type { DiscoveryJobs } from './cameras/discovery-jobs.ts';
import type { Layouts } from './cameras/layouts.ts';
import type { DeliveryHouse, DoorParts } from './door-parts.ts';
import type { Metrics } from './http/metrics.ts';
import type { RestrictedLooks } from './http/restricted-looks.ts';
import type { Route } from './http/route.ts';
import { alertQualityRoutes } from './http/routes/alert-quality.ts';
import { alertRoutes } from './http/routes/alerts.ts';
import { batchRoutes } from './http/routes/batches.ts';
import { cameraRoutes } from './http/routes/cameras.ts';
import { capRoutes } from './http/routes/cap.ts';
import { directiveRoutes } from './http/routes/directives.ts';
import { eventPictureRoutes } from './http/routes/event-pictures.ts';
import { eventStreamRoutes } from './http/routes/event-stream.ts';
import { evidenceRoutes } from './http/routes/evidence.ts';
import { feedRoutes } from './http/routes/feeds.ts';
import { holdRoutes } from './http/routes/holds.ts';
import { incidentLinkRoutes } from './http/routes/incident-links.ts';
import { incidentPhoneRoutes } from './http/routes/incident-phones.ts';
import { incidentRoutes } from './http/routes/incidents.ts';
import { listRoutes } from './http/routes/lists.ts';
import { mediaRoutes } from './http/routes/media.ts';
import { modelRoutes } from './http/routes/models.ts';
import { noticeRoutes } from './http/routes/notices.ts';
import { openDataRoutes } from './http/routes/open-data.ts';
import { open311Routes } from './http/routes/open311.ts';
import { outputRoutes } from './http/routes/outputs.ts';
import { peopleRoutes } from './http/routes/people.ts';
import { placeRoutes } from './http/routes/places.ts';
import { portalRoutes } from './http/routes/portal.ts';
import { qualityRoutes } from './http/routes/quality.ts';
import { recordingAdminRoutes } from './http/routes/recording-admin.ts';
import { recordingRoutes } from './http/routes/recordings.ts';
import { reportRoutes } from './http/routes/reports.ts';
import { ruleRoutes } from './http/routes/rules.ts';
import { sectorEventRoutes } from './http/routes/sector-events.ts';
import { sectorFigureRoutes } from './http/routes/sector-figures.ts';
import { sectorRoutes } from './http/routes/sectors.ts';
import { sessionRoutes } from './http/routes/session.ts';
import { statisticsRoutes } from './http/routes/statistics.ts';
import { systemRoutes } from './http/routes/system.ts';
import { visitorSiteRoutes } from './http/routes/visitor-sites.ts';
import { idOf } from './socket/gateway.ts';

/** What the routes are told by the doors themselves. */
export interface RouteNeeds {
  readonly layouts: Layouts<Actor>;
  readonly discoveries: DiscoveryJobs<Actor>;
  readonly looks: RestrictedLooks;
  readonly metrics: Metrics;
  readonly isSecure: (request: IncomingMessage) => boolean;
  /** Where the console is; known when the doors are open. */
  readonly url: () => string;
}

/** Every route of the house. */
export function doorRoutes(parts: DoorParts, needs: RouteNeeds): readonly Route[] {
  const { layouts, discoveries, looks, metrics, isSecure, url } = needs;
  const { config, clock, access, events, groups, register, demo, supervisor, markTarget } = parts;
  const { catalogue, places, observations } = parts;
  const deliveryHouse: DeliveryHouse = { access, catalogue, places, observations, now: clock.now };

  const routes: readonly Route[] = [
    ...sessionRoutes({
      access,
      program: () => ({ demo: demo.running(), version: parts.version }),
      isSecure: ({ request }) => isSecure(request),
    }),
    ...peopleRoutes(access),
    ...cameraRoutes({ ...parts, steering: supervisor, publicUrl: url }),
    ...ruleRoutes({ access, register, ...parts.watching }),
    ...eventPictureRoutes({ access, pictures: parts.eventPictures }),
    ...eventStreamRoutes({
      ...{ access, register, events, sectorTarget: markTarget },
      source: parts.eventSource,
      mostReaders: config.events.streamReaders,
    }),
    ...feedRoutes({ ...parts.deliveries, ...deliveryHouse }),
    ...batchRoutes({ ...parts.deliveries, ...deliveryHouse, ownerId: idOf, looks }),
    ...outputRoutes(parts),
    ...capRoutes({
      incidents: parts.incidentReader,
      source: parts.eventSource,
      consoleUrl: url,
      now: clock.now,
    }),
    ...modelRoutes(parts),
    ...listRoutes({ access, register, groups, layouts, events, discoveries, sectorTarget: markTarget }),
    ...mediaRoutes(parts),
    ...recordingRoutes({ access, register, clock, ...parts.recordings }),
    ...holdRoutes({ access, register, ...parts.recordings }),
    ...evidenceRoutes({ access, register, ownerId: idOf, ...parts.evidence }),
    ...recordingAdminRoutes({
      ...{ access, register, groups, recorder: parts.recorder, keys: parts.evidence.keys },
      ...parts.administration,
    }),
    ...alertRoutes({ access, register, alerts: parts.alerts, personOf }),
    ...alertQualityRoutes({ access, register, quality: parts.alertQuality }),
    ...incidentPhoneRoutes({ access, register, incidents: parts.incidents, phones: parts.incidentPhones, personOf }),
    ...incidentRoutes({ access, register, alerts: parts.alerts, incidents: parts.incidents, personOf }),
    ...noticeRoutes({
      ...{ ...parts, personOf, now: clock.now },
      addresses: () => ({
        sender: parts.eventSource(),
        senderName: places.area(places.rootArea())?.name ?? 'Tamnhin',
        isInvented: places.map()?.synthetic === true,
        url: url(),
      }),
      limit: (address) => parts.portal.limits.take('notices', address),
      limitReading: (address) => parts.portal.limits.take('noticeReads', address),
    }),
    ...visitorSiteRoutes({ ...parts, register }),
    ...incidentLinkRoutes({
      ...{ ...parts, register, clock, personOf, looks },
      serviceName: (code) => parts.reportServices.find(code)?.name ?? { vi: code, en: code },
    }),
    ...statisticsRoutes(parts),
    ...placeRoutes(parts),
    ...sectorRoutes({ ...parts, looks }),
    ...openDataRoutes({
      ...{ ...parts.openData, clock, url },
      limit: (address) => parts.portal.limits.take('openData', address),
    }),
    ...sectorFigureRoutes({
      ...{ ...parts, page: parts.sectorPage, looks },
      originOf: async (feedId, batchId) => ({
        feedName: parts.deliveries.register.find(feedId)?.input.name ?? '',
        sender: (await parts.deliveries.batches.find(batchId))?.sender ?? '',
      }),
    }),
    ...sectorEventRoutes({
      ...parts,
      targets: { of: markTarget, event: parts.eventTargets, whole: parts.sectorTarget },
      ...{ personOf, looks },
    }),
    ...qualityRoutes({
      ...{ ...parts, rules: parts.sectorRules, targets: { of: markTarget, whole: parts.sectorTarget }, looks },
    }),
    ...directiveRoutes({ ...parts, personOf, looks }),
    ...reportRoutes({ ...parts, personOf }),
    ...portalRoutes(parts),
    ...open311Routes({ ...parts, consoleUrl: url, now: clock.now }),
    ...systemRoutes({
      metrics,
      version: parts.version,
      parts: async () => ({ database: await databaseState(parts.database) }),
      routes: () => routes,
    }),
  ];
  return routes;
}

async function databaseState(database: Database): Promise<string> {
  try {
    await database.get('SELECT 1');
    return 'ok';
  } catch {
    return 'cannot be read';
  }
}

/** Whoever acts, as alerts and incidents name them. */
function personOf(actor: Actor): PersonRef {
  return { id: idOf(actor), name: actor.kind === 'person' ? actor.displayName : auditName(actor) };
}
