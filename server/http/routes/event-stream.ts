import type { Response } from 'express';
import { z } from 'zod';
import { Fault } from '#base/errors';
import { eventStreamQuerySchema } from '#contracts/events';
import type { Access } from '../../access/access.ts';
import { type Actor, isAffected } from '../../access/actor.ts';
import { canAnywhere } from '../../access/can.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { EventLog } from '../../events/event-log.ts';
import { eventEnvelope } from '../../outputs/cloud-event.ts';
import { actorOf } from '../call.ts';
import { defineRaw, type Route } from '../route.ts';
import { camerasOfReader, eventVisible, type SectorTarget } from './lists.ts';

export interface EventStreamDeps {
  readonly access: Pick<Access, 'revalidate' | 'onActorChanged'>;
  readonly register: Pick<CameraRegister, 'target' | 'find' | 'list' | 'removed'>;
  readonly events: Pick<EventLog, 'follow' | 'newest' | 'onAppended'>;
  readonly sectorTarget: SectorTarget;
  /** CloudEvents `source`. */
  readonly source: () => string;
  readonly mostReaders: number;
  /** ms; shorter in tests. */
  readonly heartbeatMs?: number;
  readonly patienceMs?: number;
}

const HEARTBEAT_MS = 15_000;
const REVALIDATE_MS = 30_000;
/** ms that a reader may leave what was written unread; then it is dropped and goes on by `Last-Event-ID`. */
const PATIENCE_MS = 20_000;
const RETRY_MS = 3000;
const PAGE = 200;

const lastIdSchema = z.coerce.number().int().min(0);

/**
 * Events as server-sent events (WHATWG HTML §9.2) for programs: CloudEvents in `data`, the number of the log in `id`. Each
 * reader walks the log itself, so that one that is slow costs no memory, and one that comes back misses nothing.
 */
export function eventStreamRoutes(deps: EventStreamDeps): readonly Route[] {
  const { access, register, events, source, mostReaders, sectorTarget } = deps;
  const { heartbeatMs = HEARTBEAT_MS, patienceMs = PATIENCE_MS } = deps;
  let readers = 0;

  async function serve(
    actor: Actor,
    query: z.output<typeof eventStreamQuerySchema>,
    from: number,
    response: Response,
    gone: AbortSignal,
  ): Promise<void> {
    let now = actor;
    const over = new AbortController();
    const ended = AbortSignal.any([gone, over.signal]);
    let ring = (): void => {};
    let rung = false;
    const wake = (): void => {
      rung = true;
      ring();
    };
    const look = (): void => {
      access.revalidate(now).then(
        (found) => {
          if (found === null || !canAnywhere(found, 'event.read')) over.abort();
          else now = found;
        },
        () => over.abort(),
      );
    };
    const stops = [
      events.onAppended(wake),
      access.onActorChanged((change) => {
        if (isAffected(now, change)) look();
      }),
    ];
    const timers = [setInterval(look, REVALIDATE_MS), setInterval(wake, heartbeatMs)];
    ended.addEventListener('abort', wake, { once: true });
    let place = from;
    let writtenMs = 0;
    const tell = async (text: string): Promise<void> => {
      await write(response, text, patienceMs, ended);
      writtenMs = performance.now();
    };
    // Also a reader that saw no event knows by it where to go on.
    const tellPlace = (): Promise<void> => tell(`id: ${place}\n\n`);
    try {
      await tellPlace();
      const { after: _after, ...wanted } = query;
      for (; !ended.aborted; ) {
        rung = false;
        const found = await events.follow(place, {
          ...wanted,
          visible: eventVisible(now, register, sectorTarget),
          cameras: camerasOfReader(now, register),
          limit: PAGE,
        });
        const lines = found.events.map((event) => frame(source(), event));
        // What is gone cannot be told: who counts on every one has to know.
        if (found.missing) lines.unshift(`event: gap\ndata: ${JSON.stringify({ after: place })}\n\n`);
        place = found.next;
        if (lines.length > 0) await tell(lines.join(''));
        // Events that this reader may not see come and go: what counts is when it last heard something.
        else if (performance.now() - writtenMs >= heartbeatMs * 0.9) await tellPlace();
        if (found.more || rung) continue;
        await new Promise<void>((resolve) => {
          ring = resolve;
        });
      }
    } finally {
      for (const stop of stops) stop();
      for (const timer of timers) clearInterval(timer);
      response.destroy();
    }
  }

  return [
    defineRaw({
      name: 'GET /api/events/stream',
      access: { kind: 'anywhere', permission: 'event.read' },
      query: eventStreamQuerySchema,
      async handle(call) {
        if (readers >= mostReaders) {
          throw new Fault('unavailable', 'event.tooManyReaders', `${mostReaders} readers follow the events already`, {
            retryAfterMs: 30_000,
          });
        }
        const lastId = lastIdSchema.safeParse(call.request.headers['last-event-id'] ?? undefined);
        readers += 1;
        try {
          const from = lastId.success ? lastId.data : (call.query.after ?? (await events.newest()));
          call.response.writeHead(200, {
            'content-type': 'text/event-stream; charset=utf-8',
            'cache-control': 'no-store',
            // nginx would keep it back until a buffer is full.
            'x-accel-buffering': 'no',
          });
          call.response.write(`retry: ${RETRY_MS}\n\n`);
          await serve(actorOf(call), call.query, from, call.response, call.signal);
        } finally {
          readers -= 1;
        }
      },
    }),
  ];
}

function frame(source: string, event: Parameters<typeof eventEnvelope>[1]): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(eventEnvelope(source, event))}\n\n`;
}

/** Resolves when the line has taken it; ends the line when nobody reads. */
async function write(response: Response, text: string, patienceMs: number, ended: AbortSignal): Promise<void> {
  if (response.write(text) || ended.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(() => response.destroy(), patienceMs);
    response.once('drain', done);
    response.once('close', done);
  });
}
