import type { Socket } from 'node:net';
import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { serveConnection } from '#base/rtsp/connection';
import { describeTracks } from '#base/rtsp/description';
import { createRtspListener, type ServedConnection, type TlsIdentity } from '#base/rtsp/listener';
import type { RtspAnswer, RtspRequest } from '#base/rtsp/message';
import { createPlayerSession, type PlayableMedia } from '#base/rtsp/player-session';
import { STREAM_ROLES, type StreamKey, type StreamRole } from '#contracts/media';
import type { RtspOutConfig } from '../../../config/schema.ts';
import type { Hub } from '../hub.ts';
import type { LiveStream } from '../live-stream.ts';
import { sendableTracks } from './packet-line.ts';
import { sendToPlayer } from './player.ts';

/**
 * Live streams for players of other houses: `rtsp://host:port/<camera>/main` and `…/sub`, over the one TCP connection;
 * with `rtsps:`, encrypted.
 */
export interface RtspOut {
  /** `null` before `listen` and where it is switched off. */
  readonly port: number | null;
  /** The same, of the encrypted one. */
  readonly tlsPort: number | null;
  readonly players: number;
  /** Opens each port that the configuration has. Rejects with the first error, when the others are open. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** Decides who may play; one for each connection. */
export interface RtspGate {
  /** `null`: yes. Else what to answer instead: 401 with a challenge, or 404 for a camera that is not theirs. */
  admit(request: RtspRequest, key: StreamKey): Promise<RtspAnswer | null>;
  /** They see it from now on, until the returned function is called. */
  beginViewing(key: StreamKey): () => void;
  /** Is it still theirs? Asked while they play. */
  stillAdmits(key: StreamKey): boolean;
  /** The connection is closed. */
  end(): void;
}

export interface RtspOutDeps {
  readonly hub: Hub;
  readonly config: RtspOutConfig;
  /** Absent where the house has no certificate. */
  readonly tls?: TlsIdentity;
  /** `changed` is called whenever `stillAdmits` may say something else. */
  readonly gate: (address: string, changed: () => void) => RtspGate;
  readonly nameOf: (cameraId: string) => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How long a first request waits for the camera. */
const START_MS = 10_000;
/** Connections that have not got as far as playing. */
const MORE_CONNECTIONS = 50;

interface OutConnection extends ServedConnection {
  readonly streaming: boolean;
}

export function createRtspOut(deps: RtspOutDeps): RtspOut {
  const { config, log, tls } = deps;
  let port: number | null = null;
  let tlsPort: number | null = null;
  const options = {
    most: config.maxPlayers + MORE_CONNECTIONS,
    mostIdle: MORE_CONNECTIONS,
    serve: (socket: Socket) => serve(socket, deps, () => players() < config.maxPlayers),
  };
  const plain = createRtspListener<OutConnection>(options);
  const encrypted = tls === undefined ? undefined : createRtspListener<OutConnection>({ ...options, tls });
  const players = (): number =>
    [...plain.connections, ...(encrypted?.connections ?? [])].filter(({ streaming }) => streaming).length;

  async function listenPlain(): Promise<void> {
    if (config.port === 0) return;
    port = await plain.listen(config.port, config.host);
    log.info({ host: config.host, port }, 'RTSP players are received');
  }

  async function listenEncrypted(): Promise<void> {
    if (config.tlsPort === 0) return;
    if (encrypted === undefined) throw new Error('rtspOut.tlsPort needs server.tlsCertificate and server.tlsKey');
    tlsPort = await encrypted.listen(config.tlsPort, config.host);
    log.info({ host: config.host, port: tlsPort }, 'RTSP players are received, encrypted');
  }

  return {
    get port() {
      return port;
    },
    get tlsPort() {
      return tlsPort;
    },
    get players() {
      return players();
    },
    async listen() {
      for (const outcome of await Promise.allSettled([listenPlain(), listenEncrypted()])) {
        if (outcome.status === 'rejected') throw outcome.reason;
      }
    },
    async close() {
      await Promise.all([plain.close(), encrypted?.close()]);
    },
  };
}

function serve(socket: Socket, deps: RtspOutDeps, hasRoom: () => boolean): OutConnection {
  const { hub, clock, log } = deps;
  let played: StreamKey | undefined;
  /** Asking is demand: the camera stays open from DESCRIBE to PLAY. */
  let held: { readonly stream: LiveStream; readonly release: () => void } | undefined;
  let media: PlayableMedia | undefined;
  const ended = new AbortController();
  const gate = deps.gate(socket.remoteAddress ?? '', () => {
    if (played !== undefined && !gate.stillAdmits(played)) socket.destroy();
  });

  const session = createPlayerSession({
    async find(path, request) {
      const key = keyOf(path);
      if (key === null) return { status: 404 };
      const refused = await gate.admit(request, key);
      if (refused !== null) return refused;
      // A camera that is away now comes back to its players; until then they only say that they are there.
      if (media !== undefined && session.playing) return media;
      const stream = hub.stream(key);
      if (held?.stream !== stream) {
        held?.release();
        held = ended.signal.aborted ? undefined : { stream, release: stream.hold() };
      }
      if (!(await pictureOf(stream, clock, ended.signal))) return { status: 503 };
      if (request.method === 'PLAY' && !session.playing && !hasRoom()) return { status: 453 };
      media = mediaOf(key, stream);
      return media ?? { status: 415 };
    },
  });

  function mediaOf(key: StreamKey, stream: LiveStream): PlayableMedia | undefined {
    const info = stream.info();
    const tracks = info === null ? [] : tracksOf(info);
    if (tracks.length === 0) return undefined;
    return {
      tracks: tracks.length,
      description: () => describeTracks(deps.nameOf(key.cameraId), tracks),
      play(carriages) {
        played = key;
        const endViewing = gate.beginViewing(key);
        const stop = sendToPlayer({ stream, tracks, carriages, socket, clock });
        return () => {
          played = undefined;
          stop();
          endViewing();
        };
      },
    };
  }

  function tracksOf(info: NonNullable<ReturnType<LiveStream['info']>>) {
    try {
      return sendableTracks(info);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'a stream cannot be sent by RTSP');
      return [];
    }
  }

  const connection = serveConnection(socket, {
    answer: session.answer,
    closed() {
      ended.abort();
      session.end();
      held?.release();
      gate.end();
    },
  });
  return {
    get heardMs() {
      return connection.heardMs;
    },
    get streaming() {
      return session.playing;
    },
    close: connection.close,
  };
}

/** `/<camera>/<stream>`. */
function keyOf(path: string): StreamKey | null {
  const [, cameraId, role] = /^\/([\w-]{1,64})\/(\w{1,8})$/.exec(path) ?? [];
  return cameraId !== undefined && isRole(role) ? { cameraId, role } : null;
}

function isRole(text: string | undefined): text is StreamRole {
  return STREAM_ROLES.some((role) => role === text);
}

/** True as soon as the stream has pictures that are live. */
function pictureOf(stream: LiveStream, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const ready = (): boolean => stream.info() !== null && stream.fresh();
  if (ready() || signal.aborted) return Promise.resolve(!signal.aborted);
  return new Promise((resolve) => {
    const settle = (): void => {
      stopTimer();
      stopListening();
      signal.removeEventListener('abort', settle);
      resolve(!signal.aborted && ready());
    };
    const stopTimer = clock.after(START_MS, settle);
    const stopListening = stream.onChange(() => {
      if (ready() || stream.ended) settle();
    });
    signal.addEventListener('abort', settle, { once: true });
  });
}
