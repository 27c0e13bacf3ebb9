import {
  type CellQuality,
  decodeFrame,
  decodeInit,
  WALL_SOCKET_PATH,
  type WallNotice,
  type WallRequest,
} from '#contracts/wall-frame';

/**
 * The browser's end of the wall socket: one WebSocket for all cells of a window. It dials again by itself, subscribes
 * everything anew, and learns the offset of the server's clock so that the age of a picture is honest.
 */
export interface WallClient {
  /** `cell` is free for reuse after the returned function was called. */
  subscribe(request: CellRequest, sink: CellSink): WallSubscription;
  /** The server's clock now, in ms since 1970. */
  serverNow(): number;
  onLine(listener: (line: Line) => void): () => void;
  /** Dials, and goes on until `close`. */
  open(): void;
  /** Cells stay subscribed for the next `open`. */
  close(): void;
}

/** `lost`: dialling again; `blocked`: several dials failed in a row, another way should be taken meanwhile. */
export type Line = 'open' | 'lost' | 'blocked';

export interface CellRequest {
  readonly cameraId: string;
  readonly quality: CellQuality;
  readonly priority: number;
}

export interface WallSubscription {
  adjust(quality: CellQuality, priority: number): void;
  /** The same stream again from a key frame, after the player had to start anew. */
  renew(): void;
  end(): void;
}

export type CellNotice = Extract<WallNotice, { type: 'cell' }>;
export type Refusal = Extract<WallNotice, { type: 'refused' }>['code'];

export interface CellSink {
  init(mimeType: string, bytes: Uint8Array): void;
  fragment(bytes: Uint8Array, wallClockMs: number): void;
  still(jpeg: Uint8Array, wallClockMs: number): void;
  notice(notice: CellNotice): void;
  refused(code: Refusal): void;
}

const BLOCKED_AFTER = 3;
const FIRST_RETRY_MS = 500;
const MOST_RETRY_MS = 10_000;
const DIAL_MS = 5000;
const PING_MS = 5000;
/** Three pings without an answer. */
const SILENCE_MS = 15_000;
const MOST_CELLS = 0xffff;

interface Cell {
  request: CellRequest;
  readonly sink: CellSink;
}

export function createWallClient(options: { url?: string; cannotPlay: readonly ('h265' | 'mjpeg')[] }): WallClient {
  const url = options.url ?? `${location.origin.replace(/^http/, 'ws')}${WALL_SOCKET_PATH}`;
  const cells = new Map<number, Cell>();
  const listeners = new Set<(line: Line) => void>();
  let socket: WebSocket | undefined;
  let line: Line = 'lost';
  let failures = 0;
  let lastHeardAt = 0;
  let clockOffsetMs = 0;
  let bestRoundTripMs = Number.POSITIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pinging: ReturnType<typeof setInterval> | undefined;
  let nextCell = 0;

  function ping(): void {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (performance.now() - lastHeardAt > SILENCE_MS) socket.close();
    else send({ type: 'ping', sentMs: Date.now() });
  }

  function setLine(next: Line): void {
    if (line === next) return;
    line = next;
    for (const listener of listeners) listener(next);
  }

  function dial(): void {
    const opened = new WebSocket(url);
    opened.binaryType = 'arraybuffer';
    socket = opened;
    const timeout = setTimeout(() => opened.close(), DIAL_MS);
    opened.onopen = () => {
      clearTimeout(timeout);
      failures = 0;
      lastHeardAt = performance.now();
      bestRoundTripMs = Number.POSITIVE_INFINITY;
      send({ type: 'hello', cannotPlay: [...options.cannotPlay] });
      send({ type: 'ping', sentMs: Date.now() });
      for (const [cell, { request }] of cells) send({ type: 'subscribe', cell, ...request });
      setLine('open');
    };
    opened.onmessage = ({ data }) => {
      lastHeardAt = performance.now();
      if (data instanceof ArrayBuffer) onFrame(new Uint8Array(data));
      else if (typeof data === 'string') onNotice(JSON.parse(data) as WallNotice);
    };
    opened.onclose = () => {
      clearTimeout(timeout);
      if (socket !== opened) return;
      failures += 1;
      setLine(failures >= BLOCKED_AFTER ? 'blocked' : 'lost');
      const ceiling = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
      timer = setTimeout(dial, ceiling / 2 + (Math.random() * ceiling) / 2);
    };
  }

  function send(request: WallRequest): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
  }

  function onFrame(bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    const sink = cells.get(frame.cell)?.sink;
    if (sink === undefined) return;
    if (frame.kind === 'init') {
      const { mimeType, init } = decodeInit(frame.payload);
      sink.init(mimeType, init);
    } else if (frame.kind === 'fragment') sink.fragment(frame.payload, frame.wallClockMs);
    else sink.still(frame.payload, frame.wallClockMs);
  }

  function onNotice(notice: WallNotice): void {
    if (notice.type === 'pong') {
      const now = Date.now();
      const roundTripMs = now - notice.sentMs;
      // The quickest answer is the most honest one.
      if (roundTripMs < bestRoundTripMs) {
        bestRoundTripMs = roundTripMs;
        clockOffsetMs = notice.serverMs - (notice.sentMs + now) / 2;
      }
    } else if (notice.type === 'cell') cells.get(notice.cell)?.sink.notice(notice);
    else cells.get(notice.cell)?.sink.refused(notice.code);
  }

  function freeCell(): number {
    do nextCell = (nextCell + 1) % MOST_CELLS;
    while (cells.has(nextCell));
    return nextCell;
  }

  return {
    subscribe(request, sink) {
      const cell = freeCell();
      const entry: Cell = { request, sink };
      cells.set(cell, entry);
      send({ type: 'subscribe', cell, ...request });
      return {
        adjust(quality, priority) {
          if (entry.request.quality === quality && entry.request.priority === priority) return;
          entry.request = { ...entry.request, quality, priority };
          send({ type: 'adjust', cell, quality, priority });
        },
        renew() {
          send({ type: 'unsubscribe', cell });
          send({ type: 'subscribe', cell, ...entry.request });
        },
        end() {
          if (cells.delete(cell)) send({ type: 'unsubscribe', cell });
        },
      };
    },
    serverNow: () => Date.now() + clockOffsetMs,
    onLine(listener) {
      listeners.add(listener);
      listener(line);
      return () => listeners.delete(listener);
    },
    open() {
      if (socket !== undefined) return;
      pinging = setInterval(ping, PING_MS);
      dial();
    },
    close() {
      clearInterval(pinging);
      clearTimeout(timer);
      const closing = socket;
      socket = undefined;
      closing?.close();
    },
  };
}
