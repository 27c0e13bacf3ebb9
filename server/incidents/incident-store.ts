import { noteChange } from '#base/change-log';
import type { Queries, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import type { Exhibit, IncidentEntry, IncidentState, IncidentView, PersonRef } from '#contracts/alerts';
import type { Severity } from '#contracts/events';

/** Incidents, their timeline and what is in them, as they are kept. What it writes goes into the caller's transaction. */

export type StoredIncident = Pick<
  IncidentView,
  | 'id'
  | 'number'
  | 'version'
  | 'title'
  | 'description'
  | 'severity'
  | 'state'
  | 'place'
  | 'openedMs'
  | 'openedBy'
  | 'closedMs'
  | 'lead'
>;

export interface NewEntry {
  readonly by: PersonRef | null;
  readonly cameraId?: string | null;
  readonly entry: IncidentEntry['entry'];
}
export type StoredEntry = IncidentEntry & { readonly cameraId: string | null };
export type StoredExhibit = Exhibit & { readonly incidentId: string };

interface Row {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly place: string | null;
  readonly openedMs: number;
  readonly openedById: string;
  readonly openedByName: string;
  readonly closedMs: number | null;
  readonly leadId: string | null;
  readonly leadName: string | null;
}
const COLUMNS = `id, number, version, title, description, severity, state, place, opened_ms AS openedMs,
  opened_by_id AS openedById, opened_by_name AS openedByName, closed_ms AS closedMs, lead_id AS leadId,
  lead_name AS leadName`;

/** `where` is SQL of this part's own, with `?` for `params`. */
export async function readIncidents(queries: Queries, where: string, ...params: SqlValue[]): Promise<StoredIncident[]> {
  const rows = await queries.all<Row>(`SELECT ${COLUMNS} FROM incidents ${where}`, ...params);
  return rows.map(({ openedById, openedByName, leadId, leadName, place, ...row }) => ({
    ...row,
    place: place === null ? null : JSON.parse(place),
    openedBy: { id: openedById, name: openedByName },
    lead: leadId === null ? null : { id: leadId, name: leadName ?? '' },
  }));
}

/** Rejects with `notFound`. */
export async function getIncident(queries: Queries, id: string): Promise<StoredIncident> {
  const [incident] = await readIncidents(queries, 'WHERE id = ?', id);
  if (incident === undefined) throw new Fault('notFound', 'incident.unknown', 'there is no such incident');
  return incident;
}

/** Gives it the next number. */
export async function insertIncident(
  queries: Queries,
  incident: Omit<StoredIncident, 'number' | 'version'>,
): Promise<StoredIncident> {
  const last = await queries.get<{ number: number | null }>('SELECT MAX(number) AS number FROM incidents');
  const whole: StoredIncident = { ...incident, number: (last?.number ?? 0) + 1, version: 0 };
  await queries.run(
    `INSERT INTO incidents (id, number, opened_ms, opened_by_id, opened_by_name, version, title, description, severity,
       state, place, closed_ms, lead_id, lead_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[whole.id, whole.number, whole.openedMs, whole.openedBy.id, whole.openedBy.name],
    ...changing(whole),
  );
  return whole;
}

/** Keeps it under the next version, with what is entered for it: the last that is done in a transaction. */
export async function saveIncident(
  queries: Queries,
  incident: StoredIncident,
  entries: readonly NewEntry[],
  nowMs: number,
): Promise<StoredIncident> {
  const lastEntry = await addEntries(queries, incident.id, entries, nowMs);
  const next = { ...incident, version: incident.version + 1 };
  await queries.run(
    `UPDATE incidents SET version = ?, title = ?, description = ?, severity = ?, state = ?, place = ?, closed_ms = ?,
       lead_id = ?, lead_name = ? WHERE id = ?`,
    ...changing(next),
    next.id,
  );
  const closed = entries.some(({ entry }) => entry.kind === 'closed');
  const { openedBy: _by, lead: _lead, ...shown } = next;
  await noteChange(queries, {
    ...{ about: 'incident', change: closed ? 'closed' : next.version === 1 ? 'opened' : 'changed', timeMs: nowMs },
    incident: { ...shown, cameraIds: await readCameras(queries, next.id), lastEntry },
  });
  return next;
}

function changing(one: StoredIncident): SqlValue[] {
  return [
    ...[one.version, one.title, one.description, one.severity, one.state],
    ...[one.place === null ? null : JSON.stringify(one.place), one.closedMs],
    ...[one.lead?.id ?? null, one.lead?.name ?? null],
  ];
}

/** Resolves to the number of the last entry. */
async function addEntries(
  queries: Queries,
  incidentId: string,
  entries: readonly NewEntry[],
  nowMs: number,
): Promise<number> {
  const last = await queries.get<{ sequence: number | null }>(
    'SELECT MAX(sequence) AS sequence FROM incident_entries WHERE incident_id = ?',
    incidentId,
  );
  let sequence = last?.sequence ?? 0;
  for (const { by, cameraId = null, entry } of entries) {
    sequence += 1;
    await queries.run(
      `INSERT INTO incident_entries (incident_id, sequence, time_ms, by_id, by_name, camera_id, entry)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[incidentId, sequence, Math.round(nowMs), by?.id ?? null, by?.name ?? null, cameraId, JSON.stringify(entry)],
    );
  }
  return sequence;
}

