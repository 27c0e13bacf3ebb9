import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { CameraInput, CameraSource } from '#contracts/camera';
import type { RuleDraft } from '#contracts/rules';
import type { Citizens } from './citizens.ts';
import type { Departments } from './departments/departments.ts';
import { type Stage, setUpStage } from './stage.ts';
import { NOTICE, PURPOSE, TOWN, type TownCamera } from './town.ts';

/** What the demo needs of the register of cameras; it touches no camera that is not marked as demo. */
export interface DemoRegister {
  /** All cameras that are marked as demo. `publishKey` for those that come by RTMP. */
  list(): Promise<readonly DemoCamera[]>;
  /** Registers a camera marked as demo, with what it is watched for. */
  create(
    input: CameraInput,
    options: { demo: true; rule: RuleDraft | undefined },
  ): Promise<{ id: string; publishKey: string | null }>;
  updateSource(id: string, source: CameraSource): Promise<void>;
  remove(id: string): Promise<void>;
  /** The id of the group with this name, which is made where it is missing. */
  ensureGroup(name: string): Promise<string>;
  /** Removes the group of this name when nothing is in it. */
  removeEmptyGroup(name: string): Promise<void>;
}

export interface DemoCamera {
  readonly id: string;
  readonly name: string;
  readonly source: CameraSource;
  readonly publishKey: string | null;
}

export interface DemoOptions {
  readonly log: Logger;
  readonly clock: Clock;
  readonly ffmpegPath: string;
  /** Where drawn pictures are kept; is made where it is missing. */
  readonly cacheFolder: string;
  readonly cameras: DemoRegister;
  readonly rtmp: { port(): number | null };
  /** The invented province around the town; it takes no other's place. */
  readonly province: { install(): Promise<void>; remove(): Promise<void> };
  readonly departments: Departments;
  readonly citizens: Pick<Citizens, 'start' | 'stop'>;
}

/** Nine invented cameras of an invented town, and the departments of its province. All calls run one after another. */
export interface Demo {
  /** Registers those that are missing and lets all of them send. Without RTMP, its three cameras are left out. */
  install(): Promise<void>;
  /** Lets the cameras send that are registered from an earlier run; does nothing when there are none. */
  start(): Promise<void>;
  /** Takes all cameras of the demo out of the register, and its servers down. */
  remove(): Promise<void>;
  /** Takes the servers down; the cameras stay registered. */
  stop(): Promise<void>;
  running(): boolean;
  /** `127.0.0.1:port` of the servers of the demo: the only addresses of this machine that cameras may have. */
  endpoints(): ReadonlySet<string>;
}

export function startDemo(options: DemoOptions): Demo {
  const { cameras, log } = options;
  let stage: Stage | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  }

  async function standing(): Promise<Stage> {
    stage ??= await setUpStage(options);
    return stage;
  }

  async function takeDown(): Promise<void> {
    await stage?.stop();
    stage = undefined;
  }

  function publishUrl(key: string | null): string | null {
    const port = options.rtmp.port();
    return port === null || key === null ? null : `rtmp://127.0.0.1:${port}/live/${encodeURIComponent(key)}`;
  }

  /** Ports and passwords are new in each run, so what is registered follows them. */
  async function resume(on: Stage, registered: ReadonlyMap<TownCamera, DemoCamera>): Promise<void> {
    for (const [camera, { id, publishKey }] of registered) {
      if (camera.way === 'rtsp' || camera.way === 'onvif') await cameras.updateSource(id, on.source(camera));
      on.play(camera, publishUrl(publishKey));
    }
  }

  return {
    install: () =>
      inTurn(async () => {
        await options.province.install();
        const on = await standing();
        const registered = match(await cameras.list());
        await resume(on, registered);
        for (const camera of TOWN) {
          if (registered.has(camera)) continue;
          if (camera.way === 'rtmp' && options.rtmp.port() === null) {
            log.warn({ scene: camera.scene }, 'RTMP is off: a camera of the demo is left out');
            continue;
          }
          const groupId = await cameras.ensureGroup(camera.group);
          const { publishKey } = await cameras.create(inputOf(camera, groupId, on.source(camera)), {
            demo: true,
            rule: camera.rule,
          });
          on.play(camera, publishUrl(publishKey));
        }
        await options.departments.start();
        options.citizens.start();
      }),
    start: () =>
      inTurn(async () => {
        const registered = match(await cameras.list());
        if (registered.size === 0) return;
        await resume(await standing(), registered);
        await options.departments.start();
        options.citizens.start();
      }),
    remove: () =>
      inTurn(async () => {
        await options.citizens.stop();
        await options.departments.remove();
        for (const { id } of await cameras.list()) await cameras.remove(id);
        for (const group of new Set(TOWN.map((camera) => camera.group))) await cameras.removeEmptyGroup(group);
        await options.province.remove();
        await takeDown();
      }),
    stop: () =>
      inTurn(async () => {
        await options.citizens.stop();
        await options.departments.stop();
        await takeDown();
      }),
    running: () => stage !== undefined,
    endpoints: () => stage?.endpoints ?? new Set(),
  };
}

const UNCERTIFIED = TOWN.find(({ way }) => way === 'rtsp');

function inputOf(camera: TownCamera, groupId: string, source: CameraSource): CameraInput {
  return {
    name: camera.name,
    number: null,
    groupId,
    class: camera.class,
    place: camera.place,
    purpose: PURPOSE,
    notice: NOTICE,
    // One that nobody has certified, as there is in every estate.
    certificate: camera === UNCERTIFIED ? '' : `DEMO-135-${camera.scene}`,
    enabled: true,
    mainStream: 'onDemand',
    source,
  };
}

/**
 * Which registered camera is which of the town. Somebody may have renamed it, so what names the scene in its source
 * counts first; publishers have nothing there, so they go by name, and the rest of them in order.
 */
function match(registered: readonly DemoCamera[]): Map<TownCamera, DemoCamera> {
  const found = new Map<TownCamera, DemoCamera>();
  const left = new Set(registered);
  const settle = (is: (town: TownCamera, one: DemoCamera) => boolean): void => {
    for (const town of TOWN) {
      if (found.has(town)) continue;
      const one = [...left].find((candidate) => candidate.source.kind === town.way && is(town, candidate));
      if (one === undefined) continue;
      found.set(town, one);
      left.delete(one);
    }
  };
  settle(({ scene }, { source }) => sceneIn(source) === scene);
  settle(({ name, way }, one) => way === 'rtmp' && one.name === name);
  settle(({ way }) => way === 'rtmp');
  return found;
}

function sceneIn(source: CameraSource): string | null {
  switch (source.kind) {
    case 'virtual':
      return source.scene;
    case 'rtsp':
      return /^rtsp:\/\/[^/]+\/([\w-]+)\//.exec(source.mainUrl)?.[1] ?? null;
    case 'onvif':
      return source.mainProfile?.replace(/-\d+$/, '') ?? null;
    default:
      return null;
  }
}
