import { serveConnection } from '#base/rtsp/connection';
import { createRtspListener, type ServedConnection } from '#base/rtsp/listener';
import { createPlayerSession } from '#base/rtsp/player-session';
import { createChallenge } from '../challenge.ts';
import { openUdpWay } from '../udp-way.ts';
import { createLoopCamera, type LoopFigures } from './camera.ts';
import type { Loop } from './loop.ts';
import { createWheel } from './wheel.ts';

export interface LoopServerOptions {
  /** Interface to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly cameras: number;
  /** At least one; the cameras show them in turn. */
  readonly loops: readonly Loop[];
  /** Players must know it; absent: they need nothing. */
  readonly auth?: { readonly username: string; readonly password: string };
}

/**
 * Many RTSP cameras (RFC 2326) for the price of few: each shows a loop from a moment of its own, over TCP or UDP, to
 * whoever plays `/camera/1`, `/camera/2` …
 */
export interface LoopServer {
  readonly port: number;
  readonly players: number;
  readonly figures: Readonly<LoopFigures>;
  /** Without user and password; `camera` counts from 1. */
  url(camera: number): string;
  stop(): Promise<void>;
}

const PLAYERS_FOR_EACH = 8;

/** Rejects with the system's error, for example when the port is in use. */
export async function startLoopServer(options: LoopServerOptions): Promise<LoopServer> {
  const { auth, loops } = options;
  const begunMs = performance.now();
  const now = (): number => performance.now() - begunMs;
  const wheel = createWheel(now);
  const figures: LoopFigures = { units: 0, bytes: 0, skipped: 0, dropped: 0 };
  const cameras = Array.from({ length: options.cameras }, (_, index) => {
    const loop = loops[index % loops.length];
    if (loop === undefined) throw new RangeError('there is no loop to show');
    return createLoopCamera(loop, aheadOf(index, loop), { wheel, now, figures });
  });

  const listener = createRtspListener<ServedConnection>({
    most: options.cameras * PLAYERS_FOR_EACH,
    serve(socket) {
      // Each connection has its own nonce, as with real devices.
      const challenge = auth === undefined ? null : createChallenge({ ...auth, schemes: ['digest'], qop: false });
      const player = createPlayerSession({
        find(path, request) {
          if (challenge?.admits(request.headers.get('authorization'), request.method) === false) {
            return { status: 401, headers: challenge.headers.map((value) => ['WWW-Authenticate', value] as const) };
          }
          const [, number] = /^\/camera\/([1-9]\d{0,5})$/.exec(path) ?? [];
          return cameras[Number(number) - 1]?.media(socket) ?? { status: 404 };
        },
        openUdp: (ports) => openUdpWay(socket, ports, connection.heard),
      });
      const connection = serveConnection(socket, { answer: player.answer, closed: player.end });
      return {
        get heardMs() {
          return connection.heardMs;
        },
        get streaming() {
          return player.playing;
        },
        close: connection.close,
      };
    },
  });
  const port = await listener.listen(options.port, options.host);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;

  return {
    port,
    figures,
    get players() {
      return cameras.reduce((sum, camera) => sum + camera.players, 0);
    },
    url: (camera) => `rtsp://${host}:${port}/camera/${camera}`,
    async stop() {
      wheel.stop();
      await listener.close();
    },
  };
}

/**
 * Where in its loop a camera is when the first one begins: key frames of all cameras are spread over the loop, and their
 * pictures over the time between two pictures. The two factors of Roberts' sequence keep any number of them apart.
 */
function aheadOf(index: number, { durationMs, pictures }: Loop): number {
  const step = durationMs / pictures;
  return Math.floor(((index * 0.754_877_666) % 1) * pictures) * step + ((index * 0.569_840_291) % 1) * step;
}
