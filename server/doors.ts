import type { IncomingMessage } from 'node:http';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { PersonRef } from '#contracts/alerts';
import { sectorMarkOf } from '#contracts/events';
import { PHONE_SOCKET_PATH } from '#contracts/phone';
import { WALL_SOCKET_PATH } from '#contracts/wall-frame';
import type { Models } from '../analytics/models/models.ts';
import type { PictureRounds } from '../analytics/picture-health/rounds.ts';
import type { PhoneIngest } from '../camera-adapters/phone/phone-ingest.ts';
import type { Supervisor } from '../camera-adapters/supervisor.ts';
import type { Config } from '../config/schema.ts';
import type { EvidenceKeys } from '../recordings/evidence/keys.ts';
import type { Recorder } from '../recordings/recorder.ts';
import type { Access } from './access/access.ts';
import { type Actor, auditName } from './access/actor.ts';
import { can } from './access/can.ts';
import type { AlertQuality } from './alerts/alert-quality.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { Presence } from './alerts/presence.ts';
import type { Analytics } from './analytics-part.ts';
import type { CameraImport } from './cameras/camera-import.ts';
import type { CameraProbe } from './cameras/camera-probe.ts';
import { createDiscoveryJobs } from './cameras/discovery-jobs.ts';
import type { Groups } from './cameras/groups.ts';
import type { Discover } from './cameras/interfaces.ts';
import { createLayouts } from './cameras/layouts.ts';
import type { CameraRegister } from './cameras/register.ts';
import type { EventLog } from './events/event-log.ts';
import type { EventPictures } from './events/event-pictures.ts';
import type { PictureEvents } from './events/picture-events.ts';
import { authenticate } from './http/authenticate.ts';
import { createClientFacts } from './http/client-address.ts';
import { createHttpDoor } from './http/http-door.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { createPhoneUpgrade } from './http/phone-upgrade.ts';
import { createRestrictedLooks, type RestrictedLooks } from './http/restricted-looks.ts';
import type { Route } from './http/route.ts';
import { alertQualityRoutes } from './http/routes/alert-quality.ts';
import { alertRoutes } from './http/routes/alerts.ts';
import { type BatchDeps, batchRoutes } from './http/routes/batches.ts';
import { cameraRoutes, type DemoSwitch } from './http/routes/cameras.ts';
import { type CapDeps, capRoutes } from './http/routes/cap.ts';
import { type DirectiveDeps, directiveRoutes } from './http/routes/directives.ts';
import { eventPictureRoutes } from './http/routes/event-pictures.ts';
import { eventStreamRoutes } from './http/routes/event-stream.ts';
import { type EvidenceDeps, evidenceRoutes } from './http/routes/evidence.ts';
import { type FeedDeps, feedRoutes } from './http/routes/feeds.ts';
import { type HoldDeps, holdRoutes } from './http/routes/holds.ts';
import { incidentLinkRoutes } from './http/routes/incident-links.ts';
import { incidentPhoneRoutes } from './http/routes/incident-phones.ts';
import { incidentRoutes } from './http/routes/incidents.ts';
import { listRoutes, type SectorTarget } from './http/routes/lists.ts';
import { mediaRoutes } from './http/routes/media.ts';
import { modelRoutes } from './http/routes/models.ts';
import { noticeRoutes } from './http/routes/notices.ts';
import { type OpenDataDeps, openDataRoutes } from './http/routes/open-data.ts';
import { open311Routes } from './http/routes/open311.ts';
import { type OutputDeps, outputRoutes } from './http/routes/outputs.ts';
import { peopleRoutes } from './http/routes/people.ts';
import { placeRoutes } from './http/routes/places.ts';
import { portalRoutes } from './http/routes/portal.ts';
import { type QualityDeps, qualityRoutes } from './http/routes/quality.ts';
import { type RecordingAdminDeps, recordingAdminRoutes } from './http/routes/recording-admin.ts';
import { type RecordingDeps, recordingRoutes } from './http/routes/recordings.ts';
import { reportRoutes, reportTarget } from './http/routes/reports.ts';
import { type RuleDeps, ruleRoutes } from './http/routes/rules.ts';
import { type SectorEventDeps, sectorEventRoutes } from './http/routes/sector-events.ts';
import { type SectorFigureDeps, sectorFigureRoutes } from './http/routes/sector-figures.ts';
import { type SectorDeps, sectorRoutes } from './http/routes/sectors.ts';
import { sessionRoutes } from './http/routes/session.ts';
import { statisticsRoutes } from './http/routes/statistics.ts';
import { systemRoutes } from './http/routes/system.ts';
import { visitorSiteRoutes } from './http/routes/visitor-sites.ts';
import { createRtspGate } from './http/rtsp-gate.ts';
import { isSameOrigin } from './http/same-origin.ts';
import { createWallUpgrade } from './http/wall-upgrade.ts';
import type { IncidentPhones } from './incidents/incident-phones.ts';
import type { Incidents } from './incidents/incidents.ts';
import type { Notices } from './notices/notices.ts';
import type { PlaceRegister } from './places/places.ts';
import type { ReportsPart } from './reports-part.ts';
import type { Hub } from './restream/hub.ts';
import type { LlHls } from './restream/ll-hls/ll-hls.ts';
import { createRtspOut, type RtspOut } from './restream/rtsp-out/rtsp-out.ts';
import type { Stills } from './restream/snapshot.ts';
import type { Transcodes } from './restream/transcode.ts';
import type { WallSocket } from './restream/wall-socket/wall-socket.ts';
import type { Tiles } from './sectors/figures/tiles.ts';
import { createGateway, type Gateway, idOf } from './socket/gateway.ts';
import type { Statistics } from './statistics/statistics.ts';
import type { VisitorCounts } from './statistics/visitor-sites.ts';

