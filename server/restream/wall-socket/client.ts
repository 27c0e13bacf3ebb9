import type { RawData, WebSocket } from 'ws';
import type { Logger } from '#base/log';
import type { StreamRole } from '#contracts/media';
import { type WallNotice, type WallRequest, wallRequestSchema } from '#contracts/wall-frame';
import { calmState, decide, maySend } from './back-pressure.ts';
import { type Cell, type CellServices, createCell } from './cell.ts';
import type { Unplayable } from './feed.ts';
import { type Corkable, createLine } from './line.ts';
import { createRequestBudget } from './request-budget.ts';
import type { Viewer } from './viewer.ts';

/** One window of one person: its cells, what it asks for, and how much its line carries. */
export interface WallClient {
  readonly cells: number;
  /** What waits in this process to be sent. */
  readonly queuedBytes: number;
  /** A stream's state has changed. */
  statusChanged(cameraId: string): void;
  /** WebSocket close code and reason (RFC 6455 §7.4.1). */
  end(code: number, reason: string): void;
}

const DECIDE_MS = 1000;
/** A client that has not shown for so long that it reads is closed. */
const SILENT_MS = 20_000;
const CLOSE = { unsupported: 1003, policy: 1008, tooLarge: 1009 } as const;

interface Viewed {
  readonly cell: Cell;
  endViewing: () => void;
  viewedRole: StreamRole;
}

