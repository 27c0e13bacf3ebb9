import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { SESSION_TIMEOUT_S } from '#base/rtsp/player-session';
import { createChallenge } from '../challenge.ts';
import { createRelay, type Relay } from './relay.ts';
import { type RtspSession, serveRtsp } from './session.ts';

export interface RtspSimulatorOptions {
  /** Interface to listen on, for example `127.0.0.1`. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** First part of the address of publishers; URL-safe characters. */
  readonly publishSecret: string;
  /** What players must know; without it they need nothing. */
  readonly auth?: {
    readonly username: string;
    readonly password: string;
    readonly schemes: readonly ('basic' | 'digest')[];
  };
}

/**
 * A small RTSP 1.0 server (RFC 2326) that stands for cameras: publishers send by ANNOUNCE and RECORD over TCP, players
 * get it over TCP or UDP. Paths are one or more words of letters, digits, `-` and `_`, divided by `/`.
 */
export interface RtspSimulator {
  /** Rejects with the system's error, for example when the port is in use. */
  start(): Promise<void>;
  port(): number;
  /** Holds the secret. */
  publishUrl(path: string): string;
  /** Without user and password. */
  playUrl(path: string): string;
  /** True while somebody publishes there. */
  has(path: string): boolean;
  /** Players of `path` that get packets. */
  players(): number;
  /** All packets of `path` are lost, and all connections stay, until it is called with false. */
  freeze(path: string, frozen: boolean): void;
  /** Cuts all players off; publishers stay. */
  dropAll(): void;
  stop(): Promise<void>;
}

const MOST_CONNECTIONS = 256;
/** ms in which a new connection must have said what it wants. */
const IDLE_MS = 20_000;

export function createRtspSimulator(options: RtspSimulatorOptions): RtspSimulator {
  const relays = new Map<string, Relay>();
  const frozen = new Set<string>();
  const sessions = new Set<RtspSession>();
  const { auth, publishSecret } = options;
  const prefix = `/${publishSecret}/`;
  const server = createServer({ keepAlive: true });
  server.maxConnections = MOST_CONNECTIONS;
  let reaper: NodeJS.Timeout | undefined;

  const house = {
    publishPath: (path: string) => (path.startsWith(prefix) ? `/${path.slice(prefix.length)}` : null),
    relay: (path: string) => relays.get(path),
    publish(path: string, tracks: Relay['tracks']) {
      if (relays.has(path) || !/^(\/[\w-]{1,64}){1,8}$/.test(path)) return null;
      const relay = createRelay(tracks);
      relay.frozen = frozen.has(path);
      relays.set(path, relay);
      return {
        relay,
        end() {
          relays.delete(path);
          relay.end();
        },
      };
    },
  };

  server.on('connection', (socket) => {
    // Each connection has its own nonce, as with real devices.
    const challenge = auth === undefined ? null : createChallenge({ ...auth, qop: false });
    const session = serveRtsp(socket, { ...house, challenge });
    sessions.add(session);
    socket.once('close', () => sessions.delete(session));
  });

  function reap(): void {
    const now = performance.now();
    for (const session of sessions) {
      const limit = session.streaming ? SESSION_TIMEOUT_S * 1000 : IDLE_MS;
      if (now - session.heardMs > limit) session.close();
    }
  }

  const port = (): number => {
    const address = server.address() as AddressInfo | null;
    if (address === null) throw new Error('the RTSP simulator is not started');
    return address.port;
  };
  const at = (path: string): string => `rtsp://${options.host}:${port()}${path}`;
  const absolute = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

  return {
    async start() {
      server.listen(options.port, options.host);
      await once(server, 'listening');
      reaper = setInterval(reap, 5000);
      reaper.unref();
    },
    port,
    publishUrl: (path) => at(`/${publishSecret}${absolute(path)}`),
    playUrl: (path) => at(absolute(path)),
    has: (path) => relays.has(absolute(path)),
    players: () => [...sessions].filter((session) => session.role === 'player' && session.streaming).length,
    freeze(path, on) {
      const name = absolute(path);
      if (on) frozen.add(name);
      else frozen.delete(name);
      const relay = relays.get(name);
      if (relay !== undefined) relay.frozen = on;
    },
    dropAll() {
      for (const session of sessions) if (session.role === 'player') session.close();
    },
    async stop() {
      clearInterval(reaper);
      for (const session of sessions) session.close();
      if (!server.listening) return;
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
