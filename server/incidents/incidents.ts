import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import type {
  AlertView,
  IncidentDetails,
  IncidentEntry,
  IncidentState,
  IncidentView,
  incidentChangeSchema,
  incidentInputSchema,
  PersonRef,
} from '#contracts/alerts';
import { createExhibitFiles } from './exhibit-files.ts';
import { closedIncident, createExhibits, type Exhibits, exhibitOf } from './exhibits.ts';
import {
  addCamera,
  addPerson,
  getIncident,
  insertIncident,
  type NewEntry,
  readCameras,
  readEntries,
  readExhibits,
  readIncidents,
  readPeople,
  type StoredIncident,
  saveIncident,
} from './incident-store.ts';
import type { IncidentAlerts, IncidentExports, IncidentHolds, IncidentPictures } from './interfaces.ts';

/**
 * Incidents: alerts, cameras, people and exhibits that have to do with one another, on one timeline that is only added to.
 * Whether somebody may is asked before by the door; `sees` leaves out what is of cameras that the person may not see.
 */
export interface Incidents {
  list(query: IncidentQuery): Promise<IncidentView[]>;
  details(incidentId: string, sees: Sees): Promise<IncidentDetails>;
  /** Its timeline up to this entry, oldest first. */
  entries(incidentId: string, upTo: number): Promise<readonly IncidentEntry[]>;
  /** `also` does what belongs to it in the same transaction, and says what is entered for it. */
  open(
    input: z.output<typeof incidentInputSchema>,
    by: PersonRef,
    also?: (queries: Queries, incidentId: string) => Promise<IncidentEntry['entry']>,
  ): Promise<string>;
  /** Rejects with `conflict` when somebody else changed it since. `lead`: the person that `leadId` names. */
  change(
    incidentId: string,
    change: z.output<typeof incidentChangeSchema>,
    lead: PersonRef | null,
    by: PersonRef,
  ): Promise<void>;
  note(incidentId: string, text: string, by: PersonRef): Promise<void>;
  /** `work` does what belongs to it in the same transaction, and says what is entered for it; `null`: it is so already. */
  enter(
    incidentId: string,
    by: PersonRef,
    work: (queries: Queries) => Promise<IncidentEntry['entry'] | null>,
  ): Promise<void>;
  /** Closed ones too; one that belongs to another incident leaves it. */
  addAlerts(incidentId: string, alertIds: readonly string[], by: PersonRef): Promise<void>;
  removeAlert(incidentId: string, alertId: string, by: PersonRef): Promise<void>;
  addCamera(incidentId: string, cameraId: string, by: PersonRef): Promise<void>;
  removeCamera(incidentId: string, cameraId: string, by: PersonRef): Promise<void>;
  addPerson(incidentId: string, person: PersonRef, by: PersonRef): Promise<void>;
  removePerson(incidentId: string, personId: string, by: PersonRef): Promise<void>;
  close(incidentId: string, note: string, by: PersonRef): Promise<void>;
  reopen(incidentId: string, by: PersonRef): Promise<void>;
  readonly exhibits: Exhibits;
  /** Called after each change is stored. */
  onChanged(listener: (incident: StoredIncident) => void): () => void;
  /** Resolves when what is being copied is stored. */
  end(): Promise<void>;
}

export interface IncidentQuery {
  readonly state?: IncidentState | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
  readonly sees: Sees;
}
type Sees = (cameraId: string) => boolean;

/** Alerts that came in or went out, and the incidents that they left for another. */
interface Moved {
  readonly alerts: readonly AlertView[];
  readonly left: readonly StoredIncident[];
}

