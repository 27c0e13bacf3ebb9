import { noteChange } from '#base/change-log';
import type { Queries, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import type { AlertStep, AlertView, PersonRef } from '#contracts/alerts';
import type { DetectionData } from '#contracts/events';
import type { AlertChange } from '#contracts/outputs';

/** Alerts and their steps as they are kept. What it writes goes into the caller's transaction. */

/** An alert, and what only this part needs of it. */
export interface StoredAlert extends AlertView {
  /** When somebody had it in hand for the first time. */
  readonly acknowledgedMs: number | null;
  /** How often it was told again at the last level. */
  readonly retold: number;
}

export interface NewStep {
  readonly by: PersonRef | null;
  readonly step: AlertStep['step'];
}

type Flat = Omit<StoredAlert, 'detection' | 'receivers' | 'owner' | 'closedBy'>;
interface Row extends Flat {
  readonly detection: string;
  readonly receivers: string;
  readonly ownerId: string | null;
  readonly ownerName: string | null;
  readonly closedById: string | null;
  readonly closedByName: string | null;
}

const COLUMNS = `id, number, version, state, severity, camera_id AS cameraId, event_type AS eventType,
  event_id AS eventId, opened_ms AS openedMs, detection, count, last_event_ms AS lastEventMs, receivers, level,
  escalates_ms AS escalatesMs, retold, owner_id AS ownerId, owner_name AS ownerName, claimed_ms AS claimedMs,
  acknowledged_ms AS acknowledgedMs, unit, dispatched_ms AS dispatchedMs, closed_ms AS closedMs,
  closed_by_id AS closedById, closed_by_name AS closedByName, verdict, reason, close_note AS closeNote,
  incident_id AS incidentId`;

/** `where` is SQL of this part's own, with `?` for `params`. */
export async function readAlerts(queries: Queries, where: string, ...params: SqlValue[]): Promise<StoredAlert[]> {
  const rows = await queries.all<Row>(`SELECT ${COLUMNS} FROM alerts ${where}`, ...params);
  return rows.map(alertOf);
}

export async function findAlert(queries: Queries, id: string): Promise<StoredAlert | undefined> {
  return (await readAlerts(queries, 'WHERE id = ?', id))[0];
}

/** Rejects with `notFound`. */
export async function getAlert(queries: Queries, id: string): Promise<StoredAlert> {
  const alert = await findAlert(queries, id);
  if (alert === undefined) throw unknownAlert();
  return alert;
}

export function unknownAlert(): Fault {
  return new Fault('notFound', 'alert.unknown', 'there is no such alert');
}

/** Gives it the next number, and enters that it was opened. */
export async function insertAlert(
  queries: Queries,
  alert: Omit<StoredAlert, 'number' | 'version'>,
  nowMs: number,
): Promise<StoredAlert> {
  const last = await queries.get<{ number: number | null }>('SELECT MAX(number) AS number FROM alerts');
  const whole: StoredAlert = { ...alert, number: (last?.number ?? 0) + 1, version: 1 };
  await queries.run(
    `INSERT INTO alerts (id, number, camera_id, rule_id, event_type, event_id, opened_ms, detection, version, state,
       severity, count, last_event_ms, receivers, level, escalates_ms, retold, owner_id, owner_name, claimed_ms,
       acknowledged_ms, unit, dispatched_ms, closed_ms, closed_by_id, closed_by_name, verdict, reason, close_note,
       incident_id) VALUES (${Array(30).fill('?').join(', ')})`,
    whole.id,
    whole.number,
    whole.cameraId,
    whole.detection.ruleId,
    whole.eventType,
    whole.eventId,
    whole.openedMs,
    JSON.stringify(whole.detection),
    ...changing(whole),
  );
  await addSteps(queries, whole.id, [{ by: null, step: { kind: 'opened' } }], nowMs);
  await noteChange(queries, { about: 'alert', change: 'opened', timeMs: nowMs, alert: viewOf(whole) });
  return whole;
}

/** What those outside are told of a step. */
const CHANGES: Readonly<Record<AlertStep['step']['kind'], AlertChange>> = {
  opened: 'opened',
  repeated: 'repeated',
  escalated: 'escalated',
  claimed: 'claimed',
  released: 'released',
  dispatched: 'dispatched',
  noted: 'changed',
  closed: 'closed',
  reopened: 'reopened',
  joined: 'changed',
  left: 'changed',
};

/** Keeps what is new of it, under the next version, and what was done; `change` where no step says it. */
export async function saveAlert(
  queries: Queries,
  alert: StoredAlert,
  steps: readonly NewStep[],
  nowMs: number,
  change: AlertChange = 'changed',
): Promise<StoredAlert> {
  const last = steps.at(-1);
  const next: StoredAlert = { ...alert, version: alert.version + 1 };
  await queries.run(
    `UPDATE alerts SET version = ?, state = ?, severity = ?, count = ?, last_event_ms = ?, receivers = ?, level = ?,
       escalates_ms = ?, retold = ?, owner_id = ?, owner_name = ?, claimed_ms = ?, acknowledged_ms = ?, unit = ?,
       dispatched_ms = ?, closed_ms = ?, closed_by_id = ?, closed_by_name = ?, verdict = ?, reason = ?, close_note = ?,
       incident_id = ? WHERE id = ?`,
    ...changing(next),
    next.id,
  );
  await addSteps(queries, alert.id, steps, nowMs);
  await noteChange(queries, {
    ...{ about: 'alert', change: last === undefined ? change : CHANGES[last.step.kind] },
    ...{ timeMs: nowMs, alert: viewOf(next) },
  });
  return next;
}

function changing(alert: StoredAlert): SqlValue[] {
  return [
    ...[alert.version, alert.state, alert.severity, alert.count, alert.lastEventMs, JSON.stringify(alert.receivers)],
    ...[alert.level, alert.escalatesMs, alert.retold, alert.owner?.id ?? null, alert.owner?.name ?? null],
    ...[alert.claimedMs, alert.acknowledgedMs, alert.unit, alert.dispatchedMs, alert.closedMs],
    ...[alert.closedBy?.id ?? null, alert.closedBy?.name ?? null, alert.verdict, alert.reason, alert.closeNote],
    alert.incidentId,
  ];
}

async function addSteps(queries: Queries, alertId: string, steps: readonly NewStep[], nowMs: number): Promise<void> {
  if (steps.length === 0) return;
  const last = await queries.get<{ sequence: number | null }>(
    'SELECT MAX(sequence) AS sequence FROM alert_steps WHERE alert_id = ?',
    alertId,
  );
  let sequence = last?.sequence ?? 0;
  for (const { by, step } of steps) {
    sequence += 1;
    await queries.run(
      'INSERT INTO alert_steps (alert_id, sequence, time_ms, by_id, by_name, step) VALUES (?, ?, ?, ?, ?, ?)',
      ...[alertId, sequence, Math.round(nowMs), by?.id ?? null, by?.name ?? null, JSON.stringify(step)],
    );
  }
}

interface StepRow {
  readonly sequence: number;
  readonly timeMs: number;
  readonly byId: string | null;
  readonly byName: string | null;
  readonly step: string;
}

export async function readSteps(queries: Queries, alertId: string): Promise<AlertStep[]> {
  const rows = await queries.all<StepRow>(
    `SELECT sequence, time_ms AS timeMs, by_id AS byId, by_name AS byName, step FROM alert_steps
     WHERE alert_id = ? ORDER BY sequence`,
    alertId,
  );
  return rows.map(({ sequence, timeMs, byId, byName, step }) => ({
    ...{ sequence, timeMs, by: personOf(byId, byName) },
    step: JSON.parse(step),
  }));
}

export async function readMark(queries: Queries, name: string): Promise<number | undefined> {
  return (await queries.get<{ value: number }>('SELECT value FROM alert_marks WHERE name = ?', name))?.value;
}

export async function setMark(queries: Queries, name: string, value: number): Promise<void> {
  await queries.run(
    'INSERT INTO alert_marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    value,
  );
}

/** As everybody sees it. */
export function viewOf({ acknowledgedMs: _first, retold: _often, ...view }: StoredAlert): AlertView {
  return view;
}

function alertOf(row: Row): StoredAlert {
  const { ownerId, ownerName, closedById, closedByName, detection, receivers, ...flat } = row;
  // Both were written by `insertAlert`.
  const said: DetectionData = JSON.parse(detection);
  return {
    ...flat,
    detection: said,
    receivers: JSON.parse(receivers),
    owner: personOf(ownerId, ownerName),
    closedBy: personOf(closedById, closedByName),
  };
}

export function personOf(id: string | null, name: string | null): PersonRef | null {
  return id === null ? null : { id, name: name ?? '' };
}