/** All parts that people and machines reach through the doors. */
export interface DoorParts extends ReportsPart {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly consoleFolder: string;
  readonly database: Database;
  readonly access: Access;
  readonly events: EventLog;
  readonly groups: Groups;
  readonly register: CameraRegister;
  readonly probe: CameraProbe;
  readonly imports: CameraImport;
  readonly supervisor: Supervisor;
  readonly discover: Discover;
  readonly demo: DemoSwitch & { running(): boolean };
  readonly hub: Hub;
  readonly llHls: LlHls;
  readonly phones: PhoneIngest;
  readonly stills: Stills;
  readonly transcodes: Transcodes;
  readonly wall: WallSocket;
  readonly recorder: Pick<Recorder, 'figures' | 'statuses'>;
  readonly pictureRounds: Pick<PictureRounds, 'figures'>;
  readonly analytics: Pick<Analytics, 'figures'>;
  readonly watching: Pick<RuleDeps, 'rules' | 'trials'>;
  readonly pictureEvents: Pick<PictureEvents, 'onChanged'>;
  readonly eventPictures: Pick<EventPictures, 'read'>;
  readonly models: Models;
  readonly recordings: Pick<RecordingDeps, 'playback' | 'bookmarks'> & Pick<HoldDeps, 'holds' | 'holdCostOf' | 'disks'>;
  readonly evidence: Pick<EvidenceDeps, 'exports'> & { readonly keys: EvidenceKeys };
  readonly alerts: Alerts;
  readonly incidents: Incidents;
  readonly incidentPhones: IncidentPhones;
  readonly alertQuality: AlertQuality;
  readonly presence: Pick<Presence, 'follow'>;
  readonly places: PlaceRegister;
  readonly catalogue: SectorDeps['catalogue'];
  readonly observations: FeedDeps['observations'] & SectorFigureDeps['observations'];
  readonly figures: SectorFigureDeps['figures'];
  readonly tiles: Tiles;
  readonly sectorPage: SectorFigureDeps['page'];
  /** How departments deliver. */
  readonly deliveries: Pick<FeedDeps, 'feedAccess' | 'register' | 'intake' | 'pullNow'> &
    Omit<BatchDeps, keyof DeliveryHouse | 'ownerId' | 'looks'>;
  readonly indicatorTargets: SectorDeps['indicatorTargets'];
  readonly sectorTarget: SectorDeps['sectorTarget'];
  readonly statistics: Pick<Statistics, 'counts' | 'heat' | 'words'>;
  readonly openData: Omit<OpenDataDeps, 'url' | 'clock' | 'limit'>;
  readonly outputs: OutputDeps['outputs'];
  readonly push: OutputDeps['push'];
  /** How other programs know this server. */
  readonly notices: Notices;
  readonly visitors: VisitorCounts;
  readonly eventSource: () => string;
  readonly incidentReader: CapDeps['incidents'];
  /** What a permission is asked about, of an event of a sector. */
  readonly markTarget: SectorTarget;
  readonly eventTargets: SectorEventDeps['targets']['event'];
  readonly unitTarget: DirectiveDeps['unitTarget'];
  readonly sectorEvents: SectorEventDeps['sectorEvents'];
  readonly scores: QualityDeps['scores'];
  readonly sectorRules: QualityDeps['rules'];
  readonly previewRule: QualityDeps['previewRule'];
  readonly targetResults: SectorFigureDeps['targetResults'];
  readonly directives: DirectiveDeps['directives'];
  readonly administration: Pick<RecordingAdminDeps, 'policies' | 'asPolicyCamera' | 'retention' | 'storage'>;
}