interface EntryRow {
  readonly sequence: number;
  readonly timeMs: number;
  readonly byId: string | null;
  readonly byName: string | null;
  readonly cameraId: string | null;
  readonly entry: string;
}

export async function readEntries(queries: Queries, incidentId: string): Promise<StoredEntry[]> {
  const rows = await queries.all<EntryRow>(
    `SELECT sequence, time_ms AS timeMs, by_id AS byId, by_name AS byName, camera_id AS cameraId, entry
     FROM incident_entries WHERE incident_id = ? ORDER BY sequence`,
    incidentId,
  );
  return rows.map(({ byId, byName, entry, ...row }) => ({
    ...row,
    by: byId === null ? null : { id: byId, name: byName ?? '' },
    entry: JSON.parse(entry),
  }));
}

export async function readCameras(queries: Queries, incidentId: string): Promise<string[]> {
  const rows = await queries.all<{ cameraId: string }>(
    'SELECT camera_id AS cameraId FROM incident_cameras WHERE incident_id = ? ORDER BY rowid',
    incidentId,
  );
  return rows.map(({ cameraId }) => cameraId);
}

/** Resolves to whether it was not there before. */
export async function addCamera(queries: Queries, incidentId: string, cameraId: string): Promise<boolean> {
  const { changes } = await queries.run(
    'INSERT INTO incident_cameras (incident_id, camera_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ...[incidentId, cameraId],
  );
  return changes > 0;
}

export async function readPeople(queries: Queries, incidentId: string): Promise<PersonRef[]> {
  return queries.all<PersonRef>(
    'SELECT person_id AS id, name FROM incident_people WHERE incident_id = ? ORDER BY rowid',
    incidentId,
  );
}

/** Resolves to whether they were not there before. */
export async function addPerson(queries: Queries, incidentId: string, person: PersonRef): Promise<boolean> {
  const { changes } = await queries.run(
    'INSERT INTO incident_people (incident_id, person_id, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ...[incidentId, person.id, person.name],
  );
  return changes > 0;
}

const EXHIBIT = `id, incident_id AS incidentId, kind, name, camera_id AS cameraId, from_ms AS fromMs, to_ms AS toMs,
  sha256, bytes, export_id AS exportId, hold_id AS holdId, error`;

export async function readExhibits(queries: Queries, where: string, ...params: SqlValue[]): Promise<StoredExhibit[]> {
  return queries.all<StoredExhibit>(
    `SELECT ${EXHIBIT} FROM incident_exhibits ${where} ORDER BY added_ms, id`,
    ...params,
  );
}

export async function insertExhibit(queries: Queries, one: StoredExhibit, nowMs: number): Promise<void> {
  await queries.run(
    `INSERT INTO incident_exhibits (id, incident_id, added_ms, kind, name, camera_id, from_ms, to_ms, sha256, bytes,
       export_id, hold_id, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[one.id, one.incidentId, Math.round(nowMs), one.kind, one.name, one.cameraId, one.fromMs, one.toMs],
    ...[one.sha256, one.bytes, one.exportId, one.holdId, one.error],
  );
}

/** What a clip has become; only of one that is still being made. */
export async function finishExhibit(
  queries: Queries,
  id: string,
  result: Pick<Exhibit, 'sha256' | 'bytes' | 'error'>,
): Promise<boolean> {
  const { changes } = await queries.run(
    'UPDATE incident_exhibits SET sha256 = ?, bytes = ?, error = ? WHERE id = ? AND sha256 IS NULL AND error IS NULL',
    ...[result.sha256, result.bytes, result.error, id],
  );
  return changes > 0;
}
