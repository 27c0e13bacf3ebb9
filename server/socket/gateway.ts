import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import type { Logger } from '#base/log';
import type { Permission, Target } from '#contracts/access';
import type { SectorMark } from '#contracts/events';
import { AUDIENCES, type ClientToServer, type ServerToClient, SOCKET_HEARTBEAT } from '#contracts/socket';
import type { Access } from '../access/access.ts';
import { type Actor, isAffected } from '../access/actor.ts';
import { can, canAnywhere, narrowedTo } from '../access/can.ts';
import type { CameraRegister } from '../cameras/register.ts';
import type { EventLog } from '../events/event-log.ts';

/** socket.io: what happens, told to those who may know it, and to nobody else. */
export interface Gateway {
  /** Sends to the audience that `AUDIENCES` names for the topic; a camera's message to those who may see the camera. */
  tell<Topic extends keyof ServerToClient>(topic: Topic, message: Message<Topic>, about: About): void;
  figures(): { readonly clients: number };
  /** Ids of those who have a console open, and this permission on anything. */
  seated(permission: Permission): ReadonlySet<string>;
  close(): Promise<void>;
}

/** Which camera, person or sector a message is about; decides who gets it, together with the topic's audience. */
export interface About {
  readonly cameraId?: string | null;
  /** Of what belongs to a sector. */
  readonly target?: Target;
  /** Cameras that it tells of besides: each must be one that may be viewed. */
  readonly cameras?: readonly Target[];
  /** Of an event of the log that is one of a sector. */
  readonly sector?: SectorMark | undefined;
  readonly actorId?: string;
  /** Called for each console that it goes to: what is restricted is on record. */
  readonly onHeard?: (actor: Actor) => void;
}
type Message<Topic extends keyof ServerToClient> = Parameters<ServerToClient[Topic]>[0];

export interface GatewayDeps {
  readonly server: HttpServer;
  readonly access: Access;
  readonly register: CameraRegister;
  readonly events: EventLog;
  /** What a permission is asked about, of an event of a sector. */
  readonly sectorTarget: (mark: SectorMark) => Target;
  /** Who a handshake comes from, and whether it comes from our own page. */
  readonly identify: (request: IncomingMessage) => Promise<Actor | null>;
  readonly isOwnPage: (request: IncomingMessage) => boolean;
  readonly log: Logger;
}

interface Seat {
  actor: Actor;
}
type Line = Socket<ClientToServer, ServerToClient, Record<string, never>, Seat>;

/** Events that one `event:resume` may bring, half a minute of the busiest house; who missed more fetches the list. */
const RESUME_LIMIT = 5000;
const REVALIDATE_MS = 30_000;
/** Bytes that may wait for a console that does not read; then it is dropped and comes again by itself. */
const MOST_WAITING_BYTES = 4 * 2 ** 20;
/** The same, of messages that were not handed to the line yet. */
const MOST_WAITING_MESSAGES = 5000;

const resumeSchema = z.object({ sequence: z.number().int().min(0) });

