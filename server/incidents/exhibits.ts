import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { AlertView, Exhibit, PersonRef } from '#contracts/alerts';
import type { ExhibitFiles } from './exhibit-files.ts';
import {
  finishExhibit,
  getIncident,
  insertExhibit,
  readExhibits,
  type StoredExhibit,
  type StoredIncident,
  saveIncident,
} from './incident-store.ts';
import type { IncidentExports, IncidentHolds, IncidentPictures } from './interfaces.ts';

/**
 * What is taken into an incident: copied when it is taken, so that it stays when the event's picture, the recording or the
 * export goes, and known from then on by its fingerprint.
 */
export interface Exhibits {
  /** The picture that the alert was told with. Rejects with `notFound` where none is kept. */
  addSnapshot(incidentId: string, alert: AlertView, by: PersonRef): Promise<Exhibit>;
  /** Answers when it is begun; its fingerprint follows. Rejects as an export does. */
  addClip(incidentId: string, clip: ClipRequest, by: PersonRef): Promise<Exhibit>;
  /** Resolves when the file was read and is what it was. */
  file(incidentId: string, exhibitId: string): Promise<{ exhibit: Exhibit; path: string; bytes: number }>;
  find(incidentId: string, exhibitId: string): Promise<Exhibit>;
  /** Resolves when what is being copied is stored. */
  close(): Promise<void>;
}

export interface ClipRequest {
  readonly cameraId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly reason: string;
  /** In the manifest of the export. */
  readonly name: string;
  /** Keeps the recording behind it from going, in this person's name. */
  readonly hold: string | null;
}

const MOST_EXHIBITS = 500;

