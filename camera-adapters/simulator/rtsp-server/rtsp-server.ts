import { randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { Clock } from '#base/clock';
import { createLoginCheck, type Login } from '../login.ts';
import { type ServerSide, serveConnection } from './connection.ts';
import { createMount, type Mount } from './mount.ts';

/**
 * A small RTSP 1.0 server that relays: a program of this machine publishes a stream (ANNOUNCE, RECORD, interleaved), and
 * players get its packets unchanged, interleaved or by UDP, from the next key frame on. It is the RTSP side of simulated
 * cameras, and can be made to fail as cameras fail.
 */
export interface RtspServer {
  readonly port: number;
  /** For players, without login; `path` without its leading slash, for example `junction/main`. */
  url(path: string): string;
  /** For the publisher: holds a secret that is made anew with each start. Publishers come from loopback only. */
  publishUrl(path: string): string;
  publishing(path: string): boolean;
  players(path: string): number;
  /** A publisher has come to a path, or left it. The returned function ends it. */
  onPublish(listener: (path: string, publishing: boolean) => void): () => void;
  readonly faults: RtspFaults;
  /** Ends every connection and frees the port. */
  stop(): Promise<void>;
}

/** What goes wrong with cameras. */
export interface RtspFaults {
  /** The stream stays connected and sends nothing more, until `thaw`. */
  freeze(path: string): void;
  thaw(path: string): void;
  /** Ends all connections, of publishers too. */
  dropAll(): void;
  /** Ends the connections of players. */
  dropPlayers(): void;
  /** New connections are ended at once. */
  refuse(refusing: boolean): void;
}

/** Starts a publisher when somebody wants to play, as a camera has its picture ready for whoever comes. */
export interface OnDemand {
  /** Whether there is such a stream; starts its publisher where needed. */
  start(path: string): boolean;
  /** Nobody has played it for a while. */
  stop(path: string): void;
  /** ms without a player before `stop`. */
  readonly lingerMs: number;
}

export interface RtspServerOptions {
  readonly clock: Clock;
  /** Loopback when absent. */
  readonly host?: string;
  /** A free one when absent. */
  readonly port?: number;
  /** Who may play a path; `null` for everybody. Nobody is asked when absent. */
  readonly loginOf?: (path: string) => Login | null;
  readonly onDemand?: OnDemand;
}

const MOST_CONNECTIONS = 256;
const MOST_MOUNTS = 64;
const MOST_PLAYERS = 64;
/** ms that a player waits for a stream that is started on demand; clients give up after some 5 to 10 s. */
const START_MS = 6000;

export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const { clock, host = '127.0.0.1', onDemand } = options;
  const mounts = new Map<string, Mount>();
  const frozen = new Set<string>();
  const sockets = new Set<Socket>();
  const publishers = new Map<Mount, Socket>();
  const listeners = new Set<(path: string, publishing: boolean) => void>();
  const lingering = new Map<string, () => void>();
  const secret = randomBytes(16).toString('hex');
  const loginCheck = createLoginCheck({ realm: 'Tamnhin demo camera', now: () => clock.now() });
  let refusing = false;

  const server = createServer((socket) => {
    if (refusing || sockets.size >= MOST_CONNECTIONS) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, sideFor(socket));
  });

  function sideFor(socket: Socket): ServerSide {
    return {
      clock,
      loginCheck,
      loginOf: (path) => options.loginOf?.(path.slice(1)) ?? null,
      publishedPath(path) {
        const [, given, name] = /^\/publish-([0-9a-f]{32})\/(.+)$/.exec(path) ?? [];
        return given === secret && isLoopback(socket.remoteAddress) ? name : undefined;
      },
      openMount(path, description) {
        if (mounts.has(path) || mounts.size >= MOST_MOUNTS) return undefined;
        const mount = createMount(path, description, () => frozen.has(path));
        mounts.set(path, mount);
        publishers.set(mount, socket);
        tell(path, true);
        return mount;
      },
      closeMount(mount) {
        mounts.delete(mount.path);
        publishers.delete(mount);
        mount.close();
        tell(mount.path, false);
      },
      findMount: (path) => findMount(path.slice(1)),
      mayPlay: (mount) => mount.players < MOST_PLAYERS,
      playersChanged,
    };
  }

  function tell(path: string, publishing: boolean): void {
    for (const listener of [...listeners]) listener(path, publishing);
  }

  async function findMount(path: string): Promise<Mount | undefined> {
    const mount = mounts.get(path);
    if (onDemand === undefined || !onDemand.start(path)) return mount;
    const found = mount ?? (await published(path));
    // Whoever only asks and never plays must not keep it running.
    playersChanged(path);
    return found;
  }

  function published(path: string): Promise<Mount | undefined> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        listeners.delete(heard);
        resolve(mounts.get(path));
      };
      const heard = (which: string, publishing: boolean): void => {
        if (which === path && publishing) done();
      };
      const cancel = clock.after(START_MS, done);
      listeners.add(heard);
    });
  }

  function playersChanged(path: string): void {
    lingering.get(path)?.();
    lingering.delete(path);
    if (onDemand === undefined || (mounts.get(path)?.players ?? 0) > 0) return;
    const cancel = clock.after(onDemand.lingerMs, () => {
      lingering.delete(path);
      onDemand.stop(path);
    });
    lingering.set(path, cancel);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;

  return {
    port,
    url: (path) => `rtsp://${authority}/${path}`,
    publishUrl: (path) => `rtsp://${authority}/publish-${secret}/${path}`,
    publishing: (path) => mounts.has(path),
    players: (path) => mounts.get(path)?.players ?? 0,
    onPublish(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    faults: {
      freeze: (path) => void frozen.add(path),
      thaw: (path) => void frozen.delete(path),
      dropAll() {
        for (const socket of sockets) socket.destroy();
      },
      dropPlayers() {
        const kept = new Set(publishers.values());
        for (const socket of sockets) if (!kept.has(socket)) socket.destroy();
      },
      refuse(on) {
        refusing = on;
      },
    },
    async stop() {
      for (const cancel of lingering.values()) cancel();
      lingering.clear();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:127\.|::1$|::ffff:127\.)/.test(address);
}