export function createGateway(deps: GatewayDeps): Gateway {
  const { access, register, events, sectorTarget, identify, isOwnPage, log } = deps;
  const io = new Server<ClientToServer, ServerToClient, Record<string, never>, Seat>(deps.server, {
    serveClient: false,
    maxHttpBufferSize: 16_384,
    // Whoever has not signed in by then is sent away.
    connectTimeout: 5000,
    ...SOCKET_HEARTBEAT,
    perMessageDeflate: false,
    httpCompression: false,
    allowRequest: (request, answer) => answer(null, isOwnPage(request)),
  });

  io.use((socket, next) => {
    identify(socket.request).then(
      (actor) => {
        if (actor === null || actor.kind === 'media') return next(new Error('unauthenticated'));
        socket.data.actor = actor;
        next();
      },
      () => next(new Error('unavailable')),
    );
  });
  io.on('connection', (socket: Line) => {
    socket.on('event:resume', (from, answer) => {
      const asked = resumeSchema.safeParse(from);
      if (!asked.success || typeof answer !== 'function') return;
      const { actor } = socket.data;
      if (!canAnywhere(actor, 'event.read')) return answer({ events: [], complete: true });
      events
        .resume(
          asked.data.sequence,
          RESUME_LIMIT,
          (cameraId, sector) => reads(actor, cameraId, sector),
          narrowedTo(
            actor,
            'event.read',
            () => [...register.list(), ...register.removed()].map(({ id }) => id),
            register.target,
          ),
        )
        .then(answer, () => answer({ events: [], complete: false }));
    });
  });

  const stopChanges = access.onActorChanged((change) => {
    for (const socket of lines()) if (isAffected(socket.data.actor, change)) look(socket, true);
  });
  const timer = setInterval(() => {
    for (const socket of lines()) look(socket, false);
  }, REVALIDATE_MS);

  function lines(): Line[] {
    return [...io.of('/').sockets.values()];
  }

  /** A session that has ended takes its socket along; new grants take effect at once. */
  function look(socket: Line, changed: boolean): void {
    access.revalidate(socket.data.actor).then(
      (now) => {
        if (now !== null) socket.data.actor = now;
        if (changed || now === null) socket.emit('session:changed');
        if (now === null) socket.disconnect(true);
      },
      (error: unknown) => {
        log.error({ err: error }, 'a socket could not be looked at again');
        socket.disconnect(true);
      },
    );
  }

  function reads(actor: Actor, cameraId: string | null, sector?: SectorMark): boolean {
    if (sector !== undefined) {
      return canAnywhere(actor, 'event.read') && can(actor, 'sector.read', sectorTarget(sector));
    }
    return cameraId === null ? canAnywhere(actor, 'event.read') : can(actor, 'event.read', register.target(cameraId));
  }

  function mayHear(actor: Actor, topic: keyof ServerToClient, about: About): boolean {
    switch (AUDIENCES[topic]) {
      case 'camera':
        return typeof about.cameraId === 'string' && can(actor, 'camera.view', register.target(about.cameraId));
      case 'cameraOrAll':
        return reads(actor, about.cameraId ?? null, about.sector);
      case 'actor':
        return about.actorId !== undefined && idOf(actor) === about.actorId;
      case 'incidents':
        return canAnywhere(actor, 'incident.manage');
      case 'sector':
        return (
          about.target !== undefined &&
          can(actor, 'sector.read', about.target) &&
          (about.cameras ?? []).every((camera) => can(actor, 'camera.view', camera))
        );
      case 'reports':
        return about.target !== undefined && can(actor, 'report.handle', about.target);
      case 'directives':
        return (
          canAnywhere(actor, 'directive.give') ||
          (about.target !== undefined && can(actor, 'directive.answer', about.target))
        );
      case 'signedIn':
        return true;
      default:
        return false;
    }
  }

  return {
    tell(topic, message, about) {
      const hearing: string[] = [];
      for (const socket of lines()) {
        if (!mayHear(socket.data.actor, topic, about)) continue;
        if (doesNotRead(socket)) socket.disconnect(true);
        else {
          hearing.push(socket.id);
          about.onHeard?.(socket.data.actor);
        }
      }
      if (hearing.length === 0) return;
      // To all at once: the message is written out once, not once for each console.
      const audience = io.to(hearing);
      // The map types each topic's argument; TypeScript cannot follow it through a type parameter.
      (audience.emit as (name: string, message: unknown) => boolean).call(audience, topic, message);
    },
    figures: () => ({ clients: io.of('/').sockets.size }),
    seated(permission) {
      const actors = lines().map(({ data }) => data.actor);
      return new Set(actors.filter((actor) => canAnywhere(actor, permission)).map(idOf));
    },
    async close() {
      stopChanges();
      clearInterval(timer);
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

/** The person or token behind an actor. */
export function idOf(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.userId;
    case 'token':
      return actor.tokenId;
    case 'media':
      return `link:${actor.cameraId}`;
    case 'system':
      return 'system';
  }
}

function doesNotRead(socket: Line): boolean {
  const { transport } = socket.conn;
  const raw: unknown = 'socket' in transport ? transport.socket : undefined;
  const bytes = typeof raw === 'object' && raw !== null && 'bufferedAmount' in raw ? Number(raw.bufferedAmount) : 0;
  // What the line has not taken yet; it is kept from us in the types alone.
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer');
  return bytes > MOST_WAITING_BYTES || (Array.isArray(buffer) && buffer.length > MOST_WAITING_MESSAGES);
}
