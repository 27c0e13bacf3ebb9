import type { WebSocket } from 'ws';
import type { Clock } from '#base/clock';
import { encodeHeader, type WallFrame, type WallNotice } from '#contracts/wall-frame';
import { fullnessOf } from './back-pressure.ts';

/**
 * The way to one client: sends, and knows how full it is. What waits is bounded because cells ask `fullness` before
 * they send; what waits in the kernel and on the way is measured by the time that a ping takes behind it.
 */
export interface Line {
  /** The payload is not copied: all clients' queues refer to the same bytes. */
  frame(header: Omit<WallFrame, 'payload'>, payload: Uint8Array): void;
  notice(notice: WallNotice): void;
  /** 0 empty, 1 as full as it may be. O(1). */
  fullness(): number;
  readonly bufferedBytes: number;
  /** ms since the client last proved that it reads. */
  silentMs(): number;
  /** Asks the client to answer, unless an answer is awaited already. To be called once a second. */
  probe(): void;
}

/** The TCP or TLS socket below a WebSocket; what is written between the two calls goes out together. */
export interface Corkable {
  cork(): void;
  uncork(): void;
}

/** An answer this late asks for another one at once, to see whether the jam has gone. */
const LATE_MS = 250;

const FIRST = { binary: true, fin: false, compress: false } as const;
const LAST = { binary: true, fin: true, compress: false } as const;
const NOTHING = new Uint8Array();

/** `onRoom` is called when something has left this process or the client has answered. */
export function createLine(deps: {
  ws: WebSocket;
  socket: Corkable | undefined;
  limitBytes: number;
  clock: Clock;
  onRoom: () => void;
}): Line {
  const { ws, socket, limitBytes, clock, onRoom } = deps;
  let askedMs: number | undefined;
  let heardMs = clock.monotonic();
  let fastestMs = Number.POSITIVE_INFINITY;
  let lagMs = 0;

  function probe(): void {
    if (askedMs !== undefined || ws.readyState !== ws.OPEN) return;
    askedMs = clock.monotonic();
    ws.ping(NOTHING, false);
  }

  ws.on('pong', () => {
    if (askedMs === undefined) return;
    heardMs = clock.monotonic();
    const tookMs = heardMs - askedMs;
    askedMs = undefined;
    fastestMs = Math.min(fastestMs, tookMs);
    lagMs = tookMs - fastestMs;
    if (lagMs > LATE_MS) probe();
    onRoom();
  });

  return {
    frame(header, payload) {
      // One system call for the four pieces that `ws` writes.
      socket?.cork();
      ws.send(encodeHeader(header), FIRST);
      ws.send(payload, LAST, onRoom);
      socket?.uncork();
    },
    notice: (notice) => ws.send(JSON.stringify(notice)),
    fullness() {
      const waitingMs = askedMs === undefined ? 0 : clock.monotonic() - askedMs;
      const idleMs = Number.isFinite(fastestMs) ? fastestMs : waitingMs;
      return fullnessOf({
        bufferedBytes: ws.bufferedAmount,
        limitBytes,
        lagMs: Math.max(askedMs === undefined ? lagMs : 0, waitingMs - idleMs),
      });
    },
    get bufferedBytes() {
      return ws.bufferedAmount;
    },
    silentMs: () => (askedMs === undefined ? 0 : clock.monotonic() - heardMs),
    probe,
  };
}
