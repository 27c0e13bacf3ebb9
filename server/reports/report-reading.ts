import type { z } from 'zod';
import type { Database, Queries, SqlValue } from '#base/database';
import { fold } from '#base/fold';
import { boxAround } from '#base/geo';
import {
  type PublicReport,
  REPORT_OVER,
  REPORT_STATES,
  type ReportCounts,
  type ReportState,
  type ReportView,
  type reportQuerySchema,
} from '#contracts/reports';
import { likeness, SAME_PLACE_METRES } from './alike.ts';
import type { ReportPlaces } from './interfaces.ts';
import { WAITING } from './report-acts.ts';
import { getReport, readReports, readSteps, type StoredReport } from './report-store.ts';
import { readTrackingCode } from './tracking-code.ts';

/** How far apart in time two reports of the same may be, ms. */
const ALIKE_MS = 7 * 86_400_000;
const MOST_ALIKE = 5;
const COMPARED = 300;

export type ReportQuery = z.output<typeof reportQuerySchema>;

/** Reports as those who handle them see them, and as their sender does: found, counted, and beside those that are alike. */
export function createReportReading(parts: {
  database: Database;
  places: Pick<ReportPlaces, 'unit' | 'area'>;
  now: () => number;
}) {
  const { database, places, now } = parts;

  async function views(reports: readonly StoredReport[]): Promise<ReportView[]> {
    const ids = reports.map(({ id }) => id);
    const marks = ids.map(() => '?').join(', ');
    const pictures = new Map<string, string[]>();
    const contacts = new Set<string>();
    if (ids.length > 0) {
      const found = await database.all<{ id: string; reportId: string }>(
        `SELECT id, report_id AS reportId FROM report_photos WHERE report_id IN (${marks}) ORDER BY created_ms, id`,
        ...ids,
      );
      for (const { id, reportId } of found) pictures.set(reportId, [...(pictures.get(reportId) ?? []), id]);
      const reachable = await database.all<{ id: string }>(
        `SELECT report_id AS id FROM report_contacts WHERE report_id IN (${marks})`,
        ...ids,
      );
      for (const { id } of reachable) contacts.add(id);
    }
    const nowMs = now();
    return reports.map((report) => {
      const { language, verified, assignedMs, answeredMs, closedMs, overdueTold, changedMs, ...view } = report;
      return {
        ...view,
        overdue: isOverdue(report, nowMs),
        unitName: unitName(report.unitId),
        photoIds: pictures.get(report.id) ?? [],
        hasContact: contacts.has(report.id),
      };
    });
  }

  const unitName = (id: string | null): string | null => (id === null ? null : (places.unit(id)?.name ?? null));

  async function alike(report: StoredReport): Promise<StoredReport[]> {
    const { place, receivedMs } = report;
    const within = [receivedMs - ALIKE_MS, receivedMs + ALIKE_MS] as const;
    const others = "id <> ? AND state NOT IN ('duplicate', 'rejected') AND received_ms BETWEEN ? AND ?";
    const near = place === null ? null : boxAround(place, SAME_PLACE_METRES);
    const candidates = await (near === null
      ? readReports(database, `WHERE ${others} ORDER BY received_ms DESC LIMIT ${COMPARED}`, report.id, ...within)
      : readReports(
          database,
          `WHERE ${others} AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?
           ORDER BY received_ms DESC LIMIT ${COMPARED}`,
          ...[report.id, ...within, near.south, near.north, near.west, near.east],
        ));
    return candidates
      .flatMap((other) => {
        const score = likeness(report, other);
        return score === null ? [] : [{ other, score }];
      })
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST_ALIKE)
      .map(({ other }) => other);
  }

  /** Of one that was joined to another, that one, which may have been joined to a third since. */
  async function standsFor(report: StoredReport): Promise<StoredReport> {
    const seen = new Set([report.id]);
    let last = report;
    while (last.duplicateOf !== null && !seen.has(last.duplicateOf)) {
      last = await getReport(database, last.duplicateOf);
      seen.add(last.id);
    }
    return last;
  }

  async function publicOf(report: StoredReport): Promise<PublicReport> {
    // Of one that was joined to another, what is said there.
    const told = await standsFor(report);
    const steps = await readSteps(database, told.id);
    const rejected = report.state === 'rejected' ? ['rejected' as const] : [];
    return {
      code: report.code,
      service: report.service,
      text: report.text,
      place: report.place,
      areaName: report.areaCode === null ? null : (places.area(report.areaCode)?.name ?? null),
      state: report.state,
      receivedMs: report.receivedMs,
      dueMs: WAITING.includes(told.state) ? told.dueMs : null,
      unitName: unitName(told.unitId),
      photos: await photoCount(database, report.id),
      answers: steps
        .filter((step) => step.public && ['answered', ...rejected].includes(step.kind))
        .map(({ timeMs, text }) => ({ timeMs, text })),
      extension: told.extension,
      rating: report.rating,
    };
  }

  function findUnits(units: readonly string[] | null): { sql: string; params: readonly SqlValue[] } {
    if (units === null) return { sql: '1 = 1', params: [] };
    if (units.length === 0) return { sql: '1 = 0', params: [] };
    return { sql: `unit_id IN (${units.map(() => '?').join(', ')})`, params: units };
  }

  return {
    ...{ views, alike, publicOf },

    async list(query: ReportQuery, units: readonly string[] | null): Promise<ReportView[]> {
      const { sql, params } = findUnits(units);
      const where = [sql];
      const values: SqlValue[] = [...params];
      const add = (condition: string, ...more: SqlValue[]): void => {
        where.push(condition);
        values.push(...more);
      };
      const over = REPORT_OVER.map((state) => `'${state}'`).join(', ');
      if (query.state === 'open') add(`state NOT IN (${over})`);
      else if (query.state === 'over') add(`state IN (${over})`);
      else add('state = ?', query.state);
      if (query.service !== undefined) add('service = ?', query.service);
      if (query.unit !== undefined) add('unit_id = ?', query.unit);
      if (query.area !== undefined) add('area_code = ?', query.area);
      if (query.overdue !== undefined) {
        const late = `due_ms < ? AND state IN (${WAITING.map((state) => `'${state}'`).join(', ')})`;
        add(query.overdue === 'true' ? late : `NOT (due_ms IS NOT NULL AND ${late})`, now());
      }
      if (query.fromMs !== undefined) add('received_ms >= ?', query.fromMs);
      if (query.toMs !== undefined) add('received_ms <= ?', query.toMs);
      if (query.before !== undefined) add('number < ?', query.before);
      // Whole, and by those who may read it: parts of it would let others find it out.
      const code = units === null ? readTrackingCode(query.text ?? '') : null;
      if (code !== null) add('code = ?', code);
      for (const word of code === null ? fold(query.text ?? '').split(' ') : []) {
        if (word !== '') add("folded LIKE ? ESCAPE '\\'", `%${word.replace(/[\\%_]/g, '\\$&')}%`);
      }
      const found = await readReports(
        database,
        `WHERE ${where.join(' AND ')} ORDER BY number DESC LIMIT ?`,
        ...values,
        query.limit,
      );
      return views(found);
    },

    async counts(units: readonly string[] | null): Promise<ReportCounts> {
      const { sql, params } = findUnits(units);
      const rows = await database.all<{ state: ReportState; count: number; overdue: number }>(
        `SELECT state, COUNT(*) AS count, SUM(CASE WHEN due_ms < ? THEN 1 ELSE 0 END) AS overdue FROM reports
         WHERE ${sql} GROUP BY state`,
        now(),
        ...params,
      );
      const countOf = (state: ReportState): number => rows.find((row) => row.state === state)?.count ?? 0;
      return {
        states: Object.fromEntries(REPORT_STATES.map((state) => [state, countOf(state)])),
        overdue: rows.reduce((sum, { state, overdue }) => sum + (WAITING.includes(state) ? overdue : 0), 0),
      };
    },
  };
}

export function isOverdue({ state, dueMs }: Pick<StoredReport, 'state' | 'dueMs'>, nowMs: number): boolean {
  return dueMs !== null && dueMs < nowMs && WAITING.includes(state);
}

export async function photoCount(queries: Queries, reportId: string): Promise<number> {
  const sql = 'SELECT COUNT(*) AS count FROM report_photos WHERE report_id = ?';
  return (await queries.get<{ count: number }>(sql, reportId))?.count ?? 0;
}
