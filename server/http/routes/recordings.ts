import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import { STREAM_ROLES } from '#contracts/media';
import {
  type BookmarkView,
  bookmarkInputSchema,
  bookmarkQuerySchema,
  groupsQuerySchema,
  playlistQuerySchema,
  type RemovedCameraView,
  recordedStillQuerySchema,
  timelineQuerySchema,
} from '#contracts/recordings';
import type { Bookmarks } from '../../../recordings/bookmarks.ts';
import type { Holds } from '../../../recordings/holds.ts';
import type { Playback } from '../../../recordings/playback.ts';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { byteRangeOf } from '../byte-range.ts';
import { actorOf, idSchema } from '../call.ts';
import { type Call, defineRaw, defineRoute, type Route } from '../route.ts';

export interface RecordingDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'masks' | 'removed' | 'target'>;
  readonly clock: Clock;
  readonly playback: Playback;
  readonly bookmarks: Omit<Bookmarks, 'get'>;
  readonly holds: Pick<Holds, 'touching'>;
}

const bookmarkSchema = idSchema.extend({ bookmark: z.string().min(1).max(64) });
const play = { kind: 'camera', permission: 'camera.playback', past: true } as const;
/** ms by which a client's clock may be ahead of ours. */
const CLOCK_SLACK_MS = 60_000;
/** Who may see a recording may cease to: nothing of it stays in a browser. */
const NOT_KEPT = { 'cache-control': 'no-store' };

