import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
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

/** ms in which a new connection must have said what it wants. */
const IDLE_MS = 20_000;
const LOOK_EVERY_MS = 5000;

/** Accepts up to `most` connections, and closes those from which nothing is heard any more. */
export function createRtspListener<Connection extends ServedConnection>(options: {
  readonly most: number;
  serve(socket: Socket): Connection;
}): RtspListener<Connection> {
  const connections = new Set<Connection>();
  const server = createServer({ keepAlive: true }, (socket) => {
    const connection = options.serve(socket);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  server.maxConnections = options.most;
  let looking: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    for (const connection of connections) {
      const limitMs = connection.streaming ? SESSION_TIMEOUT_S * 1000 : IDLE_MS;
      if (now - connection.heardMs > limitMs) connection.close();
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
