import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import { createLogger, createSecretRegister, type Logger, type SecretRegister } from '#base/log';
import { createSecretBox, loadOrCreateKey, type SecretBox } from '#base/secrets';
import { createShutdown, type Shutdown } from '#base/shutdown';
import type { CameraKind } from '#contracts/camera';
import { createCameraRules } from '../analytics/rules/camera-rules.ts';
import { createKeyFrameDecoder } from '../camera-adapters/ffmpeg/key-frame-frames.ts';
import { createOverlayEncoder } from '../camera-adapters/ffmpeg/overlay-encoder.ts';
import type { Config } from '../config/schema.ts';
import { createSegmentStore } from '../recordings/segment-store.ts';
import { createAccess } from './access/access.ts';
import { createAlertFigures } from './alerts/alert-figures.ts';
import { createAlertsPart } from './alerts-part.ts';
import { createAnalytics } from './analytics-part.ts';
import { createCameraFacts, createPresence, createRecordedSeconds } from './camera-facts.ts';
import { createCameraSectorEvents } from './camera-sector-events.ts';
import { createCameraImport } from './cameras/camera-import.ts';
import { createCameraProbe } from './cameras/camera-probe.ts';
import { createCameraRuleStore } from './cameras/camera-rules.ts';
import { createClockWatch } from './cameras/clock-watch.ts';
import { createDeviceCompliance } from './cameras/device-compliance.ts';
import { createFactFinder } from './cameras/device-facts.ts';
import { createGroups, type Groups } from './cameras/groups.ts';
import { createRegister } from './cameras/register.ts';
import { createDelivered } from './delivered-part.ts';
import { createCitizens } from './demo/citizens.ts';
import { startDemo } from './demo/demo.ts';
import { demoFeeds, demoPlan } from './demo/demo-feeds.ts';
import { demoRegister } from './demo/demo-register.ts';
import { createDepartments } from './demo/departments/departments.ts';
import { createLivedTime } from './demo/departments/lived-time.ts';
import { DEPARTMENTS } from './demo/departments/sectors/index.ts';
import { demoMap, demoUnits } from './demo/province.ts';
import { openDoors } from './doors.ts';
import { createCameraEvents } from './events/camera-events.ts';
import { createEventLog, type EventLog } from './events/event-log.ts';
import { createDetection } from './models-part.ts';
import { createNotices } from './notices/notices.ts';
import { createOutputsPart } from './outputs-part.ts';
import { createPictureHealth } from './picture-health-part.ts';
import { createRecordings } from './recordings-part.ts';
import { REPORT_SECTOR } from './reports/interfaces.ts';
import { WAITING } from './reports/report-acts.ts';
import { createReportsPart } from './reports-part.ts';
import { createSectorsPart } from './sectors-part.ts';
import { createStatistics } from './statistics/statistics.ts';
import { createVisitorCounts } from './statistics/visitor-sites.ts';
import { lockDataFolder } from './store/data-lock.ts';
import { createSqliteDatabase } from './store/sqlite.ts';
import { VERSION } from './version.ts';
import { createVideo, scenesFolder, type Video } from './video-part.ts';
import { createVisitorFacts } from './visitor-facts.ts';

/**
 * Builds all parts and joins them; read it from top to bottom to see how the program hangs together. Parts never look
 * at each other: what one needs of another is handed over here.
 */
export interface App {
  readonly url: string;
  /** The one-time link that makes the administrator; `null` once there is one. */
  readonly setupUrl: string | null;
  /** Ends everything, newest part first. Resolves to the names of parts that did not end in time. */
  stop(): Promise<readonly string[]>;
}

/** What nearly every part gets. */
interface House {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: SecretRegister;
  readonly shutdown: Shutdown;
}

