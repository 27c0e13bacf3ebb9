import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { SESSION_TIMEOUT_S } from './player-session.ts';

/** What a listener must know of a connection that it has accepted. */
export interface ServedConnection {
  /** ms on `performance.now()`. */
  readonly heardMs: number;
  /** It gets or gives a stream; one that does neither may be silent for less long. */
  readonly streaming: boolean;
  close(): void;
}

export interface RtspListener<Connection extends ServedConnection> {
  readonly connections: ReadonlySet<Connection>;
  /** Resolves to the port, which is a free one for 0. Rejects with the system's error. */
  listen(port: number, host: string): Promise<number>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** PEM. */
export interface TlsIdentity {
  readonly cert: Buffer | string;
  readonly key: Buffer | string;
}

/** ms in which a new connection must have said what it wants, and before that have agreed on its keys. */
const IDLE_MS = 20_000;
/** ms after which one that has never streamed is closed, whatever it says: to talk needs no login. */
const LONGEST_TALK_MS = 30_000;
const LOOK_EVERY_MS = 5000;

/**
 * Accepts up to `most` connections, and closes those from which nothing is heard any more. `mostIdle`: so many of one
 * address may be connected without a stream, lest it keeps all others out. `tls`: RTSPS, instead of RTSP.
 */
export function createRtspListener<Connection extends ServedConnection>(options: {
  readonly most: number;
  readonly mostIdle?: number;
  readonly tls?: TlsIdentity;
  serve(socket: Socket): Connection;
}): RtspListener<Connection> {
  const { mostIdle = Number.POSITIVE_INFINITY, tls } = options;
  const connections = new Set<Connection>();
  /** Those that have not been seen streaming. */
  const newcomers = new Map<Connection, { readonly address: string; readonly sinceMs: number }>();
  /** Addresses of those that still agree on their keys, by `endpointOf`. */
  const greeting = new Map<string, string>();
  const server =
    tls === undefined
      ? createServer({ keepAlive: true }, (socket) => {
          if (hasRoom(socket)) accept(socket);
          else socket.destroy();
        })
      : createTlsServer({ cert: tls.cert, key: tls.key, keepAlive: true, handshakeTimeout: IDLE_MS }, accept);
  if (tls !== undefined) server.on('connection', greet);
  server.maxConnections = options.most;
  let looking: NodeJS.Timeout | undefined;

  function hasRoom({ remoteAddress = '' }: Socket): boolean {
    let idle = 0;
    for (const [{ streaming }, { address }] of newcomers) if (!streaming && address === remoteAddress) idle += 1;
    for (const address of greeting.values()) if (address === remoteAddress) idle += 1;
    return idle < mostIdle;
  }

  function greet(socket: Socket): void {
    if (!hasRoom(socket)) return void socket.destroy();
    const endpoint = endpointOf(socket);
    greeting.set(endpoint, socket.remoteAddress ?? '');
    socket.once('close', () => greeting.delete(endpoint));
  }

  function accept(socket: Socket): void {
    greeting.delete(endpointOf(socket));
    const connection = options.serve(socket);
    connections.add(connection);
    newcomers.set(connection, { address: socket.remoteAddress ?? '', sinceMs: performance.now() });
    socket.once('close', () => {
      connections.delete(connection);
      newcomers.delete(connection);
    });
  }

  function look(): void {
    const now = performance.now();
    for (const connection of connections) {
      if (connection.streaming) newcomers.delete(connection);
      const sinceMs = newcomers.get(connection)?.sinceMs ?? now;
      const limitMs = connection.streaming ? SESSION_TIMEOUT_S * 1000 : IDLE_MS;
      if (now - connection.heardMs > limitMs || now - sinceMs > LONGEST_TALK_MS) connection.close();
    }
  }

  return {
    connections,
    async listen(port, host) {
      server.listen({ port, host, backlog: options.most });
      await once(server, 'listening');
      looking = setInterval(look, LOOK_EVERY_MS);
      looking.unref();
      return (server.address() as AddressInfo).port;
    },
    async close() {
      clearInterval(looking);
      for (const connection of connections) connection.close();
      if (!server.listening) return;
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function endpointOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
