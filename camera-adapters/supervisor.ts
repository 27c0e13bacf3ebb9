import { type Clock, wait } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { CameraFaultKind, CameraSource, ProbeResult, StreamStatus } from '#contracts/camera';
import type { PtzCommand, PtzPreset } from '#contracts/http';
import { type FragmentSink, STREAM_ROLES, type StreamKey, type StreamRole } from '#contracts/media';
import type { CamerasConfig } from '../config/schema.ts';
import {
  type Adapter,
  type CameraCredentials,
  CameraFault,
  type CameraSignal,
  NoSignals,
  type PtzControl,
} from './adapter.ts';
import { failedProbe } from './probe.ts';
import { createStreamKeeper, type StreamKeeper } from './stream-keeper.ts';

/** A camera as the supervisor keeps it alive. */
export interface SupervisedCamera {
  readonly id: string;
  readonly enabled: boolean;
  readonly source: CameraSource;
  readonly credentials: CameraCredentials;
  /** `onDemand` matters only where a sub-stream exists: a camera's only stream is always open. */
  readonly mainStream: 'always' | 'onDemand';
}

export type StatusListener = (cameraId: string, status: StreamStatus, previous: StreamStatus) => void;

/** Runs adapters for ever: liveness by frames, jittered back-off, states, streams on demand. */
export interface Supervisor {
  /** Registers or changes a camera; streams whose source is unchanged are not interrupted. Returns at once. */
  apply(camera: SupervisedCamera): void;
  /** Resolves when nothing of the camera is left. Unknown ids are fine. */
  remove(id: string): Promise<void>;
  /** Dials all open streams of the camera again, now. */
  restart(id: string): void;
  /** Demand for a stream; ends `lingerMs` after it was taken back. Kept for cameras that come later. */
  want(key: StreamKey, wanted: boolean): void;
  /** Of every stream that the camera has; empty for unknown ids. */
  statuses(id: string): readonly StreamStatus[];
  /** Test before save. Never rejects for what the camera does. */
  probe(request: { source: CameraSource; credentials: CameraCredentials; signal: AbortSignal }): Promise<ProbeResult>;
  /** Rejects with `Fault` `notFound` for unknown cameras, `unavailable` without pan-tilt-zoom, or a `CameraFault`. */
  ptz(id: string, command: PtzCommand): Promise<void>;
  presets(id: string): Promise<readonly PtzPreset[]>;
  /** The device's clock minus ours in ms; `null` where there is none to ask. Rejects as `ptz` does. */
  clockOffset(id: string): Promise<number | null>;
  /**
   * Tells what the camera itself sees until `signal` aborts. Runs once: rejects as `ptz` does, with `camera.noSignals`
   * where the device has no such thing, when the device ends it.
   */
  signals(id: string, onSignal: (signal: CameraSignal) => void, signal: AbortSignal): Promise<void>;
  /** Called for each change of state, fault or codec; not for counters. The returned function ends it. */
  onStatus(listener: StatusListener): () => void;
  /** Called when a camera was told to move, before it does. The returned function ends it. */
  onSteered(listener: (cameraId: string) => void): () => void;
  /** Ends all streams; resolves when no process, socket or timer is left. */
  stop(): Promise<void>;
}

export interface SupervisorDeps {
  readonly adapters: readonly Adapter[];
  readonly sinkFor: (key: StreamKey) => FragmentSink;
  readonly config: CamerasConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The console promises an answer within 10 s; the way there and back takes some of it. */
const PROBE_MS = 9500;
const CONTROL_MS = 8000;
/** Between two dials of different streams: a thousand cameras at once would fight for the processors. */
const DIAL_SPACING_MS = 50;

interface Supervised {
  camera: SupervisedCamera;
  readonly keepers: Map<StreamRole, StreamKeeper>;
}

export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const { config, clock, log } = deps;
  const adapters = new Map(deps.adapters.map((adapter) => [adapter.kind, adapter]));
  const cameras = new Map<string, Supervised>();
  const listeners = new Set<StatusListener>();
  const steeringListeners = new Set<(cameraId: string) => void>();
  /** Names of streams that somebody needs, or needed less than `lingerMs` ago. */
  const wanted = new Set<string>();
  const lingering = new Map<string, () => void>();
  const endings = new Set<Promise<void>>();
  const turn = createTurns(clock);
  let stopped = false;