export async function startApp(config: Config, options: { demo: boolean }): Promise<App> {
  const secrets = createSecretRegister();
  if (config.access.adminPassword !== undefined) secrets.add(config.access.adminPassword);
  const log = createLogger({ level: config.data.logLevel, secrets });
  const shutdown = createShutdown(log);
  try {
    return await build({ config, clock: systemClock, log, secrets, shutdown }, options);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function build(house: House, options: { demo: boolean }): Promise<App> {
  const { config, clock, log, shutdown } = house;
  const data = resolve(config.data.directory);

  // What is kept.
  const secretBox = createSecretBox(await loadOrCreateKey(config.data.keyFile ?? join(data, 'secret.key')));
  shutdown.add('data folder', await lockDataFolder(data));
  const database = await createSqliteDatabase({ path: join(data, 'tamnhin.db'), clock, log });
  shutdown.add('database', () => database.close());

  // What happened, who may do what, and what rights hang on: groups, sectors, organisations.
  const { keepMost, keepDays } = config.events;
  const events = createEventLog({ database, log, keep: keepMost, keepDays, now: clock.now });
  shutdown.add('events', () => events.close());
  const groups = await createGroups({ database, clock });
  const sectors = await createSectorsPart(house, { database });
  const access = await createAccess({
    database,
    config: config.access,
    clock,
    log,
    secretBox,
    groupsAbove: groups.above,
    scopeExists: sectors.scopeExists,
  });
  shutdown.add('access', () => access.close());

  // Cameras in, fragments out.
  const video = createVideo(house);
  const health = await createPictureHealth(house, {
    database,
    events,
    classOf: (cameraId) => cameras.register.find(cameraId)?.class,
  });
  const cameras = await createCameras(house, { database, secretBox, events, groups, video, health });
  const pictureRounds = health.watch({ register: cameras.register, ...video });
  const { detector, models } = await createDetection(house, { database });
  const rules = await createCameraRuleStore({ database, clock, log });
  cameras.register.onRemoved(rules.forget);
  const statistics = createStatistics({
    ...{ database, clock, log },
    linesOf: (cameraId) =>
      rules.of(cameraId).flatMap(({ kind, id, name }) => (kind === 'line' ? [{ ruleId: id, name }] : [])),
  });
  shutdown.add('statistics', () => statistics.close());
  const presence = createPresence(video.supervisor, {
    clock,
    sendsAtWill: (cameraId) => cameras.register.find(cameraId)?.source.kind === 'phone',
  });
  const visitors = await createVisitorCounts({
    ...{ database, clock, log, timeZone: config.places.timeZone, isLive: presence.isLive },
    ...{ rulesOf: rules.of, looks: () => detector.model !== null },
  });
  shutdown.add('visitors', () => visitors.close());
  const onScene: typeof statistics.onScene = (cameraId, scene, crossings) => {
    statistics.onScene(cameraId, scene, crossings);
    if (crossings.length > 0) visitors.onCrossings(cameraId, crossings);
  };
  const analytics = createAnalytics(house, {
    ...{ events, pictures: health.pictures, register: cameras.register, stills: video.decoder },
    ...{ hub: video.hub, supervisor: video.supervisor, rolesOf: video.rolesOf, detector },
    keyFrames: createKeyFrameDecoder(video.keyFrames),
    ...{ rules, createRules: createCameraRules, onScene },
  });
  const recordings = await createRecordings(house, {
    ...{ database, secretBox, events, groups, register: cameras.register },
    ...{ hub: video.hub, decoder: video.decoder, rolesOf: video.rolesOf },
    overlayEncoder: createOverlayEncoder({ ffmpegPath: config.cameras.ffmpegPath, clock, log }),
    verifierFile: join(consoleFolder(), '../verifier/index.html'),
  });
  const alerts = await createAlertsPart(house, {
    ...{ database, events, access, groups, register: cameras.register, pictures: health.pictures },
    ...{ exports: recordings.evidence.exports, holds: recordings.recordings.holds },
    rules,
  });
  // Those outside who are told.
  let doorUrl = config.server.publicUrl?.replace(/\/$/, '') ?? '';
  const out = await createOutputsPart(house, {
    ...{ database, secretBox, events, access, register: cameras.register },
    ...{ alerts: alerts.alerts, incidents: alerts.incidents },
    consoleUrl: () => doorUrl,
  });
  alerts.beginAlerts();

  // What departments deliver and citizens report; our own cameras are a sector like any other.
  const devices = createDeviceCompliance(cameras.register.credentials);
  const delivered = await createDelivered(house, {
    ...{ database, secretBox, access, events, sectors, cameraTarget: cameras.register.target },
    createReports: (ground) =>
      createReportsPart(house, {
        ...{ database, secretBox, ...ground },
        isOn: () => sectors.catalogue.sector(REPORT_SECTOR)?.enabled === true,
      }),
    ownFacts: {
      ...createVisitorFacts(visitors),
      ...createCameraFacts({
        ...{ register: cameras.register, places: sectors.places, presence, devices },
        alerts: createAlertFigures(database),
        recordedOf: createRecordedSeconds({
          segments: createSegmentStore(database),
          find: cameras.register.find,
          policyOf: (camera) => recordings.policies.resolve(recordings.administration.asPolicyCamera(camera)),
        }),
      }),
    },
  });

  const cameraSector = createCameraSectorEvents({
    ...{ register: cameras.register, places: sectors.places, clock, log, ...presence },
    ...{ alerts: alerts.alerts, events: delivered.sectorEvents, hasDefaultPassword: devices.hasDefaultPassword },
    ...{ pictureFaultOf: health.told.openFault, onPictureChanged: health.told.onChanged },
    rules: delivered.sectorRules,
    isOn: () => sectors.catalogue.sector('camera')?.enabled === true,
  });
  shutdown.add('cameras as a sector', () => cameraSector.close());

  const demo = startDemo({
    log,
    clock,
    ffmpegPath: config.cameras.ffmpegPath,
    cacheFolder: scenesFolder(config),
    cameras: demoRegister(cameras.register, groups, recordings.policies, rules),
    rtmp: video.rtmp,
    departments: createDepartments({
      ...{ departments: DEPARTMENTS, faultShare: config.demo.faultShare, clock, log, url: () => doors.url },
      livedMs: createLivedTime(clock, config.demo),
      feeds: demoFeeds({
        ...delivered,
        places: sectors.places,
        tokens: access.tokens,
        register: delivered.feedRegister,
        clock,
      }),
      plan: () => demoPlan(sectors),
    }),
    citizens: createCitizens({
      ...{ clock, log, url: () => doors.url, perHour: config.demo.reportsPerHour },
      communes: () => demoPlan(sectors).communes,
      waiting: async () => {
        const { states } = await delivered.reports.counts(null);
        return WAITING.reduce((sum, state) => sum + (states[state] ?? 0), 0);
      },
    }),
    province: {
      install: () => sectors.places.installDemo(demoMap(), demoUnits()),
      remove: () => sectors.places.removeDemo(),
    },
  });
  shutdown.add('demo', () => demo.stop());
  video.allow(demo.endpoints);

  // People.
  const doors = await openDoors({
    config,
    clock,
    log,
    version: VERSION,
    consoleFolder: consoleFolder(),
    database,
    access,
    events,
    groups,
    demo,
    ...cameras,
    ...video,
    ...recordings,
    statistics,
    visitors,
    notices: createNotices({ database, clock, hasArea: (code) => sectors.places.area(code)?.validToMs === null }),
    ...out,
    models,
    ...alerts,
    ...sectors,
    ...delivered,
    pictureRounds,
    analytics,
    watching: { rules, trials: analytics.trials(recordings.fragments) },
    pictureEvents: health.told,
    eventPictures: health.pictures,
  });
  shutdown.add('doors', () => doors.close());
  doorUrl = doors.url;
  out.beginOutputs();

  // The demo first: its cameras have new addresses in each run.
  await (options.demo ? demo.install() : demo.start());
  cameras.register.start();
  recordings.start();
  analytics.start();
  delivered.begin();
  cameraSector.begin();
  // Video does not wait for it.
  void models.start();
  await events.append({
    type: 'vn.tamnhin.system.started',
    timeMs: clock.now(),
    severity: 'unknown',
    cameraId: null,
    data: { version: VERSION },
  });
  const setupToken = access.setupToken();
  log.info({ version: VERSION, url: doors.url }, 'started');
  return {
    url: doors.url,
    setupUrl: setupToken === null ? null : `${doors.url}/setup#${setupToken}`,
    stop: () => shutdown.run(),
  };
}

type PictureHealth = Awaited<ReturnType<typeof createPictureHealth>>;

/** The register, and what follows from a change of it. */
async function createCameras(
  { config, clock, log, secrets, shutdown }: House,
  parts: {
    database: Database;
    secretBox: SecretBox;
    events: EventLog;
    groups: Groups;
    video: Video;
    health: PictureHealth;
  },
) {
  const { database, secretBox, events, groups, video, health } = parts;
  const { guard, supervisor, hub, transcodes, rtmp, phones } = video;

  if (config.cameras.rtmpPort !== 0) {
    await rtmp.start().catch((error: unknown) => {
      // Cameras that come to us cannot; all others can: no reason not to start.
      log.error({ reason: messageOf(error) }, 'RTMP publishers cannot be received');
    });
  }
  const port = rtmp.port();
  const register = await createRegister({
    database,
    secretBox,
    secrets,
    clock,
    log,
    groups,
    watch: supervisor,
    guard,
    rolesOf: video.rolesOf,
    append: events.append,
    pictureFaultOf: health.told.openFault,
    publishServer: port === null ? null : `rtmp://${publicHost(config)}:${port}/live`,
  });

  const cameraEvents = await createCameraEvents({
    database,
    clock,
    log,
    append: events.append,
    classOf: (cameraId) => register.find(cameraId)?.class,
  });
  shutdown.add('camera events', () => cameraEvents.close());
  supervisor.onStatus((cameraId, status) => cameraEvents.status(cameraId, status));

  const tellKeys = (): void => {
    const keysOf = (kind: CameraKind): ReadonlyMap<string, string> =>
      new Map(
        register
          .list()
          .filter(({ source, enabled }) => source.kind === kind && enabled)
          .map((camera) => [register.credentials(camera).password, camera.id]),
      );
    rtmp.setKeys(keysOf('rtmp'));
    phones.setKeys(keysOf('phone'));
  };
  tellKeys();
  register.onSaved(tellKeys);
  register.onRemoved((cameraId) => {
    tellKeys();
    cameraEvents.forget(cameraId);
    hub.drop(cameraId);
    transcodes.drop(cameraId);
  });

  const probe = createCameraProbe({ register, prober: supervisor, guard });
  const asking = new AbortController();
  shutdown.add('device facts', () => asking.abort());
  supervisor.onStatus(createFactFinder({ register, probe, clock, log, signal: asking.signal }));
  const read = supervisor.clockOffset;
  supervisor.onStatus(createClockWatch({ register, read, clock, log, signal: asking.signal }));
  const imports = createCameraImport({ register, groups, guard });
  return { register, probe, imports };
}

/** Where publishers reach us, as far as we can know. */
function publicHost({ server, cameras }: Config): string {
  if (server.publicUrl !== undefined) return new URL(server.publicUrl).hostname;
  return cameras.rtmpHost === '0.0.0.0' || cameras.rtmpHost === '::' ? 'localhost' : cameras.rtmpHost;
}

/** Beside this file in the build; the sources are served from the last build. */
function consoleFolder(): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  return here.includes(`${join('dist', 'server')}`) ? join(here, '../player') : join(here, '../dist/player');
}
