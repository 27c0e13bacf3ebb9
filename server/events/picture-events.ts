import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { type CameraClass, PICTURE_FAULTS, type PictureFault } from '#contracts/camera';
import type { NewEvent, TamnhinEvent } from '#contracts/events';
import type { StreamRole } from '#contracts/media';
import { CAMERA_SEVERITY } from './camera-severity.ts';
import type { EventPictures } from './event-pictures.ts';

/** Turns what is found at pictures into events: one when it begins, one when it is over; remembers over restarts. */
export interface PictureEvents {
  /** What is wrong with this camera's picture now, as far as people were told. */
  openFault(cameraId: string): OpenPictureFault | null;
  /** What was open when the program ended. */
  readonly atStart: readonly (OpenPictureFault & { cameraId: string; reference: Uint8Array | null })[];
  begun(begin: PictureBegin): void;
  ended(cameraId: string, fault: PictureFault): void;
  /** The camera was removed, or nobody looks at it any more. */
  forget(cameraId: string): void;
  /** Called after `openFault` gives another answer. */
  onChanged(listener: (cameraId: string) => void): () => void;
  /** Resolves when all of it is stored. */
  close(): Promise<void>;
}

export interface OpenPictureFault {
  readonly fault: PictureFault;
  /** ms since 1970. */
  readonly sinceMs: number;
  readonly eventId: string;
}

export interface PictureBegin {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly fault: PictureFault;
  readonly sinceMs: number;
  /** JPEG. */
  readonly before: Uint8Array | null;
  readonly during: Uint8Array;
  readonly reference: Uint8Array | null;
}

export interface PictureEventsOptions {
  readonly database: Database;
  readonly pictures: EventPictures;
  readonly clock: Clock;
  readonly log: Logger;
  readonly append: (event: NewEvent) => Promise<TamnhinEvent>;
  readonly classOf: (cameraId: string) => CameraClass | undefined;
}

interface Row extends OpenPictureFault {
  readonly cameraId: string;
  readonly reference: Uint8Array | null;
}

export async function createPictureEvents(options: PictureEventsOptions): Promise<PictureEvents> {
  const { database, pictures, clock, log, append, classOf } = options;
  const rows = await database.all<Omit<Row, 'fault'> & { fault: string }>(
    'SELECT camera_id AS cameraId, fault, event_id AS eventId, since_ms AS sinceMs, reference FROM picture_conditions',
  );
  const atStart = rows.flatMap((row): Row[] => (isFault(row.fault) ? [{ ...row, fault: row.fault }] : []));
  const open = new Map<string, OpenPictureFault>(atStart.map((row) => [row.cameraId, row]));
  const listeners = new Set<(cameraId: string) => void>();
  /** One after another: an end must not overtake its beginning. */
  let working: Promise<void> = Promise.resolve();

  function then(work: () => Promise<void>): void {
    working = working
      .then(work)
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'an event of a picture was lost'));
  }

  function changed(cameraId: string): void {
    for (const listener of listeners) listener(cameraId);
  }

  async function begin({ cameraId, role, fault, sinceMs, before, during, reference }: PictureBegin): Promise<void> {
    const names = await pictures.keep(cameraId, before === null ? { during } : { before, during });
    const event = await append({
      type: `vn.tamnhin.picture.${fault}`,
      timeMs: clock.now(),
      severity: CAMERA_SEVERITY[classOf(cameraId) ?? 'normal'],
      cameraId,
      data: { role, sinceMs: Math.round(sinceMs), pictures: names },
    });
    await database.run(
      `INSERT INTO picture_conditions (camera_id, fault, event_id, since_ms, reference) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (camera_id) DO UPDATE SET fault = excluded.fault, event_id = excluded.event_id,
         since_ms = excluded.since_ms, reference = excluded.reference`,
      cameraId,
      fault,
      event.id,
      Math.round(sinceMs),
      reference,
    );
    open.set(cameraId, { fault, sinceMs, eventId: event.id });
    changed(cameraId);
  }

  async function end(cameraId: string, fault: PictureFault): Promise<void> {
    const known = open.get(cameraId);
    if (known?.fault !== fault) return;
    await append({
      type: 'vn.tamnhin.picture.cleared',
      timeMs: clock.now(),
      severity: 'minor',
      cameraId,
      data: { fault, eventId: known.eventId, forMs: Math.max(0, Math.round(clock.now() - known.sinceMs)) },
    });
    await drop(cameraId);
  }

  async function drop(cameraId: string): Promise<void> {
    if (!open.delete(cameraId)) return;
    await database.run('DELETE FROM picture_conditions WHERE camera_id = ?', cameraId);
    changed(cameraId);
  }

  return {
    openFault: (cameraId) => open.get(cameraId) ?? null,
    atStart,
    begun: (found) => then(() => begin(found)),
    ended: (cameraId, fault) => then(() => end(cameraId, fault)),
    forget: (cameraId) => then(() => drop(cameraId)),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => working,
  };
}

function isFault(text: string): text is PictureFault {
  return PICTURE_FAULTS.some((fault) => fault === text);
}
