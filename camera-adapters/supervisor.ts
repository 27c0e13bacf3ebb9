import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { CameraSource, ProbeResult, StreamStatus } from '#contracts/camera';
import type { PtzCommand, PtzPreset } from '#contracts/http';
import type { FragmentSink, StreamKey } from '#contracts/media';
import type { CamerasConfig } from '../config/schema.ts';
import type { Adapter, CameraCredentials } from './adapter.ts';

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
  probe(request: {
    source: CameraSource;
    credentials: CameraCredentials;
    signal: AbortSignal;
  }): Promise<ProbeResult>;
  /** Rejects with `Fault` `notFound` for unknown cameras, `unavailable` without pan-tilt-zoom, or a `CameraFault`. */
  ptz(id: string, command: PtzCommand): Promise<void>;
  presets(id: string): Promise<readonly PtzPreset[]>;
  /** Called for each change of state, fault or codec; not for counters. The returned function ends it. */
  onStatus(listener: StatusListener): () => void;
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

export declare function createSupervisor(deps: SupervisorDeps): Supervisor;