/** What was recorded: timelines, where the video lies, its bytes, stills, and bookmarks. */
export function recordingRoutes({
  access,
  register,
  clock,
  playback,
  bookmarks,
  holds,
}: RecordingDeps): readonly Route[] {
  /** A range may end in the future, as today does; one that begins there is a mistake. */
  function guardFuture(query: { fromMs: number }): void {
    if (query.fromMs <= clock.now() + CLOCK_SLACK_MS) return;
    const message = 'lies in the future';
    throw new Fault('invalid', 'request.invalid', 'some fields of the request are wrong', {
      fields: [{ path: 'fromMs', code: 'recording.future', message }],
    });
  }

  return [
    defineRoute({
      name: 'GET /api/removed-cameras',
      access: { kind: 'anywhere', permission: 'camera.playback' },
      async handle(call) {
        const actor = actorOf(call);
        const found: RemovedCameraView[] = [];
        for (const { id, number, name, groupId, removedMs } of register.removed()) {
          if (!can(actor, 'camera.playback', register.target(id))) continue;
          const extent = await playback.extent(id);
          const hasMasks = register.masks(id).masks.length > 0;
          if (extent !== undefined) found.push({ id, number, name, groupId, removedMs, hasMasks, ...extent });
        }
        return found;
      },
    }),
    defineRoute({
      name: 'GET /api/cameras/:id/timeline',
      access: play,
      params: idSchema,
      query: timelineQuerySchema,
      async handle({ params: { id }, query }) {
        guardFuture(query);
        const { fromMs, toMs, role } = query;
        const [recorded, marks] = await Promise.all([
          playback.timeline(id, role, fromMs, toMs),
          bookmarks.list(id, fromMs, toMs),
        ]);
        return { ...recorded, holds: holds.touching(id, fromMs, toMs), bookmarks: marks };
      },
    }),
    defineRoute({
      name: 'GET /api/cameras/:id/groups',
      access: play,
      params: idSchema,
      query: groupsQuerySchema,
      handle({ params, query }) {
        guardFuture(query);
        return playback.range(params.id, query.role, query.fromMs, query.toMs);
      },
    }),

    defineRaw({
      name: 'GET /recordings/:id/:role/index.m3u8',
      access: play,
      params: idSchema.extend({ role: z.enum(STREAM_ROLES) }),
      query: playlistQuerySchema,
      async handle({ params: { id, role }, query, response }) {
        guardFuture(query);
        const text = await playback.playlist(id, role, query, (segmentId) => `../${segmentId}.mp4`);
        response.writeHead(200, { ...NOT_KEPT, 'content-type': 'application/vnd.apple.mpegurl' }).end(text);
      },
    }),
    defineRaw({
      name: 'GET /recordings/:id/thumbnail.jpg',
      access: play,
      params: idSchema,
      query: recordedStillQuerySchema,
      async handle(call) {
        const { id } = call.params;
        const { jpeg, role, takenMs } = await playback.still(id, call.query.atMs, call.query.width, call.signal);
        access.audit.touchViewing(actorOf(call), id, role, 'playback', { fromMs: takenMs, toMs: takenMs });
        call.response
          .writeHead(200, {
            ...NOT_KEPT,
            'content-type': 'image/jpeg',
            'content-length': jpeg.byteLength,
            'last-modified': new Date(takenMs).toUTCString(),
          })
          .end(jpeg);
      },
    }),
    defineRaw({
      name: 'GET /recordings/:id/:segment.mp4',
      access: play,
      params: idSchema.extend({ segment: z.string().regex(/^[1-9]\d{0,14}$/) }),
      handle: sendSegment,
    }),

    defineRoute({
      name: 'GET /api/cameras/:id/bookmarks',
      access: play,
      params: idSchema,
      query: bookmarkQuerySchema,
      handle: ({ params, query }) => bookmarks.search(params.id, query),
    }),
    defineRoute({
      name: 'POST /api/cameras/:id/bookmarks',
      access: play,
      params: idSchema,
      body: bookmarkInputSchema,
      async handle(call) {
        const bookmark = await bookmarks.create(call.params.id, call.body, auditName(actorOf(call)));
        await note(call, 'bookmark.created', bookmark);
        return bookmark;
      },
    }),
    defineRoute({
      name: 'PUT /api/cameras/:id/bookmarks/:bookmark',
      access: play,
      params: bookmarkSchema,
      body: bookmarkInputSchema,
      async handle(call) {
        const bookmark = await bookmarks.update(call.params.id, call.params.bookmark, call.body);
        await note(call, 'bookmark.changed', bookmark);
        return bookmark;
      },
    }),
    defineRoute({
      name: 'DELETE /api/cameras/:id/bookmarks/:bookmark',
      access: play,
      params: bookmarkSchema,
      async handle(call) {
        await note(call, 'bookmark.removed', await bookmarks.remove(call.params.id, call.params.bookmark));
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/cameras/:id/bookmarks/:bookmark/restore',
      access: play,
      params: bookmarkSchema,
      async handle(call) {
        const bookmark = await bookmarks.restore(call.params.id, call.params.bookmark);
        await note(call, 'bookmark.restored', bookmark);
        return bookmark;
      },
    }),
  ];

  function note(
    call: { readonly actor: Actor | null },
    action: string,
    { id, cameraId, timeMs, text }: BookmarkView,
  ): Promise<void> {
    return access.audit.append({ actor: actorOf(call), action, cameraId, detail: { id, timeMs, text } });
  }

  async function sendSegment(call: Call<{ id: string; segment: string }, undefined, undefined>): Promise<void> {
    const { request, response, params, signal } = call;
    const file = await playback.open(params.id, Number(params.segment));
    try {
      const range = byteRangeOf(request.headers.range, header(request.headers['if-range']), file);
      const shared = { ...NOT_KEPT, etag: file.etag, 'accept-ranges': 'bytes', 'content-type': 'video/mp4' };
      if (range.kind === 'unsatisfiable') {
        response.writeHead(416, { ...shared, 'content-range': `bytes */${file.size}`, 'content-length': 0 }).end();
        return;
      }
      const [from, to] = range.kind === 'part' ? [range.from, range.to] : [0, file.size - 1];
      const part = range.kind === 'part' ? { 'content-range': `bytes ${from}-${to}/${file.size}` } : {};
      const length = to - from + 1;
      response.writeHead(range.kind === 'part' ? 206 : 200, { ...shared, ...part, 'content-length': length });
      if (request.method === 'HEAD' || length === 0) {
        response.end();
        return;
      }
      // Before the first byte: what was handed out is in the audit even when they hang up at once.
      const recorded = file.shows(from, to);
      if (recorded !== undefined) {
        access.audit.touchViewing(actorOf(call), params.id, file.segment.role, 'playback', recorded);
      }
      await pipeline(file.stream(from, to), response, { signal }).catch((error: unknown) => {
        // They went: a seek is nothing else. Anything else ends the answer short, which its length tells them.
        if (!signal.aborted) throw error;
      });
    } finally {
      await file.close();
    }
  }
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