  function adapterFor(source: CameraSource): Adapter {
    const adapter = adapters.get(source.kind);
    if (adapter === undefined) throw new Fault('unavailable', 'camera.noAdapter', `no adapter for ${source.kind}`);
    return adapter;
  }

  function known(id: string): Supervised {
    const found = cameras.get(id);
    if (found === undefined) throw new Fault('notFound', 'camera.unknown', 'no such camera');
    return found;
  }

  function rolesOf(camera: SupervisedCamera): readonly StreamRole[] {
    const roles = adapterFor(camera.source).roles(camera.source);
    return STREAM_ROLES.filter((role) => roles.includes(role));
  }

  function needed({ camera, keepers }: Supervised, role: StreamRole): boolean {
    if (role === 'sub' || !keepers.has('sub') || camera.mainStream === 'always') return true;
    return wanted.has(nameOf({ cameraId: camera.id, role }));
  }

  /** Opens and closes the streams of a camera as they should be now. */
  function settle(of: Supervised): void {
    for (const [role, keeper] of of.keepers) {
      if (stopped || !of.camera.enabled) track(keeper.close('disabled'));
      else if (needed(of, role)) keeper.open();
      else track(keeper.close('idle'));
    }
  }

  function track(ending: Promise<void>): void {
    endings.add(ending);
    void ending.finally(() => endings.delete(ending));
  }

  function keeperFor(of: Supervised, role: StreamRole): StreamKeeper {
    const key = { cameraId: of.camera.id, role };
    return createStreamKeeper({
      key,
      adapter: adapterFor(of.camera.source),
      camera: () => of.camera,
      sink: () => deps.sinkFor(key),
      turn,
      config,
      clock,
      log,
      onStatus: (status, previous) => {
        for (const listener of listeners) {
          try {
            listener(key.cameraId, status, previous);
          } catch (error) {
            log.error({ err: error }, 'a listener for states failed');
          }
        }
      },
    });
  }

  /** One question to a camera, within `CONTROL_MS`. */
  async function ask<T>(
    { source, credentials }: SupervisedCamera,
    question: (request: Parameters<PtzControl['presets']>[0]) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const cancel = clock.after(CONTROL_MS, () => controller.abort());
    try {
      return await question({ source, credentials, signal: controller.signal });
    } finally {
      cancel();
    }
  }

  function control<T>(
    id: string,
    act: (ptz: PtzControl, request: Parameters<PtzControl['presets']>[0]) => Promise<T>,
  ): Promise<T> {
    const { camera } = known(id);
    const { ptz } = adapterFor(camera.source);
    if (ptz === undefined) throw new Fault('unavailable', 'camera.noPtz', 'this camera cannot be steered');
    return ask(camera, (request) => act(ptz, request));
  }

