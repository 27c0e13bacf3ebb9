import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import express from 'express';
import helmet from 'helmet';
import { Fault, systemCodeOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { ServerConfig } from '../../config/schema.ts';
import type { Access } from '../access/access.ts';
import type { CameraRegister } from '../cameras/register.ts';
import { createClientFacts } from './client-address.ts';
import { serveConsole } from './console-files.ts';
import { errorHandler, mountRoutes, refuse } from './mount-routes.ts';
import type { Route } from './route.ts';
import { limitBodies, UPLOAD_MS } from './slow-bodies.ts';

/** The one listening socket: routes, the console's files, and what upgrades to a WebSocket. */
export interface HttpDoor {
  /** Resolves when it listens. Rejects with `Fault` when the port is in use or may not be used. */
  listen(): Promise<void>;
  /** `http://127.0.0.1:8080`, or the configured public address. */
  url(): string;
  readonly server: Server;
  /** Takes upgrades on `path`; everything else is refused. */
  onUpgrade(path: string, accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): void;
  /** Takes no more, and ends every connection; resolves when none is left. */
  close(): Promise<void>;
}

export interface HttpDoorDeps {
  readonly config: ServerConfig;
  readonly routes: readonly Route[];
  readonly access: Access;
  readonly register: CameraRegister;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  readonly log: Logger;
}

/** ms that clients have to say goodbye. */
const GOODBYE_MS = 500;

export function createHttpDoor(deps: HttpDoorDeps): HttpDoor {
  const { config, routes, access, register, log } = deps;
  const tls = config.tlsCertificate !== undefined && config.tlsKey !== undefined;
  const facts = createClientFacts({ trustedProxies: config.trustedProxies, tls });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(limitBodies());
  app.use(securityHeaders(tls));
  mountRoutes(app, routes, {
    access,
    register,
    facts,
    publicUrl: config.publicUrl,
    bodyLimitBytes: config.bodyLimitKb * 1024,
    log,
  });
  serveConsole(app, deps.consoleFolder);
  app.use((request, response) =>
    refuse(new Fault('notFound', 'route.unknown', 'there is nothing here'), log, request, response),
  );
  app.use(errorHandler(log));

  const limits = { headersTimeout: 10_000, requestTimeout: UPLOAD_MS, keepAliveTimeout: 15_000, maxHeaderSize: 16_384 };
  const server = tls
    ? createHttpsServer(
        { ...limits, cert: readFileSync(config.tlsCertificate ?? ''), key: readFileSync(config.tlsKey ?? '') },
        app,
      )
    : createHttpServer(limits, app);
  // WebSockets are no longer the server's to close; a deaf one would hold up the end for half a minute.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const upgrades = new Map<string, (request: IncomingMessage, socket: Duplex, head: Buffer) => void>();
  server.on('upgrade', (request, socket, head) => {
    // Node has taken its own listener off, and nobody's bad line may end the program.
    socket.on('error', () => socket.destroy());
    const pathname = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const accept = [...upgrades].find(([path]) => pathname === path || pathname.startsWith(`${path}/`))?.[1];
    if (accept !== undefined) accept(request, socket, head);
    else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
  });

  return {
    server,
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', (error) => reject(listenFault(error, config)));
        server.listen(config.port, config.host, resolve);
      }),
    url() {
      if (config.publicUrl !== undefined) return config.publicUrl.replace(/\/$/, '');
      const { port } = addressOf(server);
      const host = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
      return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
    },
    onUpgrade: (path, accept) => void upgrades.set(path, accept),
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, GOODBYE_MS);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function securityHeaders(tls: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Mantine writes its variables into style elements.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    strictTransportSecurity: tls,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'same-origin' },
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address;
}

function listenFault(error: Error, config: ServerConfig): Fault {
  const where = `${config.host}:${config.port}`;
  const known: Record<string, string> = {
    EADDRINUSE: `${where} is in use by another program; choose another port with TAMNHIN_SERVER_PORT`,
    EACCES: `${where} may not be used by this user; choose a port above 1023 with TAMNHIN_SERVER_PORT`,
    EADDRNOTAVAIL: `${config.host} is no address of this machine; see TAMNHIN_SERVER_HOST`,
  };
  return new Fault('unavailable', 'server.cannotListen', known[systemCodeOf(error) ?? ''] ?? error.message, {
    cause: error,
  });
}
