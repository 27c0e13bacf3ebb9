import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { messageOf } from '#base/errors';
import { PHONE_SOCKET_PATH } from '#contracts/phone';
import { WALL_SOCKET_PATH } from '#contracts/wall-frame';
import type { ServerConfig } from '../config/schema.ts';
import { can } from './access/can.ts';
import { createDiscoveryJobs } from './cameras/discovery-jobs.ts';
import { createLayouts } from './cameras/layouts.ts';
import type { DoorParts } from './door-parts.ts';
import { doorRoutes } from './door-routes.ts';
import { authenticate } from './http/authenticate.ts';
import { createClientFacts } from './http/client-address.ts';
import { createHttpDoor } from './http/http-door.ts';
import { createMetrics } from './http/metrics.ts';
import { createPhoneUpgrade } from './http/phone-upgrade.ts';
import { createRestrictedLooks } from './http/restricted-looks.ts';
import type { Route } from './http/route.ts';
import { createRtspGate } from './http/rtsp-gate.ts';
import { isSameOrigin } from './http/same-origin.ts';
import { createWallUpgrade } from './http/wall-upgrade.ts';
import { measure } from './measure.ts';
import { createRtspOut, type RtspOutDeps } from './restream/rtsp-out/rtsp-out.ts';
import { createGateway, idOf } from './socket/gateway.ts';
import { tellPeople } from './tell-people.ts';

export interface Doors {
  readonly url: string;
  /** Every route, for those who check them. */
  readonly routes: readonly Route[];
  close(): Promise<void>;
}

/** Joins the doors: routes over HTTP, the wall socket, socket.io; resolves when they are open. */
export async function openDoors(parts: DoorParts): Promise<Doors> {
  const { config, clock, log, access, events, register, supervisor, markTarget } = parts;
  const tls = config.server.tlsCertificate !== undefined;
  const facts = createClientFacts({ trustedProxies: config.server.trustedProxies, tls });
  const isOwnPage = (request: IncomingMessage): boolean =>
    isSameOrigin(request, facts(request).secure, config.server.publicUrl);

  const layouts = createLayouts({
    database: parts.database,
    clock,
    ownerId: idOf,
    ownerNames: async () => new Map((await access.users.list()).map((user) => [user.id, user.displayName])),
    maySee: (actor, cameraId) => can(actor, 'camera.view', register.target(cameraId)),
    mayShare: (actor) => can(actor, 'layout.share', { kind: 'system' }),
    mayManage: (actor) => can(actor, 'system.manage', { kind: 'system' }),
  });
  const discoveries = createDiscoveryJobs({
    discover: parts.discover,
    probe: parts.probe,
    register,
    ownerId: idOf,
    clock,
    log,
  });
  const metrics = createMetrics();
  const looks = createRestrictedLooks({ audit: access.audit, catalogue: parts.catalogue, now: clock.now, log });
  const routes = doorRoutes(parts, {
    ...{ layouts, discoveries, looks, metrics },
    isSecure: (request) => facts(request).secure,
    url: () => http.url(),
  });
  const http = createHttpDoor({
    config: config.server,
    routes,
    access,
    register,
    consoleFolder: parts.consoleFolder,
    log,
  });
  const gateway = createGateway({
    server: http.server,
    access,
    register,
    events,
    sectorTarget: markTarget,
    log,
    isOwnPage,
    identify: (request) =>
      authenticate(access, request, {
        address: facts(request).address,
        userAgent: request.headers['user-agent'] ?? '',
      }),
  });
  const upgradeWall = createWallUpgrade({
    access,
    register,
    wall: parts.wall,
    facts,
    publicUrl: config.server.publicUrl,
    log,
  });
  http.onUpgrade(WALL_SOCKET_PATH, upgradeWall);
  const upgradePhone = createPhoneUpgrade({
    phones: parts.phones,
    facts,
    publicUrl: config.server.publicUrl,
    nameOf: (cameraId) => register.find(cameraId)?.name ?? '',
    isLive: (cameraId) => supervisor.statuses(cameraId).some(({ state }) => state === 'live'),
    onLive: (listener) => supervisor.onStatus(listener),
  });
  http.onUpgrade(PHONE_SOCKET_PATH, upgradePhone);
  const rtspOut = createRtspOut({
    ...{ hub: parts.hub, config: config.rtspOut, clock, log },
    gate: createRtspGate({ access, register, knows: (id) => register.find(id) !== undefined, log }),
    nameOf: (cameraId) => register.find(cameraId)?.name ?? '',
    ...identityOf(config.server),
  });
  // socket.io listens for its own upgrades; naming its path keeps the door from refusing them.
  http.onUpgrade('/socket.io', () => {});

  parts.presence.follow(() => gateway.seated('alert.claim'));
  const stopTelling = tellPeople(parts, { gateway, layouts, discoveries, looks });
  measure(metrics, parts, gateway, rtspOut);
  await http.listen();
  await rtspOut.listen().catch((error: unknown) => {
    // Other systems get no picture; people here do.
    log.error({ reason: messageOf(error) }, 'RTSP players cannot be received');
  });

  return {
    url: http.url(),
    routes,
    async close() {
      stopTelling();
      discoveries.close();
      parts.wall.close();
      await rtspOut.close();
      await gateway.close();
      await http.close();
    },
  };
}