  return {
    apply(camera) {
      if (stopped) return;
      const of = cameras.get(camera.id) ?? { camera, keepers: new Map() };
      const changed = !sameDial(of.camera, camera);
      const sameKind = of.camera.source.kind === camera.source.kind;
      const roles = rolesOf(camera);
      of.camera = camera;
      cameras.set(camera.id, of);
      for (const [role, keeper] of of.keepers) {
        if (sameKind && roles.includes(role)) continue;
        of.keepers.delete(role);
        track(keeper.close('idle'));
      }
      for (const role of roles) if (!of.keepers.has(role)) of.keepers.set(role, keeperFor(of, role));
      settle(of);
      if (changed) for (const keeper of of.keepers.values()) keeper.restart();
    },

    async remove(id) {
      const of = cameras.get(id);
      if (of === undefined) return;
      cameras.delete(id);
      for (const role of STREAM_ROLES) forget(nameOf({ cameraId: id, role }));
      await Promise.all([...of.keepers.values()].map((keeper) => keeper.close('disabled')));
    },

    restart(id) {
      for (const keeper of cameras.get(id)?.keepers.values() ?? []) keeper.restart();
    },

    want(key, isWanted) {
      if (stopped) return;
      const name = nameOf(key);
      lingering.get(name)?.();
      lingering.delete(name);
      if (isWanted) wanted.add(name);
      else if (wanted.has(name))
        lingering.set(
          name,
          clock.after(config.lingerMs, () => lapse(key)),
        );
      const of = cameras.get(key.cameraId);
      if (of !== undefined && isWanted) settle(of);
    },

    statuses: (id) => [...(cameras.get(id)?.keepers.values() ?? [])].map((keeper) => keeper.status()),

    async probe({ source, credentials, signal }) {
      const startedMs = clock.monotonic();
      try {
        return await adapterFor(source).probe({ source, credentials, timeoutMs: PROBE_MS, signal });
      } catch (error) {
        const kind: CameraFaultKind = error instanceof CameraFault ? error.kind : 'internal';
        return failedProbe(new CameraFault(kind, messageOf(error)), clock.monotonic() - startedMs);
      }
    },

    async ptz(id, command) {
      return control(id, (ptz, request) => {
        for (const listener of steeringListeners) listener(id);
        return ptz.command(request, command);
      });
    },
    presets: async (id) => control(id, (ptz, request) => ptz.presets(request)),
    async clockOffset(id) {
      const { camera } = known(id);
      const { readClock } = adapterFor(camera.source);
      if (readClock !== undefined) return ask(camera, readClock);
      const told = this.statuses(id).map(({ clockOffsetMs }) => clockOffsetMs);
      return told.find((offsetMs) => offsetMs !== null) ?? null;
    },

    async signals(id, onSignal, signal) {
      const { source, credentials } = known(id).camera;
      const { signals } = adapterFor(source);
      const none = new Fault('unavailable', 'camera.noSignals', 'this camera does not tell what it sees');
      if (signals === undefined) throw none;
      await signals({ source, credentials, signal }, onSignal).catch((error: unknown) => {
        throw error instanceof NoSignals ? none : error;
      });
    },

    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onSteered(listener) {
      steeringListeners.add(listener);
      return () => steeringListeners.delete(listener);
    },

    async stop() {
      stopped = true;
      for (const name of [...lingering.keys()]) forget(name);
      for (const of of cameras.values()) settle(of);
      await Promise.all(endings);
    },
  };

  function forget(name: string): void {
    lingering.get(name)?.();
    lingering.delete(name);
    wanted.delete(name);
  }

  function lapse(key: StreamKey): void {
    forget(nameOf(key));
    const of = cameras.get(key.cameraId);
    if (of !== undefined) settle(of);
  }
}

function nameOf({ cameraId, role }: StreamKey): string {
  return `${cameraId}/${role}`;
}

/** Whether both are dialled in the same way. */
function sameDial(a: SupervisedCamera, b: SupervisedCamera): boolean {
  const dial = ({ source, credentials }: SupervisedCamera): string => JSON.stringify([source, credentials]);
  return dial(a) === dial(b);
}

/** Gives turns one after another, `DIAL_SPACING_MS` apart; the first at once. */
function createTurns(clock: Clock): (signal: AbortSignal) => Promise<void> {
  let next = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    const now = clock.monotonic();
    const mine = Math.max(now, next);
    next = mine + DIAL_SPACING_MS;
    if (mine > now) await wait(clock, mine - now, signal);
  };
}
