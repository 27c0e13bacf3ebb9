import type { CameraSource, DiscoveryCandidate, ProbeResult, StreamStatus } from '#contracts/camera';
import type { PtzCommand, PtzPreset } from '#contracts/http';
import type { StreamRole } from '#contracts/media';

/** What the register needs of the parts beside it; `server/app.ts` hands over the real ones. */

export interface CameraCredentials {
  readonly username: string;
  readonly password: string;
}

/** A camera as the supervisor keeps it alive. For RTMP the password is the publisher's key. */
export interface SupervisedCamera {
  readonly id: string;
  readonly enabled: boolean;
  readonly source: CameraSource;
  readonly credentials: CameraCredentials;
  readonly mainStream: 'always' | 'onDemand';
}

export interface CameraWatch {
  apply(camera: SupervisedCamera): void;
  remove(id: string): Promise<void>;
  restart(id: string): void;
  statuses(id: string): readonly StreamStatus[];
}

export interface CameraProber {
  /** Never rejects for what the camera does. */
  probe(request: { source: CameraSource; credentials: CameraCredentials; signal: AbortSignal }): Promise<ProbeResult>;
}

export interface AddressGuard {
  /** Rejects with an error whose `kind` is `refusedAddress` when the server may not call this address. */
  check(url: string, schemes: readonly string[], signal?: AbortSignal): Promise<unknown>;
}

/** The streams that a camera with this source has. */
export type RolesOf = (source: CameraSource) => readonly StreamRole[];

/**
 * Searches for devices until it is done or `signal` aborts; resolves in both cases. Throws `Fault` `invalid` at once,
 * not in the promise, for ranges that are none: the fault names each as a field.
 */
export type Discover = (request: {
  readonly multicast: boolean;
  readonly ranges: readonly string[];
  readonly ports: readonly number[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onCandidate: (candidate: Omit<DiscoveryCandidate, 'registeredAs'>) => void;
  readonly onProgress: (asked: number, total: number) => void;
}) => Promise<void>;

export interface CameraSteering {
  ptz(cameraId: string, command: PtzCommand): Promise<void>;
  presets(cameraId: string): Promise<readonly PtzPreset[]>;
}
