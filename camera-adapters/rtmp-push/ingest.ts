import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { CamerasConfig } from '../../config/schema.ts';
import { APPLICATION, keyDigest } from './relay.ts';
import { createRelayOwner } from './relay-owner.ts';
import type { FromRelay } from './relay-protocol.ts';

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
  /** The address for our own reader: holds a secret, belongs in no log and no process argument. `null` while down. */
  playUrl(cameraId: string): string | null;
}

export interface RtmpIngestDeps {
  readonly config: Pick<CamerasConfig, 'rtmpHost' | 'rtmpPort' | 'livenessMs'>;
  readonly log: Logger;
  readonly clock: Clock;
  /** Takes the place of `config.rtmpPort`, where 0 switches RTMP off: here it lets the system choose a port. */
  readonly listenPort?: number;
}

export function createRtmpIngest(deps: RtmpIngestDeps): RtmpIngest {
  const { config, log, clock } = deps;
  const off = deps.listenPort === undefined && config.rtmpPort === 0;
  const readSecret = randomBytes(32).toString('hex');
  const publishing = new Set<string>();
  const listeners = new Set<(cameraId: string, publishing: boolean) => void>();
  /** Pairs of a key's digest and the name of its stream. */
  let keys: [digest: string, stream: string][] = [];
  let cameras: ReadonlyMap<string, string> = new Map();
  let port: number | null = null;

  const owner = createRelayOwner({
    host: config.rtmpHost,
    port: deps.listenPort ?? config.rtmpPort,
    silenceMs: config.livenessMs,
    readSecret,
    clock,
    log,
    onUp(listening) {
      port = listening;
      tellKeys();
      log.info({ host: config.rtmpHost, port }, 'receiving RTMP publishers');
    },
    onDown() {
      port = null;
      for (const cameraId of [...publishing]) changed(cameraId, false);
    },
    onMessage: received,
  });

  function received(message: FromRelay): void {
    if (message.type === 'refusal') {
      const { address, reason, count } = message;
      log.warn({ address, reason, count }, 'RTMP connections refused or cut');
    } else if (message.type === 'publish') {
      const cameraId = cameras.get(message.stream);
      if (cameraId !== undefined) changed(cameraId, message.publishing);
    }
  }

  function changed(cameraId: string, on: boolean): void {
    if (on === publishing.has(cameraId)) return;
    if (on) publishing.add(cameraId);
    else publishing.delete(cameraId);
    log.info({ cameraId }, on ? 'a publisher came' : 'the publisher left');
    for (const listener of listeners) listener(cameraId, on);
  }

  function tellKeys(): void {
    owner.tell({ type: 'keys', streams: keys });
  }

  return {
    async start() {
      if (!off) await owner.start();
    },
    stop: () => owner.stop(),
    port: () => port,
    setKeys(given) {
      keys = [...given].map(([key, cameraId]) => [keyDigest(key), streamOf(cameraId)]);
      const kept = new Map([...given.values()].map((cameraId) => [streamOf(cameraId), cameraId]));
      for (const cameraId of [...publishing]) if (!kept.has(streamOf(cameraId))) changed(cameraId, false);
      cameras = kept;
      tellKeys();
    },
    publishing: (cameraId) => publishing.has(cameraId),
    onPublish(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    playUrl: (cameraId) =>
      port === null
        ? null
        : `rtmp://${ownAddress(config.rtmpHost)}:${port}/${APPLICATION}/${streamOf(cameraId)}?read=${readSecret}`,
  };
}

/** Names a camera's stream inside the relay, where only letters and digits may stand. */
function streamOf(cameraId: string): string {
  return createHash('sha256').update(cameraId).digest('hex').slice(0, 32);
}

/** Where our own reader finds a listener on `host`. */
function ownAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
