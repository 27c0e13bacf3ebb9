import type { Database } from '#base/database';
import { median } from '#base/median';
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
  /** Answered in it; of those by when it was due; and of these the ones that had been put off with a reason. */
  readonly answered: number;
  readonly answeredOnTime: number;
  readonly extendedOnTime: number;
  /** Median minutes from coming in until somebody was given it, of those given in it; `null`: none. */
  readonly dispatchMinutes: number | null;
  /** Reports that were rated in it, by the last word of each; and what was closed and taken up again in it. */
  readonly rated: number;
  readonly satisfied: number;
  readonly closed: number;
  readonly reopened: number;
  /** Nothing of it in this time: it is here because it had reports before. */
  readonly quiet: boolean;
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
}

/** A rating or reopening, counted when it happened and not when its report came in. */
interface Happening {
  readonly reportId: string;
  readonly areaCode: string | null;
  readonly kind: 'rated' | 'reopened';
  /** Of a rating the word itself, and perhaps more behind a colon. */
  readonly text: string;
}

/**
 * From `fromMs` until just before `toMs` (ms since 1970): the province first, then each area that has or had reports, so
 * that what waits there is told to be nothing once it is. Joined and rejected ones count as received and nothing more.
 */
export function createReportFigures(
  database: Database,
): (fromMs: number, toMs: number) => Promise<readonly ReportFigures[]> {
  let known: Set<string> | undefined;

  async function knownAreas(): Promise<Set<string>> {
    const rows = await database.all<{ areaCode: string }>(
      'SELECT DISTINCT area_code AS areaCode FROM reports WHERE area_code IS NOT NULL',
    );
    return new Set(rows.map(({ areaCode }) => areaCode));
  }

  return async (fromMs, toMs) => {
    known ??= await knownAreas();
    const rows = await database.all<Row>(
      `SELECT area_code AS areaCode, state, received_ms AS receivedMs, due_ms AS dueMs, assigned_ms AS assignedMs,
         answered_ms AS answeredMs, closed_ms AS closedMs, extended_ms IS NOT NULL AS extended
       FROM reports WHERE received_ms < ? AND (received_ms >= ? OR changed_ms >= ? OR state IN (${WAITING.map((state) => `'${state}'`).join(', ')}))`,
      ...[toMs, fromMs, fromMs],
    );
    const happenings = await database.all<Happening>(
      `SELECT report_id AS reportId, area_code AS areaCode, kind, report_steps.text
       FROM report_steps JOIN reports ON reports.id = report_id
       WHERE time_ms >= ? AND time_ms < ? AND kind IN ('rated', 'reopened') ORDER BY time_ms, sequence`,
      ...[fromMs, toMs],
    );
    for (const { areaCode } of rows) if (areaCode !== null) known.add(areaCode);
    return [null, ...[...known].sort()].map((area) => {
      const own = <Of extends { readonly areaCode: string | null }>(all: readonly Of[]): readonly Of[] =>
        area === null ? all : all.filter(({ areaCode }) => areaCode === area);
      return { areaCode: area, ...count(own(rows), own(happenings), fromMs, toMs) };
    });
  };
}

function count(
  rows: readonly Row[],
  happenings: readonly Happening[],
  fromMs: number,
  toMs: number,
): Omit<ReportFigures, 'areaCode'> {
  const within = (ms: number | null): ms is number => ms !== null && ms >= fromMs && ms < toMs;
  // One that was answered or ended after the time was waiting at its end.
  const open = rows.filter(
    ({ state, answeredMs, closedMs }) => WAITING.includes(state) || (answeredMs ?? closedMs ?? 0) >= toMs,
  );
  const answered = rows.filter(({ answeredMs }) => within(answeredMs));
  const dispatched = rows.flatMap(({ assignedMs, receivedMs }) =>
    within(assignedMs) ? [(assignedMs - receivedMs) / 60_000] : [],
  );
  const onTime = answered.filter(({ answeredMs, dueMs }) => dueMs === null || (answeredMs ?? 0) <= dueMs);
  const ratings = new Map<string, string>();
  for (const { kind, reportId, text } of happenings) {
    if (kind === 'rated') ratings.set(reportId, text.split(':', 1)[0] ?? '');
  }
  return {
    received: rows.filter(({ receivedMs }) => within(receivedMs)).length,
    open: open.length,
    overdue: open.filter(({ dueMs }) => dueMs !== null && dueMs < toMs).length,
    answered: answered.length,
    answeredOnTime: onTime.length,
    extendedOnTime: onTime.filter(({ extended }) => extended === 1).length,
    dispatchMinutes: median(dispatched),
    rated: ratings.size,
    satisfied: [...ratings.values()].filter((rating) => rating === 'satisfied').length,
    closed: rows.filter(({ closedMs, state }) => within(closedMs) && state === 'closed').length,
    reopened: happenings.filter(({ kind }) => kind === 'reopened').length,
    quiet: rows.length === 0 && happenings.length === 0,
  };
}
