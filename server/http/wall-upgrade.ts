import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Logger } from '#base/log';
import type { Access } from '../access/access.ts';
import { type Actor, isAffected } from '../access/actor.ts';
import { canPlay } from '../access/can.ts';
import type { CameraRegister } from '../cameras/register.ts';
import { MAX_REQUEST_BYTES, type WallSocket } from '../restream/wall-socket/wall-socket.ts';
import { authenticate } from './authenticate.ts';
import type { ClientFacts } from './client-address.ts';
import { isSameOrigin } from './same-origin.ts';

export interface WallUpgradeDeps {
  readonly access: Access;
  readonly register: CameraRegister;
  readonly wall: WallSocket;
  readonly facts: (request: IncomingMessage) => ClientFacts;
  readonly publicUrl: string | undefined;
  readonly log: Logger;
}

/** ms; sessions end by time, and nobody tells of that. */
const REVALIDATE_MS = 30_000;

/** Lets people onto the wall socket: from our own page, signed in, and only as long as both stay true. */
export function createWallUpgrade(deps: WallUpgradeDeps) {
  const { access, register, wall, facts, publicUrl, log } = deps;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_REQUEST_BYTES });

  return async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const { address, secure } = facts(request);
    const userAgent = String(request.headers['user-agent'] ?? '').slice(0, 300);
    if (!isSameOrigin(request, secure, publicUrl)) return turnAway(socket, 403, 'Forbidden');
    const actor = await authenticate(access, request, { address, userAgent }).catch((error: unknown) => {
      log.error({ err: error }, 'a wall socket could not be authenticated');
      return null;
    });
    if (actor === null || actor.kind === 'media') return turnAway(socket, 401, 'Unauthorized');
    sockets.handleUpgrade(request, socket, head, (ws) => {
      let present: Actor = actor;
      const changed = new Set<() => void>();
      async function look(): Promise<void> {
        const now = await access.revalidate(present);
        if (now === null) return ws.close(4401, 'signed out');
        present = now;
        for (const listener of changed) listener();
      }
      const stop = access.onActorChanged((change) => {
        if (isAffected(present, change)) look().catch(() => ws.terminate());
      });
      const stopSaved = register.onSaved(() => {
        // A camera may have moved into a group that this person must not see.
        for (const listener of changed) listener();
      });
      const timer = setInterval(() => void look().catch(() => ws.terminate()), REVALIDATE_MS);
      ws.once('close', () => {
        stop();
        stopSaved();
        clearInterval(timer);
      });
      wall.accept(
        ws,
        {
          mayView: (cameraId) => canPlay(present, 'main', register.target(cameraId)),
          beginViewing: (cameraId, role, via) => access.audit.beginViewing(present, cameraId, role, via),
          onChanged(listener) {
            changed.add(listener);
            return () => changed.delete(listener);
          },
        },
        request.socket,
      );
    });
  };
}

function turnAway(socket: Duplex, status: number, words: string): void {
  socket.end(`HTTP/1.1 ${status} ${words}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
