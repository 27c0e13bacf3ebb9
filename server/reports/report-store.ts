import type { Queries, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import { fold } from '#base/fold';
import type { PersonRef } from '#contracts/alerts';
import type { Language } from '#contracts/languages';
import type { ReportStep, ReportView } from '#contracts/reports';

/** Reports and their steps as they are kept. What it writes goes into the caller's transaction. */

/** A report, and what only this part needs of it. Times are ms since 1970. */
export interface StoredReport extends Omit<ReportView, 'overdue' | 'unitName' | 'photoIds' | 'hasContact' | 'handler'> {
  /** Somebody has looked at it and let it pass. */
  readonly verified: boolean;
  readonly handler: PersonRef | null;
  readonly language: Language;
  readonly assignedMs: number | null;
  readonly answeredMs: number | null;
  readonly closedMs: number | null;
  readonly overdueTold: boolean;
  readonly changedMs: number;
}
export type NewStep = Omit<ReportStep, 'timeMs'>;

interface Row {
  readonly id: string;
  readonly number: number;
  readonly code: string;
  readonly version: number;
  readonly service: string;
  readonly text: string;
  readonly publicText: string;
  readonly verified: number;
  readonly placeName: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly areaCode: string | null;
  readonly channel: ReportView['channel'];
  readonly language: Language;
  readonly state: ReportView['state'];
  readonly emergency: number;
  readonly receivedMs: number;
  readonly dueMs: number | null;
  readonly extendedMs: number | null;
  readonly extensionReason: string | null;
  readonly unitId: string | null;
  readonly handlerId: string | null;
  readonly handlerName: string | null;
  readonly assignedMs: number | null;
  readonly answeredMs: number | null;
  readonly closedMs: number | null;
  readonly duplicateOf: string | null;
  readonly rating: ReportView['rating'];
  readonly reopened: number;
  readonly eventId: string | null;
  readonly incidentId: string | null;
  readonly overdueTold: number;
  readonly changedMs: number;
  readonly synthetic: number;
}

const COLUMNS = `id, number, code, version, service, text, public_text AS publicText, verified, place_name AS placeName,
  latitude, longitude, area_code AS areaCode, channel, language, state, emergency, received_ms AS receivedMs, due_ms AS dueMs,
  extended_ms AS extendedMs, extension_reason AS extensionReason, unit_id AS unitId, handler_id AS handlerId,
  handler_name AS handlerName, assigned_ms AS assignedMs, answered_ms AS answeredMs, closed_ms AS closedMs,
  duplicate_of AS duplicateOf, rating, reopened, event_id AS eventId, incident_id AS incidentId,
  overdue_told AS overdueTold, changed_ms AS changedMs, synthetic`;

/** `where` is SQL of this part's own, with `?` for `params`. */
export async function readReports(queries: Queries, where: string, ...params: SqlValue[]): Promise<StoredReport[]> {
  const rows = await queries.all<Row>(`SELECT ${COLUMNS} FROM reports ${where}`, ...params);
  return rows.map((row) => {
    const { placeName, latitude, longitude, extendedMs, extensionReason, handlerId, handlerName, ...flat } = row;
    return {
      ...flat,
      place: latitude === null || longitude === null ? null : { latitude, longitude, name: placeName },
      verified: row.verified === 1,
      emergency: row.emergency === 1,
      overdueTold: row.overdueTold === 1,
      synthetic: row.synthetic === 1,
      extension: extendedMs === null ? null : { untilMs: extendedMs, reason: extensionReason ?? '' },
      handler: handlerId === null ? null : { id: handlerId, name: handlerName ?? '' },
    };
  });
}

/** Rejects with `notFound`. */
export async function getReport(queries: Queries, id: string): Promise<StoredReport> {
  const [report] = await readReports(queries, 'WHERE id = ?', id);
  if (report === undefined) throw unknownReport();
  return report;
}

export function unknownReport(): Fault {
  return new Fault('notFound', 'report.unknown', 'there is no such report');
}

/** Gives it the next number. */
export async function insertReport(
  queries: Queries,
  report: Omit<StoredReport, 'number' | 'version'>,
): Promise<StoredReport> {
  const last = await queries.get<{ number: number | null }>('SELECT MAX(number) AS number FROM reports');
  const whole: StoredReport = { ...report, number: (last?.number ?? 0) + 1, version: 1 };
  await queries.run(
    `INSERT INTO reports (id, number, code, place_name, latitude, longitude, area_code, channel, language, received_ms,
       synthetic, ${CHANGING.join(', ')}) VALUES (${Array(11 + CHANGING.length)
         .fill('?')
         .join(', ')})`,
    ...[whole.id, whole.number, whole.code, whole.place?.name ?? '', whole.place?.latitude ?? null],
    ...[whole.place?.longitude ?? null, whole.areaCode, whole.channel, whole.language, whole.receivedMs],
    whole.synthetic ? 1 : 0,
    ...changing(whole),
  );
  return whole;
}

/** Keeps what is new of it, under the next version, and what was done. */
export async function saveReport(
  queries: Queries,
  report: StoredReport,
  steps: readonly NewStep[],
  nowMs: number,
): Promise<StoredReport> {
  const next: StoredReport = { ...report, version: report.version + 1, changedMs: nowMs };
  const assignments = CHANGING.map((column) => `${column} = ?`).join(', ');
  await queries.run(`UPDATE reports SET ${assignments} WHERE id = ?`, ...changing(next), next.id);
  await addSteps(queries, report.id, steps, nowMs);
  return next;
}

const CHANGING = [
  ...['version', 'service', 'text', 'public_text', 'verified', 'folded', 'state', 'emergency', 'due_ms', 'extended_ms'],
  ...['extension_reason', 'unit_id', 'handler_id', 'handler_name', 'assigned_ms', 'answered_ms', 'closed_ms'],
  ...['duplicate_of', 'rating', 'reopened', 'event_id', 'incident_id', 'overdue_told', 'changed_ms'],
];
function changing(report: StoredReport): SqlValue[] {
  const { extension, handler } = report;
  return [
    ...[report.version, report.service, report.text, report.publicText, report.verified ? 1 : 0],
    // Not its code: a unit that searches would find it out bit by bit, and rate its own work.
    fold([report.number, report.text, report.publicText, report.place?.name ?? ''].join(' ')),
    ...[report.state, report.emergency ? 1 : 0, report.dueMs, extension?.untilMs ?? null, extension?.reason ?? null],
    ...[report.unitId, handler?.id ?? null, handler?.name ?? null, report.assignedMs, report.answeredMs],
    ...[report.closedMs, report.duplicateOf, report.rating, report.reopened, report.eventId, report.incidentId],
    ...[report.overdueTold ? 1 : 0, report.changedMs],
  ];
}

export async function addSteps(
  queries: Queries,
  reportId: string,
  steps: readonly NewStep[],
  nowMs: number,
): Promise<void> {
  if (steps.length === 0) return;
  const last = await queries.get<{ sequence: number | null }>(
    'SELECT MAX(sequence) AS sequence FROM report_steps WHERE report_id = ?',
    reportId,
  );
  let sequence = last?.sequence ?? 0;
  for (const step of steps) {
    sequence += 1;
    await queries.run(
      `INSERT INTO report_steps (report_id, sequence, time_ms, by_id, by_name, kind, text, public)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[reportId, sequence, nowMs, step.by?.id ?? null, step.by?.name ?? null, step.kind, step.text],
      step.public ? 1 : 0,
    );
  }
}

interface StepRow {
  readonly timeMs: number;
  readonly byId: string | null;
  readonly byName: string | null;
  readonly kind: ReportStep['kind'];
  readonly text: string;
  readonly public: number;
}
export async function readSteps(queries: Queries, reportId: string): Promise<ReportStep[]> {
  const rows = await queries.all<StepRow>(
    `SELECT time_ms AS timeMs, by_id AS byId, by_name AS byName, kind, text, public FROM report_steps
     WHERE report_id = ? ORDER BY sequence`,
    reportId,
  );
  return rows.map(({ byId, byName, ...step }) => ({
    ...step,
    by: byId === null ? null : { id: byId, name: byName ?? '' },
    public: step.public === 1,
  }));
}
