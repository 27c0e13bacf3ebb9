import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock';
import { createLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { createShutdown } from '#base/shutdown';
import type { Permission, Role, Scope } from '#contracts/access';
import type { CameraSource, StreamStatus } from '#contracts/camera';
import { CSRF_HEADER } from '#contracts/http';
import type { Fragment, FragmentSink, OverlayEncoder, StillDecoder, StreamInfo, StreamRole } from '#contracts/media';
import { createOnnxDetector } from '../../analytics/detectors/onnx-detector.ts';
import { openModelFolder } from '../../analytics/models/model-folder.ts';
import { createModels } from '../../analytics/models/models.ts';
import { createRuleTrials } from '../../analytics/trials/rule-trials.ts';
import { createPhoneIngest } from '../../camera-adapters/phone/phone-ingest.ts';
import type { StatusListener, Supervisor } from '../../camera-adapters/supervisor.ts';
import { configSchema } from '../../config/schema.ts';
import { createBookmarks } from '../../recordings/bookmarks.ts';
import { createExports } from '../../recordings/evidence/exports.ts';
import { createEvidenceKeys } from '../../recordings/evidence/keys.ts';
import { createHoldCosts } from '../../recordings/hold-cost.ts';
import { createHolds } from '../../recordings/holds.ts';
import { createPlayback } from '../../recordings/playback.ts';
import { createPolicies } from '../../recordings/policies.ts';
import { createRecordedFragments } from '../../recordings/recorded-fragments.ts';
import { createRetention } from '../../recordings/retention.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { createStorage } from '../../recordings/storage.ts';
import { createAccess } from '../../server/access/access.ts';
import { SYSTEM } from '../../server/access/actor.ts';
import { createAlertsPart } from '../../server/alerts-part.ts';
import type { Camera as RegisteredCamera } from '../../server/cameras/camera.ts';
import { createCameraImport } from '../../server/cameras/camera-import.ts';
import { createCameraProbe } from '../../server/cameras/camera-probe.ts';
import { createCameraRuleStore } from '../../server/cameras/camera-rules.ts';
import { createDelivered } from '../../server/delivered-part.ts';
import { openDoors } from '../../server/doors.ts';
import { createEventLog } from '../../server/events/event-log.ts';
import { createNotices } from '../../server/notices/notices.ts';
import { createOutputsPart } from '../../server/outputs-part.ts';
import { createReportsPart } from '../../server/reports-part.ts';
import { createHub } from '../../server/restream/hub.ts';
import { createLlHls } from '../../server/restream/ll-hls/ll-hls.ts';
import { createStills } from '../../server/restream/snapshot.ts';
import { createTranscodes } from '../../server/restream/transcode.ts';
import { createWallSocket } from '../../server/restream/wall-socket/wall-socket.ts';
import { createSectorsPart } from '../../server/sectors-part.ts';
import { idOf } from '../../server/socket/gateway.ts';
import { createStatistics } from '../../server/statistics/statistics.ts';
import { createVisitorCounts } from '../../server/statistics/visitor-sites.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { createFakeCamera } from '../fakes/fragments.ts';
import { fakeDisks, fakeOpenSegments, recordClip } from '../fakes/recorded.ts';
import { cameraInput, createTestRegister, FOUND } from '../fakes/register.ts';
import { recordedEvents, reportPlaces } from '../fakes/report-places.ts';

/**
 * The real doors, access, register, event log, hub and database, with people of every role. Only what stands outside
 * is invented: the cameras, the decoder, and the search of the network.
 */
export type House = Awaited<ReturnType<typeof openHouse>>;

export interface Camera {
  readonly id: string;
  /** Its group and all above it. */
  readonly groupIds: readonly string[];
}

/** Somebody who sends requests. */
export interface Sender {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly may: (permission: Permission, on: Camera | 'system' | 'anything') => boolean;
  readonly isPerson: boolean;
  /** Another session of the same person. */
  readonly again: () => Promise<Sender>;
}

const PASSWORDS = { first: 'tám con mèo xanh', own: 'đèn biển Vũng Tàu' };
const client = { address: '127.0.0.1', userAgent: 'test' };

export interface HouseOptions {
  /** The built console, for those who look at it. */
  readonly consoleFolder?: string;
  /** What makes stills of recordings. */
  readonly decoder?: StillDecoder;
}

export async function openHouse(options: HouseOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-house-'));
  await mkdir(join(folder, 'console', 'assets'), { recursive: true });
  await mkdir(join(folder, 'console', 'portal'));
  for (const page of ['index.html', 'portal/index.html']) {
    await writeFile(join(folder, 'console', page), `<!doctype html><title>console ${page}</title>`);
  }
  await writeFile(join(folder, 'console', 'assets', 'app-1a2b.js'), 'export {};');
  await writeFile(join(folder, 'outside.txt'), 'not for readers');

  const config = configSchema.parse({
    server: { port: 0, bodyLimitKb: 16 },
    live: { maxTranscoders: 8, ringSeconds: 120 },
    // Where somebody looks, the way in must be past its first step.
    access: options.consoleFolder === undefined ? {} : { adminPassword: PASSWORDS.own },
  });
  const clock = systemClock;
  const database = await createTemporaryDatabase();
  const test = await createTestRegister(database);
  const { register, groups, secrets } = test;
  const logged: string[] = [];
  const log = createLogger({ level: 'trace', secrets, write: (line) => logged.push(line) });
  const secretBox = createSecretBox(new Uint8Array(32).fill(5));
  const shutdown = createShutdown(log);
  const sectors = await createSectorsPart({ config, clock, log, shutdown }, { database });
  const access = await createAccess({
    database,
    config: config.access,
    clock,
    log,
    secretBox,
    groupsAbove: groups.above,
    // Reports have units of their own here.
    scopeExists: (scope) =>
      sectors.scopeExists(scope) || (scope.kind === 'unit' && reportPlaces().unit(scope.unitId) !== undefined),
    passwordCost: 2 ** 10,
  });
  const events = createEventLog({ database, log });

  const statusListeners = new Set<StatusListener>();
  const supervisor: Supervisor = {
    apply: () => {},
    remove: async () => {},
    restart: () => {},
    want: () => {},
    statuses: (id) => (register.find(id) === undefined ? [] : [LIVE]),
    probe: async () => FOUND,
    ptz: async () => {},
    presets: async () => [],
    clockOffset: async () => null,
    signals: async () => {},
    onStatus(listener) {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    onSteered: () => () => {},
    stop: async () => {},
  };
  const hub = createHub({ config: config.live, clock, log });
  const transcodes = createTranscodes({
    hub,
    transcoder: {
      async run(_input, sink, signal) {
        // It goes on, as the cameras do: a walk of all addresses takes longer than a picture is live.
        const stop = clock.every(1000, fillWith(sink, clock.now()));
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        stop();
      },
    },
    config: config.live,
    clock,
    log,
  });
  const llHls = createLlHls({ hub, transcodes, config: config.live, clock });
  const noDecoder: StillDecoder = { jpeg: async () => new Uint8Array([0xff, 0xd8]) };
  const stills = createStills({ hub, decoder: noDecoder, clock });
  const wall = createWallSocket({ hub, statuses: supervisor, stills, transcodes, config: config.live, clock, log });
  const store = createSegmentStore(database);
  const rules = await createCameraRuleStore({ database, clock, log });
  const detector = createOnnxDetector({ threads: 1, providers: ['cpu'], clock, log });
  const disks = fakeDisks(join(folder, 'disk'));
  const playback = createPlayback({ store, disks, open: fakeOpenSegments(), decoder: options.decoder ?? noDecoder });
  const keys = await createEvidenceKeys({ database, secretBox, clock, log });
  const exports = await createExports({
    sources: { store, disks, open: fakeOpenSegments() },
    ...{ keys, database, clock, log },
    folder: join(folder, 'exports'),
    verifier: async () => '<!doctype html>',
    program: 'test',
    cameraOf: (id) => ({
      camera: { id, number: register.find(id)?.number ?? 0, name: id, place: null },
      clock: null,
    }),
    masksOf: (id) => register.masks(id).masks,
    encoder: patientEncoder,
  });
  const holds = await createHolds({ database, clock });
  const policies = await createPolicies({ database, config: config.recordings, clock, log });
  const asPolicyCamera = ({ id, class: importance, groupId }: RegisteredCamera) => ({
    ...{ id, class: importance, groupIds: groupId === null ? [] : groups.above(groupId) },
  });
  const retention = await createRetention({
    ...{ database, store, disks, holds, clock, log, append: events.append, freeGigabytes: 5 },
    retentionOf(cameraId) {
      const camera = register.find(cameraId);
      return (camera === undefined ? policies.ofUnknown() : policies.resolve(asPolicyCamera(camera))).retention;
    },
  });
  const storage = createStorage({ store, disks, retention, clock });
  const recordings = {
    playback,
    bookmarks: createBookmarks({ database, clock }),
    holds,
    holdCostOf: createHoldCosts({ store, open: fakeOpenSegments(), clock }),
    disks,
  };
  const statistics = createStatistics({ database, clock, log, linesOf: () => [] });
  const modelFolder = await openModelFolder(join(folder, 'models'));
  const models = await createModels({
    ...{ folder: modelFolder, database, detector, providers: ['cpu'], threads: 1, clock, log },
  });
  await models.start();
  /** By name: what events were told with. */
  const pictures = new Map<string, Uint8Array>();
  const readPicture = async (_camera: string, name: string) => pictures.get(name);
  const alerts = await createAlertsPart(
    { config: { ...config, data: { ...config.data, directory: folder } }, clock, log, shutdown },
    { database, events, access, groups, register, pictures: { read: readPicture }, exports, holds, rules },
  );
  const out = await createOutputsPart(
    { config, clock, log, secrets, shutdown },
    {
      ...{ database, secretBox, events, access, register },
      ...{ alerts: alerts.alerts, incidents: alerts.incidents },
      consoleUrl: () => 'http://localhost',
    },
  );
  alerts.beginAlerts();
  const here = { config: { ...config, data: { ...config.data, directory: folder } }, clock, log, secrets, shutdown };
  const reportEvents = recordedEvents();
  const delivered = await createDelivered(here, {
    ...{ database, secretBox, access, events, sectors, ownFacts: {}, cameraTarget: register.target },
    createReports: () =>
      createReportsPart(here, {
        ...{ database, secretBox, places: reportPlaces(), events: reportEvents.events, isOn: () => true },
      }),
  });
  const visitors = await createVisitorCounts({
    ...{ database, clock, log, timeZone: config.places.timeZone, isLive: () => true },
    ...{ rulesOf: () => [], looks: () => true },
  });
  shutdown.add('visitors', () => visitors.close());
  const doors = await openDoors({
    visitors,
    notices: createNotices({ database, clock, hasArea: (code) => sectors.places.area(code) !== undefined }),
    config,
    clock,
    log,
    version: '0',
    consoleFolder: options.consoleFolder ?? join(folder, 'console'),
    database,
    access,
    events,
    groups,
    register,
    probe: createCameraProbe(test),
    imports: createCameraImport(test),
    supervisor,
    discover: async ({ onProgress }) => onProgress(1, 1),
    demo: { running: () => false, install: async () => {}, remove: async () => {} },
    hub,
    llHls,
    stills,
    phones: createPhoneIngest({ log }),
    transcodes,
    wall,
    recorder: {
      figures: () => ({ streams: 0, bytesWritten: 0, lostFragments: 0, waiting: 0, freeBytes: {} }),
      statuses: () => [],
    },
    watching: {
      rules,
      trials: createRuleTrials({
        ...{ recorded: createRecordedFragments({ store, disks, open: fakeOpenSegments() }).runs, masksOf: () => [] },
        ...{ decoder: { run: async () => {} }, detector, framesPerSecond: 5, heartbeatMs: 15_000 },
        ...{ ownerId: idOf, clock, log },
      }),
    },
    analytics: {
      figures: () => ({
        ...{ cameras: 0, frames: 0, dropped: 0, heartbeatAgeMs: 0 },
        detector: { looks: 0, dropped: 0, failed: 0, waiting: 0, busyMs: 0 },
        told: { events: 0, waiting: 0, lost: 0 },
      }),
    },
    pictureRounds: { figures: () => ({ looks: 0, failedLooks: 0, decoderMs: 0, longestWaitMs: 0 }) },
    pictureEvents: { onChanged: () => () => {} },
    eventPictures: { read: readPicture },
    models,
    recordings,
    statistics,
    ...out,
    evidence: { exports, keys },
    ...alerts,
    ...sectors,
    ...delivered,
    administration: { policies, asPolicyCamera, retention, storage },
  });

  out.beginOutputs();

  const harbour = await groups.create({ name: 'Harbour', parentId: null });
  const pier = await groups.create({ name: 'Pier', parentId: harbour.id });
  const market = await groups.create({ name: 'Market', parentId: null });

  // Cameras go on: what is ten seconds old is no live picture, and a walk of all routes takes longer.
  const feeds = new Set<() => void>();
  const stopFeeding = clock.every(1000, () => {
    for (const feed of feeds) feed();
  });
  const recordedMs = clock.now() - 3_600_000;
  const segments = new Map<string, number>();
  /** A camera with pictures, live and recorded, in the pier (inside the scope of people with one) or in the market (outside). */
  async function addCamera(where: 'inside' | 'outside', source?: CameraSource): Promise<Camera> {
    const groupId = where === 'inside' ? pier.id : market.id;
    const { camera } = await register.create(cameraInput({ groupId, ...(source === undefined ? {} : { source }) }));
    const key = { cameraId: camera.id, role: 'main' as StreamRole };
    feeds.add(fillWith(hub.sinkFor(key), clock.now()));
    const cameraId = camera.id;
    const recorded = await recordClip({ store, disk: disks.disk, cameraId, clip: fakeClip(), startMs: recordedMs });
    segments.set(cameraId, recorded.id);
    return { id: camera.id, groupIds: groups.above(groupId) };
  }
  const inside = await addCamera('inside');
  const outside = await addCamera('outside');
  /** Well formed, and nobody's. */
  const nowhere: Camera = { id: '00000000-0000-4000-8000-000000000000', groupIds: [] };

  async function person(username: string, grants: readonly { role: Role; scope: Scope }[]): Promise<void> {
    const body = { username, displayName: username, enabled: true, grants: [...grants], password: PASSWORDS.first };
    await access.users.create(SYSTEM, body);
    const { actor } = await access.signIn({ username, password: PASSWORDS.first }, client);
    await access.changePassword(actor, { current: PASSWORDS.first, next: PASSWORDS.own });
  }

  async function signIn(username: string, may: Sender['may']): Promise<Sender> {
    const { cookie, actor } = await access.signIn({ username, password: PASSWORDS.own }, client);
    return {
      name: username,
      headers: { cookie: `tamnhin=${cookie}`, [CSRF_HEADER]: actor.csrfToken },
      may,
      isPerson: true,
      again: () => signIn(username, may),
    };
  }

  async function token(
    name: string,
    permissions: readonly Permission[],
    scopes: readonly Scope[],
    may: Sender['may'],
  ): Promise<Sender> {
    const body = { name, permissions: [...permissions], scopes: [...scopes], days: 1, addresses: [] };
    const { secret } = await access.tokens.create(SYSTEM, body);
    const sender: Sender = {
      name,
      headers: { authorization: `Bearer ${secret}` },
      may,
      isPerson: false,
      again: async () => sender,
    };
    return sender;
  }

  return {
    url: doors.url,
    routes: doors.routes,
    access,
    database,
    events,
    outputs: out.outputs,
    groups,
    register,
    logged,
    secrets,
    test,
    scopes: {
      all: { kind: 'all' },
      group: { kind: 'group', groupId: harbour.id },
      camera: { kind: 'camera', cameraId: inside.id },
    } satisfies Record<string, Scope>,
    inside,
    outside,
    nowhere,
    recordedMs,
    recordings,
    modelFolder,
    ...alerts,
    ...sectors,
    ...delivered,
    reportEvents,
    pictures,
    rules,
    folder,
    evidence: { exports },
    recording: { store, disk: disks.disk, policies, retention },
    /** The recorded file of a camera; of one that does not exist, the one of `inside`. */
    segmentOf: (cameraId: string): number => segments.get(cameraId) ?? segments.get(inside.id) ?? 0,
    addCamera,
    person,
    signIn,
    token,
    becomes(cameraId: string, state: StreamStatus['state']): void {
      for (const listener of statusListeners) listener(cameraId, { ...LIVE, state }, LIVE);
    },
    async close(): Promise<void> {
      stopFeeding();
      await doors.close();
      await models.close();
      await detector.close();
      await shutdown.run();
      await exports.close();
      await statistics.close();
      llHls.close();
      await transcodes.close();
      hub.close();
      await events.close();
      await access.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Eight seconds of pictures that end now, and a second more with each call of what it gives. */
function fillWith(sink: FragmentSink, nowMs: number): () => void {
  const pictures = createFakeCamera(sink, nowMs - 8000);
  for (let group = 0; group < 8; group += 1) pictures.group(5);
  return () => void pictures.group(5);
}

function fakeClip(): { info: StreamInfo; fragments: Fragment[] } {
  const clip: { info?: StreamInfo; fragments: Fragment[] } = { fragments: [] };
  fillWith({ info: (info) => void Object.assign(clip, { info }), fragment: (one) => void clip.fragments.push(one) }, 0);
  if (clip.info === undefined) throw new Error('the camera sent nothing');
  return { info: clip.info, fragments: clip.fragments };
}

/** What is recorded here is no video, so nothing can be encoded: a masked export waits until somebody takes it back. */
const patientEncoder: OverlayEncoder = {
  settings: 'none',
  async *run(_input, signal) {
    if (!signal.aborted) await once(signal, 'abort');
    signal.throwIfAborted();
    yield* [];
  },
};

/** Nobody: neither cookie nor token. */
export const NOBODY: Sender = {
  name: 'nobody',
  headers: {},
  may: () => false,
  isPerson: false,
  again: async () => NOBODY,
};

const LIVE: StreamStatus = {
  role: 'main',
  state: 'live',
  fault: null,
  detail: '',
  sinceMs: 0,
  lastFrameMs: 0,
  starts: 1,
  codec: 'avc1.64001f',
  audioCodec: null,
  width: 640,
  height: 360,
  frameRate: 25,
  bitrate: 1,
  way: { by: 'ffmpeg', reason: 'codec', what: 'JPEG' },
  clockOffsetMs: 1,
};