/** What the routes of deliveries need of the rest of the house. */
type DeliveryHouse = Pick<FeedDeps, 'access' | 'catalogue' | 'places' | 'observations' | 'now'>;

export interface Doors {
  readonly url: string;
  /** Every route, for those who check them. */
  readonly routes: readonly Route[];
  close(): Promise<void>;
}

/** Joins the doors: routes over HTTP, the wall socket, socket.io; resolves when they are open. */
export async function openDoors(parts: DoorParts): Promise<Doors> {
  const { config, clock, log, access, events, groups, register, demo, supervisor, markTarget } = parts;
  const tls = config.server.tlsCertificate !== undefined;
  const facts = createClientFacts({ trustedProxies: config.server.trustedProxies, tls });
  const isOwnPage = (request: IncomingMessage): boolean =>
    isSameOrigin(request, facts(request).secure, config.server.publicUrl);

  const layouts = createLayouts({
    database: parts.database,
    clock,
    ownerId: idOf,
    ownerNames: async () => new Map((await access.users.list()).map((user) => [user.id, user.displayName])),
    maySee: (actor, cameraId) => can(actor, 'camera.view', register.target(cameraId)),
    mayShare: (actor) => can(actor, 'layout.share', { kind: 'system' }),
    mayManage: (actor) => can(actor, 'system.manage', { kind: 'system' }),
  });
  const discoveries = createDiscoveryJobs({
    discover: parts.discover,
    probe: parts.probe,
    register,
    ownerId: idOf,
    clock,
    log,
  });
  const { catalogue, places, observations } = parts;
  const deliveryHouse: DeliveryHouse = { access, catalogue, places, observations, now: clock.now };
  const metrics = createMetrics();
  const looks = createRestrictedLooks({ audit: access.audit, catalogue, now: clock.now, log });

  const routes: readonly Route[] = [
    ...sessionRoutes({
      access,
      program: () => ({ demo: demo.running(), version: parts.version }),
      isSecure: ({ request }) => facts(request).secure,
    }),
    ...peopleRoutes(access),
    ...cameraRoutes({ ...parts, steering: supervisor, publicUrl: () => http.url() }),
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
      consoleUrl: () => http.url(),
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
        url: http.url(),
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
      ...{ ...parts.openData, clock, url: () => http.url() },
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
    ...open311Routes({ ...parts, consoleUrl: () => http.url(), now: clock.now }),
    ...systemRoutes({
      metrics,
      version: parts.version,
      parts: async () => ({ database: await databaseState(parts.database) }),
      routes: () => routes,
    }),
  ];
  const http = createHttpDoor({
    config: config.server,
    routes,
    access,
    register,
    consoleFolder: parts.consoleFolder,
    log,
  });
  const gateway = createGateway({
    server: http.server,
    access,
    register,
    events,
    sectorTarget: markTarget,
    log,
    isOwnPage,
    identify: (request) =>
      authenticate(access, request, {
        address: facts(request).address,
        userAgent: request.headers['user-agent'] ?? '',
      }),
  });
  const upgradeWall = createWallUpgrade({
    access,
    register,
    wall: parts.wall,
    facts,
    publicUrl: config.server.publicUrl,
    log,
  });
  http.onUpgrade(WALL_SOCKET_PATH, upgradeWall);
  const upgradePhone = createPhoneUpgrade({
    phones: parts.phones,
    facts,
    publicUrl: config.server.publicUrl,
    nameOf: (cameraId) => register.find(cameraId)?.name ?? '',
    isLive: (cameraId) => supervisor.statuses(cameraId).some(({ state }) => state === 'live'),
    onLive: (listener) => supervisor.onStatus(listener),
  });
  http.onUpgrade(PHONE_SOCKET_PATH, upgradePhone);
  const rtspOut = createRtspOut({
    ...{ hub: parts.hub, config: config.rtspOut, clock, log },
    gate: createRtspGate({ access, register, knows: (id) => register.find(id) !== undefined, log }),
    nameOf: (cameraId) => register.find(cameraId)?.name ?? '',
  });
  // socket.io listens for its own upgrades; naming its path keeps the door from refusing them.
  http.onUpgrade('/socket.io', () => {});

  parts.presence.follow(() => gateway.seated('alert.claim'));
  const stopTelling = tellPeople(parts, { gateway, layouts, discoveries, looks });
  measure(metrics, parts, gateway, rtspOut);
  await http.listen();
  await rtspOut.listen().catch((error: unknown) => {
    // Other systems get no picture; people here do.
    log.error({ reason: messageOf(error) }, 'RTSP players cannot be received');
  });

  return {
    url: http.url(),
    routes,
    async close() {
      stopTelling();
      discoveries.close();
      parts.wall.close();
      await rtspOut.close();
      await gateway.close();
      await http.close();
    },
  };
}