export function createExhibits(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  files: ExhibitFiles;
  pictures: IncidentPictures;
  exports: IncidentExports;
  holds: IncidentHolds;
  cameraNumber: (cameraId: string) => number;
  onChanged: (incident: StoredIncident) => void;
}): Exhibits {
  const { database, clock, log, files, pictures, exports, holds, onChanged } = options;
  const settling = new Map<string, Promise<void>>();

  async function guardRoom(incidentId: string): Promise<StoredIncident> {
    const incident = await getIncident(database, incidentId);
    if (incident.state === 'closed') throw closedIncident();
    const count = await database.get<{ n: number }>(
      'SELECT COUNT(*) AS n FROM incident_exhibits WHERE incident_id = ?',
      incidentId,
    );
    if ((count?.n ?? 0) >= MOST_EXHIBITS) {
      throw new Fault('tooMany', 'exhibit.tooMany', `${MOST_EXHIBITS} exhibits of one incident are enough`);
    }
    return incident;
  }

  async function add(exhibit: StoredExhibit, by: PersonRef): Promise<Exhibit> {
    const nowMs = clock.now();
    const shown = exhibitOf(exhibit);
    const incident = await database.transaction(async (queries) => {
      const before = await getIncident(queries, exhibit.incidentId);
      if (before.state === 'closed') throw closedIncident();
      await insertExhibit(queries, exhibit, nowMs);
      const entry = { by, cameraId: exhibit.cameraId, entry: { kind: 'exhibitAdded', exhibit: shown } } as const;
      return saveIncident(queries, before, [entry], nowMs);
    });
    onChanged(incident);
    return shown;
  }

  /** Takes what the export made, once; another call waits for the first. */
  function settle(exportId: string): Promise<void> {
    const known = settling.get(exportId);
    if (known !== undefined) return known;
    const work = settleNow(exportId)
      .catch((error: unknown) => log.error({ reason: messageOf(error), export: exportId }, 'a clip was not taken'))
      .finally(() => settling.delete(exportId));
    settling.set(exportId, work);
    return work;
  }

  async function settleNow(exportId: string): Promise<void> {
    const waiting = 'WHERE export_id = ? AND sha256 IS NULL AND error IS NULL';
    const [exhibit] = await readExhibits(database, waiting, exportId);
    if (exhibit === undefined) return;
    const made = await exports.find(exportId).catch((error: unknown) => {
      if (error instanceof Fault && error.kind === 'notFound') return undefined;
      throw error;
    });
    if (made?.state === 'queued' || made?.state === 'running') return;
    const result =
      made?.state === 'done'
        ? await take(exhibit, exportId)
        : { sha256: null, bytes: null, error: made?.error ?? 'export.failed' };
    const incident = await database.transaction(async (queries) => {
      if (!(await finishExhibit(queries, exhibit.id, result))) return undefined;
      return saveIncident(queries, await getIncident(queries, exhibit.incidentId), [], clock.now());
    });
    if (incident !== undefined) onChanged(incident);
  }

  async function take(exhibit: StoredExhibit, exportId: string): Promise<Pick<Exhibit, 'sha256' | 'bytes' | 'error'>> {
    try {
      const { path } = await exports.archive(exportId);
      return { ...(await files.keepCopy(exhibit.incidentId, exhibit.id, path)), error: null };
    } catch (error) {
      log.error({ reason: messageOf(error), export: exportId }, 'a clip could not be copied');
      return { sha256: null, bytes: null, error: 'export.noRoom' };
    }
  }

  const stopFollowing = exports.onChanged((_, { id, state }) => {
    if (state !== 'queued' && state !== 'running') void settle(id);
  });
  // What ended while the program was down.
  readExhibits(database, 'WHERE kind = ? AND sha256 IS NULL AND error IS NULL', 'clip').then(
    (open) => {
      for (const { exportId } of open) if (exportId !== null) void settle(exportId);
    },
    (error: unknown) => log.error({ reason: messageOf(error) }, 'clips that wait were not looked at'),
  );

  async function find(incidentId: string, exhibitId: string): Promise<Exhibit> {
    const [found] = await readExhibits(database, 'WHERE id = ? AND incident_id = ?', exhibitId, incidentId);
    if (found === undefined) throw new Fault('notFound', 'exhibit.unknown', 'there is no such exhibit');
    return exhibitOf(found);
  }

  return {
    async addSnapshot(incidentId, alert, by) {
      await guardRoom(incidentId);
      const { pictures: name, fromMs, toMs } = alert.detection;
      const jpeg = name === null ? undefined : await pictures.read(alert.cameraId, name, 'during');
      if (jpeg === undefined) throw new Fault('notFound', 'event.noPicture', 'this picture is not kept any more');
      const id = randomUUID();
      return add(
        {
          ...{ id, incidentId, kind: 'snapshot', name: `alert-${alert.number}.jpg`, cameraId: alert.cameraId },
          ...{ fromMs: Math.round(fromMs), toMs: Math.round(toMs), exportId: null, holdId: null, error: null },
          ...(await files.keep(incidentId, id, jpeg)),
        },
        by,
      );
    },
    async addClip(incidentId, { cameraId, fromMs, toMs, reason, name, hold }, by) {
      const { number } = await guardRoom(incidentId);
      const caseNumber = `INC-${number}`;
      const made = await exports.start(
        // Whoever works on the incident sees it: what is covered stays covered.
        { cameraIds: [cameraId], fromMs, toMs, reason, caseNumber, masks: true, watermark: false },
        // Nobody's own: it is not for one of them to take back.
        { ownerId: `incident:${incidentId}`, name },
      );
      const held =
        hold === null ? null : await holds.create(cameraId, { startMs: fromMs, endMs: toMs, caseNumber, reason }, hold);
      const day = new Date(fromMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
      const exhibit = await add(
        {
          ...{ id: randomUUID(), incidentId, kind: 'clip', cameraId, fromMs, toMs },
          name: `camera-${options.cameraNumber(cameraId)}-${day}.zip`,
          ...{ sha256: null, bytes: null, exportId: made.id, holdId: held?.id ?? null, error: null },
        },
        by,
      );
      // It may be done already.
      void settle(made.id);
      return exhibit;
    },
    async file(incidentId, exhibitId) {
      const exhibit = await find(incidentId, exhibitId);
      if (exhibit.sha256 === null) throw new Fault('notFound', 'exhibit.notReady', 'this exhibit has no file');
      try {
        return { exhibit, ...(await files.checked(incidentId, exhibitId, exhibit.sha256)) };
      } catch (error) {
        log.error(
          { incident: incidentId, exhibit: exhibitId, reason: messageOf(error) },
          'an exhibit is not what it was',
        );
        throw error;
      }
    },
    find,
    async close() {
      stopFollowing();
      await Promise.all(settling.values());
    },
  };
}

export function exhibitOf({ incidentId: _of, ...exhibit }: StoredExhibit): Exhibit {
  return exhibit;
}

export function closedIncident(): Fault {
  return new Fault('conflict', 'incident.closed', 'this incident is closed');
}