export function createWallClient(deps: {
  ws: WebSocket;
  socket: Corkable | undefined;
  viewer: Viewer;
  services: CellServices;
  limits: { readonly bufferBytes: number; readonly cells: number; readonly requestBytes: number };
  log: Logger;
  onClosed: () => void;
}): WallClient {
  const { ws, viewer, services, limits, log } = deps;
  const { clock, statuses } = services;
  const viewed = new Map<number, Viewed>();
  const budget = createRequestBudget(clock);
  const line = createLine({ ws, socket: deps.socket, limitBytes: limits.bufferBytes, clock, onRoom: pumpHeld });
  /** Least important first; a cell's place in it decides when it must hold back. */
  let ranks = new Map<Cell, number>();
  let cannotPlay: Unplayable = new Set();
  let pressure = calmState(clock.monotonic());
  /** A cell was not admitted since the last round. */
  let someHeld = false;
  let pumping = false;
  let closed = false;

  const stopDeciding = clock.every(DECIDE_MS, () => {
    if (line.silentMs() > SILENT_MS) {
      log.info({ buffered: line.bufferedBytes }, 'wall client does not read, closed');
      ws.terminate();
      return;
    }
    line.probe();
    // A cell that shows stills reads no stream that could end.
    for (const [number, { cell }] of viewed) if (statuses.statuses(cell.cameraId).length === 0) lose(number);
    rebalance();
    pumpHeld();
  });
  const stopRights = viewer.onChanged(checkRights);
  line.probe();

  ws.on('message', (data, isBinary) => receive(data, isBinary));
  ws.on('error', (error) => log.debug({ reason: error.message }, 'wall socket failed'));
  ws.once('close', close);

  function rank(): void {
    const cells = [...viewed.values()].map(({ cell }) => cell);
    cells.sort((a, b) => a.priority - b.priority || b.number - a.number);
    ranks = new Map(cells.map((cell, place) => [cell, place]));
  }

  function admitted(cell: Cell): boolean {
    // A cell that is being made has no rank yet: it waits for room like the least important one.
    const may = maySend(line.fullness(), ranks.get(cell) ?? 0, Math.max(1, ranks.size));
    someHeld ||= !may;
    return may;
  }

  /** The most important first, as far as the room goes. */
  function pumpHeld(): void {
    if (!someHeld || pumping || closed) return;
    someHeld = false;
    pumping = true;
    for (const cell of [...ranks.keys()].reverse()) cell.pump();
    pumping = false;
  }

  function rebalance(): void {
    const loads = [...ranks.keys()].map((cell) => cell.load());
    const decision = decide(pressure, line.fullness(), loads, clock.monotonic());
    pressure = decision.state;
    for (const move of decision.moves) viewed.get(move.cell)?.cell.moveTo(move.to);
  }

  function checkRights(): void {
    for (const [number, { cell }] of viewed) {
      if (viewer.mayView(cell.cameraId)) continue;
      remove(number);
      refuse(number, 'forbidden');
    }
  }

  type Refusal = Extract<WallNotice, { type: 'refused' }>['code'];
  const refuse = (cell: number, code: Refusal): void => line.notice({ type: 'refused', cell, code });

  function receive(data: RawData, isBinary: boolean): void {
    if (closed) return;
    if (isBinary || !Buffer.isBuffer(data)) end(CLOSE.unsupported, 'text only');
    else if (data.byteLength > limits.requestBytes) end(CLOSE.tooLarge, 'message too large');
    else if (!budget.take()) end(CLOSE.policy, 'too many messages');
    else read(parseJson(data.toString('utf8')));
  }

  function read(json: unknown): void {
    const request = wallRequestSchema.safeParse(json);
    const cell = cellOf(json);
    if (request.success) handle(request.data);
    else if (cell === undefined) end(CLOSE.policy, 'not a request');
    else refuse(cell, 'invalid');
  }

  function handle(request: WallRequest): void {
    switch (request.type) {
      case 'hello':
        cannotPlay = new Set(request.cannotPlay);
        for (const { cell } of viewed.values()) cell.playing(cannotPlay);
        break;
      case 'subscribe':
        subscribe(request);
        break;
      case 'adjust':
        adjust(request);
        break;
      case 'unsubscribe':
        remove(request.cell);
        break;
      case 'ping':
        line.notice({ type: 'pong', sentMs: request.sentMs, serverMs: clock.now() });
    }
  }

  /** Why a camera may not be subscribed to. Who may not see it does not learn whether it exists. */
  function refusalOf(cameraId: string): Refusal | undefined {
    if (!viewer.mayView(cameraId)) return 'forbidden';
    if (statuses.statuses(cameraId).length === 0) return 'notFound';
    return viewed.size >= limits.cells ? 'tooMany' : undefined;
  }

  function subscribe(request: Extract<WallRequest, { type: 'subscribe' }>): void {
    const { cell: number, cameraId, quality, priority } = request;
    remove(number);
    const refusal = refusalOf(cameraId);
    if (refusal !== undefined) {
      refuse(number, refusal);
      return;
    }
    const role = roleFor(cameraId, quality);
    const cell = createCell({
      services,
      line,
      number,
      cameraId,
      quality,
      priority,
      cannotPlay,
      admitted,
      onEnd: () => lose(number),
    });
    viewed.set(number, { cell, viewedRole: role, endViewing: viewer.beginViewing(cameraId, role, 'wall') });
    rank();
  }

  function adjust(request: Extract<WallRequest, { type: 'adjust' }>): void {
    const seen = viewed.get(request.cell);
    if (seen === undefined) {
      refuse(request.cell, 'notFound');
      return;
    }
    const { cameraId } = seen.cell;
    const role = roleFor(cameraId, request.quality);
    if (role !== seen.viewedRole) {
      seen.endViewing();
      seen.viewedRole = role;
      seen.endViewing = viewer.beginViewing(cameraId, role, 'wall');
    }
    seen.cell.adjust(request.quality, request.priority);
    rank();
  }

  /** What was asked for is what counts as viewed; what a thin line makes of it changes too often for the audit. */
  function roleFor(cameraId: string, quality: string): StreamRole {
    const hasSub = statuses.statuses(cameraId).some((status) => status.role === 'sub');
    return quality === 'main' || !hasSub ? 'main' : 'sub';
  }

  function remove(number: number): void {
    const seen = viewed.get(number);
    if (seen === undefined) return;
    viewed.delete(number);
    seen.cell.close();
    seen.endViewing();
    rank();
  }

  /** The camera was removed. */
  function lose(number: number): void {
    remove(number);
    refuse(number, 'notFound');
  }

  function close(): void {
    if (closed) return;
    closed = true;
    stopDeciding();
    stopRights();
    for (const number of [...viewed.keys()]) remove(number);
    deps.onClosed();
  }

  function end(code: number, reason: string): void {
    ws.close(code, reason);
    // What it was still to get is of no use, and it may never read the close either.
    close();
    const cancel = clock.after(DECIDE_MS, () => ws.terminate());
    ws.once('close', cancel);
  }

  return {
    get cells() {
      return viewed.size;
    },
    get queuedBytes() {
      return line.bufferedBytes;
    },
    statusChanged(cameraId) {
      for (const { cell } of viewed.values()) if (cell.cameraId === cameraId) cell.refresh();
    },
    end,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The cell that a request is about, where at least that can be read. */
function cellOf(json: unknown): number | undefined {
  if (typeof json !== 'object' || json === null || !('cell' in json)) return undefined;
  return typeof json.cell === 'number' && Number.isInteger(json.cell) ? json.cell : undefined;
}
