import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger, SecretRegister } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Target } from '#contracts/access';
import {
  type CameraDetails,
  type CameraInput,
  type CameraView,
  type DeviceClock,
  type MaskSet,
  publishes,
} from '#contracts/camera';
import type { NewEvent } from '#contracts/events';
import type { CameraCreated, GroupView, PublishKey } from '#contracts/http';
import { type Camera, type DeviceFacts, NO_FACTS, usernameOf } from './camera.ts';
import {
  deleteCamera,
  freeNumbers,
  insertCamera,
  readCameras,
  updateCamera,
  updateClock,
  updateFacts,
} from './camera-store.ts';
import { detailsOf, type LiveFacts, viewOf } from './camera-views.ts';
import type { Groups } from './groups.ts';
import type { AddressGuard, CameraCredentials, CameraWatch, RolesOf } from './interfaces.ts';
import { createPrivacyMasks } from './privacy-masks.ts';
import { insertRemovedCamera, type RemovedCamera, readRemovedCameras, removedOf } from './removed-cameras.ts';
import { hostsOf, type SplitSource } from './source-address.ts';
import { checkSource } from './source-check.ts';

/**
 * The cameras that exist. The database is the truth; the register holds a copy in memory because every look at a right
 * and every packet's audience asks for it. Each change is stored first, then handed to the supervisor, then told.
 */
export interface CameraRegister {
  /** By number. */
  list(): readonly Camera[];
  find(cameraId: string): Camera | undefined;
  /** Throws `Fault` `notFound`. */
  get(cameraId: string): Camera;
  /** Those that were removed, the last removed first. */
  removed(): readonly RemovedCamera[];
  findRemoved(cameraId: string): RemovedCamera | undefined;
  /** For `can`; a camera that was removed lies where it lay, one that never was in no group. */
  target(cameraId: string): Target;
  view(camera: Camera): CameraView;
  details(camera: Camera): CameraDetails;
  /** Login as stored, for those who call the camera. For those that publish to us the password is their key. */
  credentials(camera: Camera): CameraCredentials;

  create(input: CameraInput, extra?: CreateExtra): Promise<CameraCreated>;
  /** All or none, with the groups that they need. */
  createMany(entries: readonly CreateEntry[], newGroups: readonly GroupView[]): Promise<readonly Camera[]>;
  update(cameraId: string, input: CameraInput & { version: number }): Promise<CameraDetails>;
  remove(cameraId: string): Promise<void>;
  /** Removes all cameras of the demo; resolves to how many there were. */
  removeDemo(): Promise<number>;
  restart(cameraId: string): void;
  /** A new key for an RTMP publisher; the old one stops at once. */
  rotatePublishKey(cameraId: string): Promise<PublishKey>;
  /** Keeps what the device said of itself. */
  learn(cameraId: string, facts: DeviceFacts): Promise<void>;
  /** Keeps what time the device believed it was. */
  learnClock(cameraId: string, clock: DeviceClock): Promise<void>;
  /** Also of a camera that was removed. */
  masks(cameraId: string): MaskSet;
  /** Replaces all masks; rejects with `Fault` `conflict` when `set.version` is not the newest. */
  replaceMasks(cameraId: string, set: MaskSet): Promise<MaskSet>;

  /** Hands every camera to the supervisor; once, at the start. */
  start(): void;
  onSaved(listener: (camera: Camera) => void): () => void;
  onRemoved(listener: (cameraId: string) => void): () => void;
}

export interface CreateExtra {
  readonly demo?: boolean;
  readonly facts?: DeviceFacts;
}
export interface CreateEntry extends CreateExtra {
  readonly input: CameraInput;
}

export interface RegisterOptions {
  readonly database: Database;
  readonly secretBox: SecretBox;
  /** Learns every password, so that no log line ever holds one. */
  readonly secrets: SecretRegister;
  readonly clock: Clock;
  readonly log: Logger;
  readonly groups: Groups;
  readonly watch: CameraWatch;
  readonly guard: AddressGuard;
  readonly rolesOf: RolesOf;
  readonly append: (event: NewEvent) => Promise<unknown>;
  /** What is wrong with the camera's picture now. */
  readonly pictureFaultOf: (cameraId: string) => CameraView['pictureFault'];
  /** Where RTMP publishers send to, `rtmp://host:1935/live`; `null` when RTMP is off. */
  readonly publishServer: string | null;
}

