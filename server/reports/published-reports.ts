import type { Database, SqlValue } from '#base/database';
import { REPORT_OVER, type ReportState } from '#contracts/reports';
import { readReports, type StoredReport } from './report-store.ts';
import { readTrackingCode } from './tracking-code.ts';

/** Of reports, what everybody may read: what somebody has looked at and let pass, in the words meant for it. */
export interface PublishedReports {
  /** The newest first, at most `limit`. */
  list(query: PublishedQuery): Promise<PublishedReport[]>;
  /** Also one that nobody has looked at yet, or that was rejected: its state alone, without words and place. */
  find(number: number): Promise<PublishedReport | undefined>;
  /** Which one a tracking code is for. */
  numberOf(code: string): Promise<number | undefined>;
  /** What was told of them in a time, oldest first. */
  updates(fromMs: number, toMs: number, limit: number): Promise<PublishedUpdate[]>;
}

/** Times are ms since 1970, both inclusive. */
export interface PublishedQuery {
  readonly numbers?: readonly number[];
  readonly services?: readonly string[];
  readonly status?: 'open' | 'closed';
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly updatedFromMs?: number;
  readonly updatedToMs?: number;
  readonly limit: number;
}
export interface PublishedReport
  extends Pick<
    StoredReport,
    | 'number'
    | 'service'
    | 'publicText'
    | 'place'
    | 'areaCode'
    | 'unitId'
    | 'state'
    | 'receivedMs'
    | 'changedMs'
    | 'dueMs'
  > {
  /** The newest that was told about it. */
  readonly answer: string;
}
export interface PublishedUpdate {
  /** Unlike that of any other. */
  readonly id: string;
  readonly number: number;
  readonly state: ReportState;
  readonly timeMs: number;
  readonly text: string;
}

/** Words and place of what nobody has let pass, or was rejected, are nobody's but the sender's and the centre's. */
const LET_PASS = "reports.verified = 1 AND reports.state NOT IN ('received', 'rejected')";
const isKept = ({ verified, state }: StoredReport): boolean =>
  !verified || state === 'received' || state === 'rejected';
const quoted = (states: readonly ReportState[]): string => states.map((state) => `'${state}'`).join(', ');

/** The state that a step led to. */
const STATES: Readonly<Record<string, ReportState>> = {
  received: 'received',
  verified: 'verified',
  assigned: 'assigned',
  started: 'inProgress',
  answered: 'answered',
  closed: 'closed',
  reopened: 'assigned',
};

export function createPublishedReports(database: Database): PublishedReports {
  async function published(reports: readonly StoredReport[]): Promise<PublishedReport[]> {
    const answers = new Map<string, string>();
    const ids = reports.map(({ id }) => id);
    if (ids.length > 0) {
      const rows = await database.all<{ id: string; text: string }>(
        `SELECT report_id AS id, text FROM report_steps WHERE kind = 'answered' AND public = 1
         AND report_id IN (${ids.map(() => '?').join(', ')}) ORDER BY report_id, sequence`,
        ...ids,
      );
      for (const { id, text } of rows) answers.set(id, text);
    }
    return reports.map((report) => {
      const { number, service, areaCode, unitId, state, receivedMs, changedMs, dueMs } = report;
      const kept = isKept(report);
      return {
        ...{ number, service, areaCode, unitId, state, receivedMs, changedMs, dueMs },
        publicText: kept ? '' : report.publicText,
        place: kept ? null : report.place,
        answer: kept ? '' : (answers.get(report.id) ?? ''),
      };
    });
  }

  return {
    async list(query) {
      const where = [LET_PASS];
      const params: SqlValue[] = [];
      const add = (condition: string, ...values: readonly SqlValue[]): void => {
        where.push(condition);
        params.push(...values);
      };
      const oneOf = (column: string, values: readonly SqlValue[] | undefined): void => {
        if (values !== undefined) add(`${column} IN (${values.map(() => '?').join(', ')})`, ...values);
      };
      oneOf('number', query.numbers);
      oneOf('service', query.services);
      if (query.status !== undefined) {
        add(`state ${query.status === 'open' ? 'NOT IN' : 'IN'} (${quoted(REPORT_OVER)})`);
      }
      if (query.fromMs !== undefined) add('received_ms >= ?', query.fromMs);
      if (query.toMs !== undefined) add('received_ms <= ?', query.toMs);
      if (query.updatedFromMs !== undefined) add('changed_ms >= ?', query.updatedFromMs);
      if (query.updatedToMs !== undefined) add('changed_ms <= ?', query.updatedToMs);
      const sql = `WHERE ${where.join(' AND ')} ORDER BY received_ms DESC, number DESC LIMIT ?`;
      return published(await readReports(database, sql, ...params, query.limit));
    },

    async find(number) {
      return (await published(await readReports(database, 'WHERE number = ?', number)))[0];
    },

    async numberOf(code) {
      const read = readTrackingCode(code);
      if (read === null) return undefined;
      return (await database.get<{ number: number }>('SELECT number FROM reports WHERE code = ?', read))?.number;
    },

    async updates(fromMs, toMs, limit) {
      const rows = await database.all<{ number: number; sequence: number; kind: string; timeMs: number; text: string }>(
        `SELECT reports.number, report_steps.sequence, report_steps.kind, report_steps.time_ms AS timeMs,
           CASE WHEN report_steps.kind = 'answered' THEN report_steps.text ELSE '' END AS text
         FROM report_steps JOIN reports ON reports.id = report_steps.report_id
         WHERE report_steps.time_ms BETWEEN ? AND ? AND report_steps.public = 1
           AND report_steps.kind IN (${Object.keys(STATES)
             .map((kind) => `'${kind}'`)
             .join(', ')})
           AND ${LET_PASS}
         ORDER BY report_steps.time_ms, reports.number, report_steps.sequence LIMIT ?`,
        ...[fromMs, toMs, limit],
      );
      return rows.map(({ number, sequence, kind, timeMs, text }) => ({
        ...{ id: `${number}-${sequence}`, number, timeMs, text },
        state: STATES[kind] ?? 'received',
      }));
    },
  };
}
