import type { Database } from '#base/database';
import type { ReportState } from '#contracts/reports';
import { WAITING } from './report-acts.ts';

/** What the sector of citizens' reports shows of a time, counted of the reports themselves. Ratios come as their parts. */
export interface ReportFigures {
  /** Of an area; `null`: of the province. */
  readonly areaCode: string | null;
  readonly received: number;
  /** At the end of the time: waiting for an answer, and late with it. */
  readonly open: number;
  readonly overdue: number;
  /** Answered in it, and of those by when it was due; those put off with a reason are counted apart. */
  readonly answered: number;
  readonly answeredOnTime: number;
  readonly extended: number;
  /** Median minutes from coming in until somebody was given it, of those given in it; `null`: none. */
  readonly dispatchMinutes: number | null;
  readonly rated: number;
  readonly satisfied: number;
  readonly closed: number;
  readonly reopened: number;
}

interface Row {
  readonly areaCode: string | null;
  readonly state: ReportState;
  readonly receivedMs: number;
  readonly dueMs: number | null;
  readonly assignedMs: number | null;
  readonly answeredMs: number | null;
  readonly closedMs: number | null;
  readonly extended: number;
  readonly rating: string | null;
  readonly reopened: number;
}

/**
 * From `fromMs` until just before `toMs` (ms since 1970): the province first, then each area that has reports. Joined and
 * rejected ones count as received and nothing more.
 */
export async function reportFigures(database: Database, fromMs: number, toMs: number): Promise<ReportFigures[]> {
  const rows = await database.all<Row>(
    `SELECT area_code AS areaCode, state, received_ms AS receivedMs, due_ms AS dueMs, assigned_ms AS assignedMs,
       answered_ms AS answeredMs, closed_ms AS closedMs, extended_ms IS NOT NULL AS extended, rating, reopened
     FROM reports WHERE received_ms < ? AND (received_ms >= ? OR changed_ms >= ? OR state IN (${WAITING.map((state) => `'${state}'`).join(', ')}))`,
    ...[toMs, fromMs, fromMs],
  );
  const areas = [...new Set(rows.flatMap(({ areaCode }) => areaCode ?? []))].sort();
  return [null, ...areas].map((area) =>
    count(
      rows.filter((row) => area === null || row.areaCode === area),
      area,
      fromMs,
      toMs,
    ),
  );
}

function count(rows: readonly Row[], areaCode: string | null, fromMs: number, toMs: number): ReportFigures {
  const within = (ms: number | null): ms is number => ms !== null && ms >= fromMs && ms < toMs;
  // One that was answered or ended after the time was waiting at its end.
  const open = rows.filter(
    ({ state, answeredMs, closedMs }) => WAITING.includes(state) || (answeredMs ?? closedMs ?? 0) >= toMs,
  );
  const answered = rows.filter(({ answeredMs }) => within(answeredMs));
  const dispatched = rows
    .flatMap(({ assignedMs, receivedMs }) => (within(assignedMs) ? [(assignedMs - receivedMs) / 60_000] : []))
    .sort((a, b) => a - b);
  return {
    areaCode,
    received: rows.filter(({ receivedMs }) => within(receivedMs)).length,
    open: open.length,
    overdue: open.filter(({ dueMs }) => dueMs !== null && dueMs < toMs).length,
    answered: answered.length,
    answeredOnTime: answered.filter(({ answeredMs, dueMs }) => dueMs === null || (answeredMs ?? 0) <= dueMs).length,
    extended: answered.filter(({ extended }) => extended === 1).length,
    dispatchMinutes: median(dispatched),
    rated: answered.filter(({ rating }) => rating !== null).length,
    satisfied: answered.filter(({ rating }) => rating === 'satisfied').length,
    closed: rows.filter(({ closedMs, state }) => within(closedMs) && state === 'closed').length,
    reopened: rows.filter(({ reopened, receivedMs }) => reopened > 0 && within(receivedMs)).length,
  };
}

function median(sorted: readonly number[]): number | null {
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