/** What happens inside becomes what people are told. */
function tellPeople(
  parts: DoorParts,
  {
    gateway,
    layouts,
    discoveries,
    looks,
  }: {
    gateway: Gateway;
    looks: RestrictedLooks;
    layouts: { onChanged(listener: () => void): () => void };
    discoveries: ReturnType<typeof createDiscoveryJobs>;
  },
): () => void {
  const { register, groups, events, supervisor, recordings, evidence, pictureEvents } = parts;
  const { outputs, models, alerts, incidents, places, catalogue, indicatorTargets, deliveries, tiles } = parts;
  const { reports, reportPlaces } = parts;
  const stops = [
    register.onSaved((camera) => gateway.tell('camera:saved', register.view(camera), { cameraId: camera.id })),
    register.onRemoved((id) => gateway.tell('camera:removed', { id }, {})),
    pictureEvents.onChanged((cameraId) => {
      const camera = register.find(cameraId);
      if (camera !== undefined) gateway.tell('camera:saved', register.view(camera), { cameraId });
    }),
    groups.onChanged(() => gateway.tell('lists:changed', { list: 'groups' }, {})),
    layouts.onChanged(() => gateway.tell('lists:changed', { list: 'layouts' }, {})),
    recordings.holds.onChanged(() => gateway.tell('lists:changed', { list: 'holds' }, {})),
    outputs.onChanged(() => gateway.tell('lists:changed', { list: 'outputs' }, {})),
    models.onChanged(() => gateway.tell('lists:changed', { list: 'models' }, {})),
    places.onChanged(() => gateway.tell('lists:changed', { list: 'places' }, {})),
    catalogue.onChanged(() => gateway.tell('lists:changed', { list: 'sectors' }, {})),
    deliveries.register.onChanged(() => gateway.tell('lists:changed', { list: 'feeds' }, {})),
    tiles.onChanged((tile) => gateway.tell('tile:changed', tile, { target: parts.sectorTarget(tile.sector) })),
    indicatorTargets.onChanged(() => gateway.tell('lists:changed', { list: 'sectors' }, {})),
    events.onAppended((event) =>
      gateway.tell('event:appended', event, { cameraId: event.cameraId, sector: sectorMarkOf(event) }),
    ),
    discoveries.onProgress((actorId, progress) => gateway.tell('discovery:progress', progress, { actorId })),
    evidence.exports.onChanged((actorId, view) => gateway.tell('export:progress', view, { actorId })),
    alerts.onChanged((alert) => gateway.tell('alert:changed', alert, { cameraId: alert.cameraId })),
    incidents.onChanged(({ id, number, version, state }) =>
      gateway.tell('incident:changed', { id, number, version, state }, {}),
    ),
    parts.sectorEvents.onChanged((event) => {
      const { sector: target, cameras } = parts.eventTargets(event);
      const onHeard = (actor: Actor): void => looks.heard(actor, event);
      gateway.tell('sectorEvent:changed', event, { target, cameras, onHeard });
    }),
    parts.directives.onChanged(({ id, number, version, state, unitId }) =>
      gateway.tell('directive:changed', { id, number, version, state }, { target: parts.unitTarget(unitId) }),
    ),
    reports.onChanged(({ id, number, version, state, unitId }, was) => {
      // Who had it before hears that it went, too.
      for (const unit of new Set([unitId, was?.unitId ?? unitId])) {
        gateway.tell('report:changed', { id, number, version, state }, { target: reportTarget(unit, reportPlaces) });
      }
    }),
    alerts.handovers.onChanged(() => gateway.tell('lists:changed', { list: 'handovers' }, {})),
    supervisor.onStatus((cameraId, { role, state, fault, sinceMs, lastFrameMs }) =>
      gateway.tell('stream:state', { cameraId, role, state, fault, sinceMs, lastFrameMs }, { cameraId }),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function measure(metrics: Metrics, parts: DoorParts, gateway: Gateway, rtspOut: RtspOut): void {
  const { register, supervisor, hub, wall, transcodes, recorder, pictureRounds } = parts;
  metrics.gauge('cameras', 'Registered cameras', () => register.list().length);
  metrics.gauge(
    'streams',
    'Camera streams by state',
    () => {
      const counts: Record<string, number> = {};
      for (const camera of register.list()) {
        for (const { state } of supervisor.statuses(camera.id)) counts[state] = (counts[state] ?? 0) + 1;
      }
      return counts;
    },
    'state',
  );
  metrics.gauge('hub_bytes', 'Video kept in memory, bytes', () => hub.figures().bytes);
  metrics.gauge('hub_readers', 'Readers of live streams', () => hub.figures().readers);
  metrics.gauge('wall_clients', 'Open wall sockets', () => wall.figures().clients);
  metrics.gauge('wall_cells', 'Cells on all wall sockets', () => wall.figures().cells);
  metrics.gauge('wall_queued_bytes', 'Video that waits for slow walls, bytes', () => wall.figures().queuedBytes);
  metrics.gauge('transcoders', 'Running transcoders', () => transcodes.active);
  metrics.gauge('recording_streams', 'Streams with an open recording', () => recorder.figures().streams);
  metrics.gauge('recording_bytes', 'Written to disks since the start, bytes', () => recorder.figures().bytesWritten);
  metrics.gauge(
    'recording_lost_fragments',
    'Fragments that came in and could not be written since the start',
    () => recorder.figures().lostFragments,
  );
  metrics.gauge('recording_queue', 'Writes and syncs that wait or run', () => recorder.figures().waiting);
  metrics.gauge('disk_free_bytes', 'Free on a recording disk, bytes', () => recorder.figures().freeBytes, 'disk');
  const looks = pictureRounds.figures;
  metrics.gauge('picture_looks', 'Looks at pictures since the start', () => looks().looks);
  metrics.gauge('picture_looks_failed', 'Looks at pictures that could not be decoded', () => looks().failedLooks);
  metrics.gauge('picture_decoder_ms', 'Time that decoding for looks took since the start, ms', () => looks().decoderMs);
  metrics.gauge(
    'picture_longest_wait_ms',
    'Age of the oldest last look at a camera with pictures, ms',
    () => looks().longestWaitMs,
  );
  measureWatching(metrics, parts.analytics.figures);
  metrics.gauge('directives_open', 'Directives that are open', () => parts.directives.openCounts().open);
  metrics.gauge('directives_overdue', 'Directives that are overdue', () => parts.directives.openCounts().overdue);
  metrics.gauge('rtsp_players', 'Players by RTSP', () => rtspOut.players);
  metrics.gauge('consoles', 'Consoles connected by socket.io', () => gateway.figures().clients);
}

function measureWatching(metrics: Metrics, figures: Analytics['figures']): void {
  metrics.gauge('watched_cameras', 'Cameras whose pictures are watched by rules', () => figures().cameras);
  metrics.gauge('watch_frames', 'Frames decoded for watching since the start', () => figures().frames);
  metrics.gauge(
    'watch_frames_dropped',
    'Frames that came while a look took too long, since the start',
    () => figures().dropped,
  );
  metrics.gauge(
    'watch_heartbeat_age_ms',
    'Since the whole picture was last looked at, of the camera for which it is longest, ms',
    () => figures().heartbeatAgeMs,
  );
  metrics.gauge(
    'detector_looks',
    'Pictures given to the detector since the start, by outcome',
    () => {
      const { looks, dropped, failed } = figures().detector;
      return { done: looks, dropped, failed };
    },
    'outcome',
  );
  metrics.gauge('detector_waiting', 'Pictures that wait for the detector', () => figures().detector.waiting);
  metrics.gauge('detector_busy_ms', 'Time that its threads spent looking, ms', () => figures().detector.busyMs);
  metrics.gauge('detection_events_waiting', 'Events of rules that are not stored yet', () => figures().told.waiting);
  metrics.gauge('detection_events_lost', 'Events of rules that could not be stored', () => figures().told.lost);
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
