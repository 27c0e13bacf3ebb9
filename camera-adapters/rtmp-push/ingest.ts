import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { CamerasConfig } from '../../config/schema.ts';

/** Receives RTMP publishers in a process of its own, each by the secret key of its camera. */
export interface RtmpIngest {
  /** Resolves when publishers are received. Rejects with `Fault` `unavailable`, for example when the port is in use. */
  start(): Promise<void>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
  /** The TCP port that publishers connect to; `null` while RTMP is off or has not started. */
  port(): number | null;
  /** All keys that may publish: key → camera. A publisher whose key is gone is cut off at once. */
  setKeys(keys: ReadonlyMap<string, string>): void;
  publishing(cameraId: string): boolean;
  /** `publishing` rises and falls. The returned function ends it. */
  onPublish(listener: (cameraId: string, publishing: boolean) => void): () => void;
  /** The address for our own reader: holds a secret, belongs in no log and no process argument. `null` while not running. */
  playUrl(cameraId: string): string | null;
}

export interface RtmpIngestDeps {
  readonly config: Pick<CamerasConfig, 'rtmpHost' | 'rtmpPort' | 'livenessMs'>;
  readonly log: Logger;
  readonly clock: Clock;
}

export declare function createRtmpIngest(deps: RtmpIngestDeps): RtmpIngest;