export async function createRegister(options: RegisterOptions): Promise<CameraRegister> {
  const { database, secretBox, secrets, clock, log, groups, watch, guard, rolesOf, append, publishServer } = options;
  const cameras = new Map<string, Camera>();
  const savedListeners = new Set<(camera: Camera) => void>();
  const removedListeners = new Set<(cameraId: string) => void>();
  const masks = await createPrivacyMasks({ database, clock });
  for (const camera of await readCameras(database)) {
    cameras.set(camera.id, camera);
    credentials(camera);
  }
  const removedCameras = new Map((await readRemovedCameras(database)).map((camera) => [camera.id, camera]));

  function get(cameraId: string): Camera {
    const camera = cameras.get(cameraId);
    if (camera === undefined) throw new Fault('notFound', 'camera.unknown', 'there is no such camera');
    return camera;
  }

  function credentials(camera: Camera): CameraCredentials {
    const password = camera.sealedSecret === null ? '' : secretBox.open(camera.sealedSecret);
    secrets.add(password);
    return { username: usernameOf(camera.source), password };
  }

  function live(camera: Camera): LiveFacts {
    return {
      statuses: watch.statuses(camera.id),
      roles: rolesOf(camera.source),
      pictureFault: options.pictureFaultOf(camera.id),
      hasMasks: masks.of(camera.id).masks.length > 0,
    };
  }

  function seal(password: string | undefined): Uint8Array | null {
    if (password === undefined || password === '') return null;
    secrets.add(password);
    return secretBox.seal(password);
  }

  function checkGroup(groupId: string | null, planned: readonly GroupView[] = []): void {
    if (groupId === null || groups.find(groupId) !== undefined || planned.some((group) => group.id === groupId)) return;
    throw new Fault('invalid', 'camera.unknownGroup', 'there is no such group', {
      fields: [{ path: 'groupId', code: 'unknown', message: 'there is no such group' }],
    });
  }

  /** Stored already: now the supervisor, then the people. */
  function saved(camera: Camera, type: 'vn.tamnhin.camera.registered' | 'vn.tamnhin.camera.changed'): void {
    cameras.set(camera.id, camera);
    hand(camera);
    for (const listener of savedListeners) listener(camera);
    tell({ type, timeMs: clock.now(), severity: 'unknown', cameraId: camera.id, data: { name: camera.name } });
  }

  function hand(camera: Camera): void {
    watch.apply({
      id: camera.id,
      enabled: camera.enabled,
      source: camera.source,
      credentials: credentials(camera),
      mainStream: camera.mainStream,
    });
  }

  function tell(event: NewEvent): void {
    append(event).catch((error: unknown) => log.error({ reason: messageOf(error) }, 'a register event was lost'));
  }

  async function prepare(
    { input, demo = false, facts = NO_FACTS }: CreateEntry,
    planned: readonly GroupView[],
  ): Promise<Camera> {
    checkGroup(input.groupId, planned);
    const { source, password } = await checkSource(input.source, guard);
    return {
      ...fieldsOf(input),
      id: randomUUID(),
      number: input.number ?? 0,
      source,
      sealedSecret: seal(publishes(source) ? newKey() : password),
      demo,
      facts,
      clock: null,
      createdMs: clock.now(),
      version: 1,
    };
  }

  async function createMany(
    entries: readonly CreateEntry[],
    newGroups: readonly GroupView[],
  ): Promise<readonly Camera[]> {
    const prepared: Camera[] = [];
    for (const entry of entries) prepared.push(await prepare(entry, newGroups));
    const given = new Set(prepared.map((camera) => camera.number));
    const stored = await database.transaction(async (queries) => {
      await groups.insert(queries, newGroups);
      const free = await freeNumbers(queries, prepared.length, given);
      const numbered: Camera[] = [];
      for (const camera of prepared) {
        const whole = camera.number === 0 ? { ...camera, number: free.shift() ?? 0 } : camera;
        await insertCamera(queries, whole);
        numbered.push(whole);
      }
      return numbered;
    });
    groups.adopt(newGroups);
    for (const camera of stored) saved(camera, 'vn.tamnhin.camera.registered');
    return stored;
  }

  /** A stored password is kept only while it goes to the same host: a changed address must not lure it elsewhere. */
  function keptSecret(old: Camera, { source, password }: SplitSource): Uint8Array | null {
    if (publishes(source)) return old.source.kind === source.kind ? old.sealedSecret : seal(newKey());
    if (password !== undefined) return seal(password);
    if (old.sealedSecret === null || publishes(old.source) || source.kind === 'virtual') return null;
    if (!staysAtHome(old, source)) throw passwordNeeded();
    return old.sealedSecret;
  }

  async function store(camera: Camera): Promise<void> {
    await database.transaction((queries) => updateCamera(queries, camera));
    saved(camera, 'vn.tamnhin.camera.changed');
  }

  async function remove(cameraId: string): Promise<void> {
    const camera = get(cameraId);
    const line = removedOf(camera, clock.now());
    await database.transaction(async (queries) => {
      if (await deleteCamera(queries, cameraId)) await insertRemovedCamera(queries, line);
    });
    if (!cameras.delete(cameraId)) return;
    removedCameras.set(cameraId, line);
    for (const listener of removedListeners) listener(cameraId);
    tell({
      type: 'vn.tamnhin.camera.removed',
      timeMs: clock.now(),
      severity: 'unknown',
      cameraId,
      data: { name: camera.name },
    });
    await watch.remove(cameraId);
  }

  return {
    list: () => [...cameras.values()].sort((a, b) => a.number - b.number),
    find: (cameraId) => cameras.get(cameraId),
    get,
    removed: () => [...removedCameras.values()].sort((a, b) => b.removedMs - a.removedMs),
    findRemoved: (cameraId) => removedCameras.get(cameraId),
    target(cameraId) {
      const groupId = (cameras.get(cameraId) ?? removedCameras.get(cameraId))?.groupId ?? null;
      return { kind: 'camera', cameraId, groupIds: groupId === null ? [] : groups.above(groupId) };
    },
    view: (camera) => viewOf(camera, live(camera)),
    details: (camera) => detailsOf(camera, live(camera), publishServer),
    credentials,

    async create(input, extra = {}) {
      const [camera] = await createMany([{ input, ...extra }], []);
      if (camera === undefined) throw new Error('one entry makes one camera');
      return {
        camera: detailsOf(camera, live(camera), publishServer),
        publishKey: publishes(camera.source) ? keyOf(camera) : null,
      };
    },
    createMany,
    async update(cameraId, input) {
      const old = get(cameraId);
      if (old.version !== input.version) {
        throw new Fault('conflict', 'camera.changedElsewhere', 'somebody else changed this camera');
      }
      checkGroup(input.groupId);
      const split = await checkSource(input.source, guard);
      const sameDevice = JSON.stringify(split.source) === JSON.stringify(old.source);
      const camera: Camera = {
        ...old,
        ...fieldsOf(input),
        number: input.number ?? old.number,
        source: split.source,
        sealedSecret: keptSecret(old, split),
        facts: sameDevice ? old.facts : NO_FACTS,
        clock: sameDevice ? old.clock : null,
        version: old.version + 1,
      };
      await store(camera);
      return detailsOf(camera, live(camera), publishServer);
    },
    remove,
    async removeDemo() {
      const demo = [...cameras.values()].filter((camera) => camera.demo);
      for (const camera of demo) await remove(camera.id);
      return demo.length;
    },
    restart: (cameraId) => watch.restart(get(cameraId).id),
    async rotatePublishKey(cameraId) {
      const old = get(cameraId);
      if (!publishes(old.source)) {
        throw new Fault('invalid', 'camera.notRtmp', 'only cameras that send to this server have a key');
      }
      const camera = { ...old, sealedSecret: seal(newKey()), version: old.version + 1 };
      await store(camera);
      return keyOf(camera);
    },
    async learn(cameraId, facts) {
      const camera = cameras.get(cameraId);
      if (camera === undefined || JSON.stringify(camera.facts) === JSON.stringify(facts)) return;
      await updateFacts(database, cameraId, facts);
      const newest = cameras.get(cameraId);
      if (newest === undefined) return;
      const known = { ...newest, facts };
      cameras.set(cameraId, known);
      for (const listener of savedListeners) listener(known);
    },
    async learnClock(cameraId, measured) {
      if (!cameras.has(cameraId)) return;
      await updateClock(database, cameraId, measured);
      const newest = cameras.get(cameraId);
      if (newest !== undefined) cameras.set(cameraId, { ...newest, clock: measured });
    },
    masks: (cameraId) => masks.of(cameraId),
    async replaceMasks(cameraId, set) {
      get(cameraId);
      const replaced = await masks.replace(cameraId, set);
      const camera = cameras.get(cameraId);
      if (camera !== undefined) for (const listener of savedListeners) listener(camera);
      return replaced;
    },
    start() {
      for (const camera of cameras.values()) hand(camera);
    },
    onSaved(listener) {
      savedListeners.add(listener);
      return () => savedListeners.delete(listener);
    },
    onRemoved(listener) {
      removedListeners.add(listener);
      return () => removedListeners.delete(listener);
    },
  };

  function keyOf(camera: Camera): PublishKey {
    return {
      server: camera.source.kind === 'rtmp' ? (publishServer ?? '') : '',
      streamKey: credentials(camera).password,
    };
  }
}

/** Whether every address of `source` lies on a host that the camera's password went to before. */
export function staysAtHome(old: Camera, source: Camera['source']): boolean {
  const before = hostsOf(old.source);
  return [...hostsOf(source)].every((host) => before.has(host));
}

export function passwordNeeded(): Fault {
  const message = 'the address changed: the stored password is not sent to another host, give it again';
  return new Fault('invalid', 'camera.passwordNeeded', message, {
    fields: [{ path: 'source.password', code: 'passwordNeeded', message }],
  });
}

function fieldsOf(input: CameraInput) {
  const { name, groupId, class: importance, place, purpose, notice, certificate, enabled, mainStream } = input;
  return { name, groupId, class: importance, place, purpose, notice, certificate, enabled, mainStream };
}

/** 144 bits: nobody guesses the key of a publisher. */
function newKey(): string {
  return randomBytes(18).toString('base64url');
}
