import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { CameraClass, StreamStatus } from '#contracts/camera';
import type { NewEvent } from '#contracts/events';
import type { StreamRole } from '#contracts/media';
import { CAMERA_SEVERITY } from './camera-severity.ts';

/**
 * Turns the states of streams into events: one when a stream has been down for `CONFIRM_MS`, one when it is live again.
 * What happens within `MERGE_MS` of an event is told once, as it stands then: a camera behind a loose plug must not fill
 * the list, nor one that hung up and was there again when it was dialled.
 */
export interface CameraEvents {
  /** To be called with each change that the supervisor tells. */
  status(cameraId: string, status: StreamStatus): void;
  /** The camera was removed. */
  forget(cameraId: string): void;
  close(): void;
}

export interface CameraEventsOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly append: (event: NewEvent) => Promise<unknown>;
  /** How much the camera matters; decides the severity. */
  readonly classOf: (cameraId: string) => CameraClass | undefined;
}

export const MERGE_MS = 10_000;
export const CONFIRM_MS = 3000;

type Condition = 'live' | 'down';

interface Stream {
  readonly cameraId: string;
  readonly role: StreamRole;
  /** What people were told last; `null` when they were told nothing. */
  told: Condition | null;
  toldAtMs: number | null;
  /** When what was told began; ms since 1970. */
  toldSinceMs: number;
  /** The newest that says something, since when that is so. */
  now: StreamStatus;
  /** When it went down, by the clock that never steps. */
  downMs: number;
  cancel: (() => void) | undefined;
}

export async function createCameraEvents(options: CameraEventsOptions): Promise<CameraEvents> {
  const { database, clock, log, append, classOf } = options;
  const streams = new Map<string, Stream>();
  const before = new Map<string, { condition: Condition; sinceMs: number }>();
  for (const row of await database.all<{ cameraId: string; role: string; condition: Condition; sinceMs: number }>(
    'SELECT camera_id AS cameraId, role, condition, since_ms AS sinceMs FROM stream_conditions',
  )) {
    before.set(`${row.cameraId}/${row.role}`, row);
  }

  function report(stream: Stream): void {
    stream.cancel = undefined;
    const condition = conditionOf(stream.now);
    if (condition === null || condition === stream.told) return;
    const leftMs = condition === 'down' ? stream.downMs + CONFIRM_MS - clock.monotonic() : 0;
    if (leftMs > 0) {
      stream.cancel = clock.after(leftMs, () => report(stream));
      return;
    }
    // A camera that was never down has nothing to tell by being live.
    const silent = stream.told === null && condition === 'live';
    const downForMs = Math.max(0, stream.now.sinceMs - stream.toldSinceMs);
    stream.told = condition;
    stream.toldSinceMs = stream.now.sinceMs;
    if (!silent) {
      stream.toldAtMs = clock.monotonic();
      tell(eventOf(stream, condition, downForMs));
    }
    remember(stream, condition);
  }

  function eventOf({ cameraId, role, now }: Stream, condition: Condition, downForMs: number): NewEvent {
    const common = { timeMs: Math.round(now.sinceMs), cameraId };
    return condition === 'live'
      ? { ...common, type: 'vn.tamnhin.camera.live', severity: 'minor', data: { role, downForMs } }
      : {
          ...common,
          type: 'vn.tamnhin.camera.down',
          severity: CAMERA_SEVERITY[classOf(cameraId) ?? 'normal'],
          data: { role, fault: now.fault ?? 'internal', detail: now.detail, lastFrameMs: now.lastFrameMs },
        };
  }

  function tell(event: NewEvent): void {
    append(event).catch((error: unknown) => log.error({ reason: messageOf(error) }, 'a camera event was lost'));
  }

  function remember({ cameraId, role, toldSinceMs }: Stream, condition: Condition): void {
    database
      .run(
        `INSERT INTO stream_conditions (camera_id, role, condition, since_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (camera_id, role) DO UPDATE SET condition = excluded.condition, since_ms = excluded.since_ms`,
        cameraId,
        role,
        condition,
        Math.round(toldSinceMs),
      )
      .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a stream condition was not kept'));
  }

  return {
    status(cameraId, status) {
      const name = `${cameraId}/${status.role}`;
      let stream = streams.get(name);
      if (stream === undefined) {
        const known = before.get(name);
        stream = {
          cameraId,
          role: status.role,
          told: known?.condition ?? null,
          toldAtMs: null,
          toldSinceMs: known?.sinceMs ?? status.sinceMs,
          now: status,
          downMs: clock.monotonic(),
          cancel: undefined,
        };
        streams.set(name, stream);
      }
      if (status.state === 'connecting') return;
      const last = stream.now;
      const goesOn = last.state === 'down' && status.state === 'down';
      stream.now = goesOn ? { ...status, sinceMs: last.sinceMs } : status;
      if (!goesOn) stream.downMs = clock.monotonic();
      if (stream.cancel !== undefined) return;
      const due = stream;
      const waitMs = stream.toldAtMs === null ? 0 : stream.toldAtMs + MERGE_MS - clock.monotonic();
      if (waitMs <= 0) report(due);
      else stream.cancel = clock.after(waitMs, () => report(due));
    },
    forget(cameraId) {
      for (const [name, stream] of streams) {
        if (stream.cameraId !== cameraId) continue;
        stream.cancel?.();
        streams.delete(name);
      }
      for (const role of ['main', 'sub']) before.delete(`${cameraId}/${role}`);
      database
        .run('DELETE FROM stream_conditions WHERE camera_id = ?', cameraId)
        .catch((error: unknown) => log.warn({ reason: messageOf(error) }, 'a stream condition was not forgotten'));
    },
    close() {
      for (const stream of streams.values()) stream.cancel?.();
      streams.clear();
    },
  };
}

/** `null` says nothing about the camera: dialling anew, not needed, switched off. */
function conditionOf(status: StreamStatus): Condition | null {
  if (status.state === 'live') return 'live';
  return status.state === 'down' ? 'down' : null;
}