export function createIncidents(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  /** Where the files of exhibits are kept, one folder for each incident. */
  folder: string;
  alerts: IncidentAlerts;
  pictures: IncidentPictures;
  exports: IncidentExports;
  holds: IncidentHolds;
  cameraNumber: (cameraId: string) => number;
}): Incidents {
  const { database, clock, alerts } = options;
  const log = options.log.child({ part: 'incidents' });
  const listeners = new Set<(incident: StoredIncident) => void>();
  const told = (incident: StoredIncident): void => {
    for (const listener of listeners) listener(incident);
  };
  const exhibits = createExhibits({
    ...{ database, clock, log, onChanged: told, files: createExhibitFiles(options.folder) },
    ...{ pictures: options.pictures, exports: options.exports, holds: options.holds },
    cameraNumber: options.cameraNumber,
  });

  /** One transaction: `work` says what is new and what is entered; nothing entered changes nothing. */
  async function change(
    incidentId: string,
    work: (
      queries: Queries,
      incident: StoredIncident,
    ) => Promise<{ next?: StoredIncident; entries: readonly NewEntry[] } & Partial<Moved>>,
    how: { alsoClosed?: true } = {},
  ): Promise<void> {
    const done = await database.transaction(async (queries) => {
      const incident = await getIncident(queries, incidentId);
      if (incident.state === 'closed' && how.alsoClosed !== true) throw closedIncident();
      const { next = incident, entries, alerts: moved = [], left = [] } = await work(queries, incident);
      if (entries.length === 0) return undefined;
      return { incidents: [await saveIncident(queries, next, entries, clock.now()), ...left], moved };
    });
    if (done === undefined) return;
    for (const incident of done.incidents) told(incident);
    for (const alert of done.moved) alerts.tell(alert);
  }

  /** Puts them in; what they leave gets its entry too. */
  async function join(
    queries: Queries,
    incidentId: string,
    alertIds: readonly string[],
    by: PersonRef,
  ): Promise<{ entries: readonly NewEntry[] } & Moved> {
    const entries: NewEntry[] = [];
    const moved: AlertView[] = [];
    const left = new Map<string, StoredIncident>();
    for (const alertId of new Set(alertIds)) {
      const { before, now } = await alerts.setIncident(queries, alertId, incidentId, by);
      if (before.incidentId === incidentId) continue;
      if (before.incidentId !== null) {
        const other = await getIncident(queries, before.incidentId);
        left.set(other.id, await saveIncident(queries, other, [alertEntry('alertLeft', now, by)], clock.now()));
      }
      await addCamera(queries, incidentId, now.cameraId);
      entries.push(alertEntry('alertJoined', now, by));
      moved.push(now);
    }
    return { entries, alerts: moved, left: [...left.values()] };
  }

  async function viewOf(incident: StoredIncident, sees: Sees): Promise<IncidentView> {
    const { id } = incident;
    const exhibited = await readExhibits(database, 'WHERE incident_id = ?', id);
    return {
      ...incident,
      alertIds: (await alerts.ofIncident(id)).filter(({ cameraId }) => sees(cameraId)).map((alert) => alert.id),
      cameraIds: (await readCameras(database, id)).filter(sees),
      people: await readPeople(database, id),
      exhibitCount: exhibited.filter(({ cameraId }) => cameraId === null || sees(cameraId)).length,
    };
  }

  return {
    async list({ state, before, limit, sees }) {
      const found = await readIncidents(
        database,
        `WHERE number < ? ${state === undefined ? '' : 'AND state = ?'} ORDER BY number DESC LIMIT ?`,
        ...[before ?? Number.MAX_SAFE_INTEGER, ...(state === undefined ? [] : [state]), limit],
      );
      return Promise.all(found.map((incident) => viewOf(incident, sees)));
    },
    async details(incidentId, sees) {
      const view = await viewOf(await getIncident(database, incidentId), sees);
      const shown = (cameraId: string | null): boolean => cameraId === null || sees(cameraId);
      const stored = (await readExhibits(database, 'WHERE incident_id = ?', incidentId))
        .filter(({ cameraId }) => shown(cameraId))
        .map(exhibitOf);
      const entries = (await readEntries(database, incidentId)).filter(({ cameraId }) => shown(cameraId));
      return {
        ...view,
        exhibits: stored,
        entries: entries.map(({ cameraId: _about, ...entry }) => withNewest(entry, stored)),
      };
    },

    async entries(incidentId, upTo) {
      const entries = await readEntries(database, incidentId);
      return entries.filter(({ sequence }) => sequence <= upTo).map(({ cameraId: _about, ...entry }) => entry);
    },

    async open({ alertIds, cameraIds, ...input }, by, also) {
      const { incident, joined } = await database.transaction(async (queries) => {
        const opened = await insertIncident(queries, {
          ...{ id: randomUUID(), ...input, state: 'open', openedMs: Math.round(clock.now()), openedBy: by },
          ...{ closedMs: null, lead: null },
        });
        await addPerson(queries, opened.id, by);
        const entries: NewEntry[] = [{ by, entry: { kind: 'opened' } }];
        for (const cameraId of cameraIds) {
          if (await addCamera(queries, opened.id, cameraId)) entries.push(cameraEntry('cameraAdded', cameraId, by));
        }
        const joined = await join(queries, opened.id, alertIds, by);
        if (also !== undefined) entries.push({ by, entry: await also(queries, opened.id) });
        entries.push(...joined.entries);
        return { incident: await saveIncident(queries, opened, entries, clock.now()), joined };
      });
      for (const one of [incident, ...joined.left]) told(one);
      for (const alert of joined.alerts) alerts.tell(alert);
      return incident.id;
    },

    change: (incidentId, { version, leadId: _named, ...wanted }, lead, by) =>
      change(incidentId, async (queries, incident) => {
        if (incident.version !== version) {
          throw new Fault('conflict', 'incident.changedElsewhere', 'somebody else changed this incident');
        }
        const next: StoredIncident = { ...incident, ...wanted, lead };
        const what = CHANGEABLE.filter((key) => JSON.stringify(next[key]) !== JSON.stringify(incident[key]));
        const entries: NewEntry[] = what.length === 0 ? [] : [{ by, entry: { kind: 'changed', what } }];
        if (lead !== null && (await addPerson(queries, incidentId, lead))) {
          entries.push({ by, entry: { kind: 'personAdded', person: lead } });
        }
        return { next, entries };
      }),

    note: (incidentId, text, by) =>
      change(incidentId, async () => ({ entries: [{ by, entry: { kind: 'note', text } }] }), { alsoClosed: true }),

    enter: (incidentId, by, work) =>
      change(incidentId, async (queries) => {
        const entry = await work(queries);
        return { entries: entry === null ? [] : [{ by, entry }] };
      }),

    addAlerts: (incidentId, alertIds, by) => change(incidentId, (queries) => join(queries, incidentId, alertIds, by)),
    removeAlert: (incidentId, alertId, by) =>
      change(incidentId, async (queries) => {
        const { before, now } = await alerts.setIncident(queries, alertId, null, by);
        if (before.incidentId !== incidentId) throw new Fault('notFound', 'alert.unknown', 'there is no such alert');
        return { entries: [alertEntry('alertLeft', now, by)], alerts: [now] };
      }),

    addCamera: (incidentId, cameraId, by) =>
      change(incidentId, async (queries) => ({
        entries: (await addCamera(queries, incidentId, cameraId)) ? [cameraEntry('cameraAdded', cameraId, by)] : [],
      })),
    removeCamera: (incidentId, cameraId, by) =>
      change(incidentId, async (queries) => {
        const { changes } = await queries.run(
          'DELETE FROM incident_cameras WHERE incident_id = ? AND camera_id = ?',
          ...[incidentId, cameraId],
        );
        return { entries: changes === 0 ? [] : [cameraEntry('cameraRemoved', cameraId, by)] };
      }),

    addPerson: (incidentId, person, by) =>
      change(incidentId, async (queries) => ({
        entries: (await addPerson(queries, incidentId, person)) ? [{ by, entry: { kind: 'personAdded', person } }] : [],
      })),
    removePerson: (incidentId, personId, by) =>
      change(incidentId, async (queries, incident) => {
        const person = (await readPeople(queries, incidentId)).find(({ id }) => id === personId);
        if (person === undefined) return { entries: [] };
        await queries.run(
          'DELETE FROM incident_people WHERE incident_id = ? AND person_id = ?',
          ...[incidentId, personId],
        );
        const leads = incident.lead?.id === personId;
        const entries: NewEntry[] = [{ by, entry: { kind: 'personRemoved', person } }];
        if (leads) entries.push({ by, entry: { kind: 'changed', what: ['lead'] } });
        return { next: { ...incident, lead: leads ? null : incident.lead }, entries };
      }),

    close: (incidentId, note, by) =>
      change(incidentId, async (_, incident) => ({
        next: { ...incident, state: 'closed', closedMs: Math.round(clock.now()) },
        entries: [{ by, entry: { kind: 'closed', note } }],
      })),
    reopen: (incidentId, by) =>
      change(
        incidentId,
        async (_, incident) =>
          incident.state === 'open'
            ? { entries: [] }
            : { next: { ...incident, state: 'open', closedMs: null }, entries: [{ by, entry: { kind: 'reopened' } }] },
        { alsoClosed: true },
      ),

    exhibits,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: exhibits.close,
  };
}

const CHANGEABLE = ['title', 'description', 'severity', 'place', 'lead'] as const;

function alertEntry(kind: 'alertJoined' | 'alertLeft', alert: AlertView, by: PersonRef): NewEntry {
  return { by, cameraId: alert.cameraId, entry: { kind, alertId: alert.id, alertNumber: alert.number } };
}

function cameraEntry(kind: 'cameraAdded' | 'cameraRemoved', cameraId: string, by: PersonRef): NewEntry {
  return { by, cameraId, entry: { kind, cameraId } };
}

/** A clip was entered when it was begun: what has become of it since is shown. */
function withNewest(line: IncidentEntry, exhibits: IncidentDetails['exhibits']): IncidentEntry {
  const { entry } = line;
  if (entry.kind !== 'exhibitAdded') return line;
  return { ...line, entry: { ...entry, exhibit: exhibits.find(({ id }) => id === entry.exhibit.id) ?? entry.exhibit } };
}
