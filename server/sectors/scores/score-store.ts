import type { Database } from '#base/database';
import type { FailingRow, FailureCode, Quality, Score, Scores } from '#contracts/quality';
import { NO_SCORES } from '#contracts/quality';
import { DAY_MS, HOUR_MS, type Tally } from './tally.ts';

/** What was counted, as it is kept: sums over hours, and what counted against. Times are ms since 1970. */

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Kept longer than the longest window, a year. */
const KEEP_MS = 400 * DAY_MS;

/** Replaces what was counted of a feed on a day. */
export async function saveDay(
  database: Database,
  { feedId, dayMs, tally }: { feedId: string; dayMs: number; tally: Tally },
): Promise<void> {
  await database.transaction(async (queries) => {
    const range = [feedId, dayMs, dayMs + DAY_MS];
    await queries.run('DELETE FROM quality_counts WHERE feed_id = ? AND hour_ms >= ? AND hour_ms < ?', ...range);
    await queries.run('DELETE FROM quality_failures WHERE feed_id = ? AND at_ms >= ? AND at_ms < ?', ...range);
    for (const { hourMs, unitId, quality, a, b } of tally.counts()) {
      await queries.run(
        'INSERT INTO quality_counts (feed_id, hour_ms, unit_id, quality, a, b) VALUES (?, ?, ?, ?, ?, ?)',
        ...[feedId, hourMs, unitId, quality, Math.max(0, a), b],
      );
    }
    for (const one of tally.failures()) {
      await queries.run(
        `INSERT INTO quality_failures (feed_id, at_ms, until_ms, unit_id, quality, code, area_code, indicator,
           period_start_ms, batch_id, row, value, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[feedId, Math.round(one.atMs), one.untilMs === null ? null : Math.round(one.untilMs), one.unitId],
        ...[one.quality, one.code, one.areaCode, one.indicator, one.periodStartMs, one.batchId, one.row, one.value],
        JSON.stringify(one.detail),
      );
    }
    await queries.run(
      `INSERT INTO quality_days (feed_id, day_ms, dirty) VALUES (?, ?, 0)
       ON CONFLICT (feed_id, day_ms) DO UPDATE SET dirty = 0`,
      feedId,
      dayMs,
    );
  });
}

export async function markDirty(database: Database, feedId: string, days: readonly number[]): Promise<void> {
  await database.transaction(async (queries) => {
    for (const dayMs of days) {
      await queries.run(
        `INSERT INTO quality_days (feed_id, day_ms, dirty) VALUES (?, ?, 1)
         ON CONFLICT (feed_id, day_ms) DO UPDATE SET dirty = 1`,
        feedId,
        dayMs,
      );
    }
  });
}

/** The days of a feed that were counted, of those since a moment. */
export async function countedDays(database: Database, feedId: string, sinceMs: number): Promise<readonly number[]> {
  const rows = await database.all<{ dayMs: number }>(
    'SELECT day_ms AS dayMs FROM quality_days WHERE feed_id = ? AND day_ms >= ? ORDER BY day_ms',
    feedId,
    sinceMs,
  );
  return rows.map(({ dayMs }) => dayMs);
}

export async function dirtyDays(database: Database): Promise<readonly { feedId: string; dayMs: number }[]> {
  return database.all('SELECT feed_id AS feedId, day_ms AS dayMs FROM quality_days WHERE dirty = 1 ORDER BY day_ms');
}

/** Of a feed that is gone, and of what no window reaches any more. */
export async function forget(database: Database, nowMs: number, feedIds: ReadonlySet<string>): Promise<void> {
  const known = await database.all<{ feedId: string }>('SELECT DISTINCT feed_id AS feedId FROM quality_days');
  for (const { feedId } of known) {
    const before = feedIds.has(feedId) ? nowMs - KEEP_MS : Number.MAX_SAFE_INTEGER;
    await database.run('DELETE FROM quality_counts WHERE feed_id = ? AND hour_ms < ?', feedId, before);
    await database.run('DELETE FROM quality_failures WHERE feed_id = ? AND at_ms < ?', feedId, before);
    await database.run('DELETE FROM quality_days WHERE feed_id = ? AND day_ms < ?', feedId, before);
  }
}

/** Sums by unit; the whole feed under the empty name. Live of values is not in it: it is reckoned from its gaps. */
export async function sumCounts(
  database: Database,
  feedId: string,
  { fromMs, toMs }: Window,
): Promise<ReadonlyMap<string, Scores>> {
  const rows = await database.all<{ unitId: string; quality: Quality; a: number; b: number }>(
    `SELECT unit_id AS unitId, quality, SUM(a) AS a, SUM(b) AS b FROM quality_counts
     WHERE feed_id = ? AND hour_ms >= ? AND hour_ms <= ? GROUP BY unit_id, quality`,
    ...[feedId, Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs],
  );
  const found = new Map<string, Record<Quality, Score>>();
  for (const { unitId, quality, a, b } of rows) {
    const scores = found.get(unitId) ?? { ...NO_SCORES };
    scores[quality] = { a, b };
    found.set(unitId, scores);
  }
  return found;
}

/** Seconds of a window during which cells were not live, by unit; what is not over goes on to the end of its day. */
export async function gapSeconds(
  database: Database,
  feedId: string,
  { fromMs, toMs }: Window,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.all<{ unitId: string; seconds: number }>(
    `SELECT unit_id AS unitId,
       SUM(MIN(COALESCE(until_ms, (at_ms / ${DAY_MS} + 1) * ${DAY_MS}), CAST(? AS INTEGER))
         - MAX(at_ms, CAST(? AS INTEGER))) / 1000.0 AS seconds
     FROM quality_failures
     WHERE feed_id = ? AND quality = 'live' AND at_ms >= ? AND at_ms < ? AND code <> 'noHeartbeat'
       AND MIN(COALESCE(until_ms, (at_ms / ${DAY_MS} + 1) * ${DAY_MS}), CAST(? AS INTEGER)) > CAST(? AS INTEGER)
     GROUP BY unit_id`,
    ...[toMs, fromMs, feedId, fromMs - DAY_MS, toMs, toMs, fromMs],
  );
  return new Map(rows.map(({ unitId, seconds }) => [unitId, seconds]));
}

interface FailureRow {
  readonly code: FailureCode;
  readonly atMs: number;
  readonly untilMs: number | null;
  readonly feedId: string;
  readonly unitId: string | null;
  readonly areaCode: string | null;
  readonly indicator: string | null;
  readonly periodStartMs: number | null;
  readonly batchId: string | null;
  readonly row: number | null;
  readonly value: number | null;
  readonly detail: string;
}

/** What counted against a quality, the newest first. */
export async function readFailures(
  database: Database,
  query: { feedIds: readonly string[]; quality: Quality; window: Window; unitId?: string; skip: number; limit: number },
): Promise<{ rows: readonly FailingRow[]; total: number }> {
  const { feedIds, quality, window, unitId, skip, limit } = query;
  if (feedIds.length === 0) return { rows: [], total: 0 };
  const where = `feed_id IN (${feedIds.map(() => '?').join(', ')}) AND quality = ? AND at_ms >= ? AND at_ms <= ?
    ${unitId === undefined ? '' : 'AND unit_id = ?'}`;
  const params = [
    ...feedIds,
    quality,
    // Counted by hours, so that the rows are those that were counted.
    Math.floor(window.fromMs / HOUR_MS) * HOUR_MS,
    window.toMs,
    ...(unitId === undefined ? [] : [unitId]),
  ];
  const count = await database.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM quality_failures WHERE ${where}`,
    ...params,
  );
  const rows = await database.all<FailureRow>(
    `SELECT code, at_ms AS atMs, until_ms AS untilMs, feed_id AS feedId, unit_id AS unitId, area_code AS areaCode,
       indicator, period_start_ms AS periodStartMs, batch_id AS batchId, row, value, detail
     FROM quality_failures WHERE ${where} ORDER BY at_ms DESC, rowid LIMIT ? OFFSET ?`,
    ...params,
    limit,
    skip,
  );
  return {
    total: count?.n ?? 0,
    rows: rows.map(({ untilMs, detail, ...row }) => {
      const said: FailingRow['detail'] = JSON.parse(detail);
      if (quality !== 'live') return { ...row, detail: said };
      const seconds = Math.round((Math.min(untilMs ?? window.toMs, window.toMs) - row.atMs) / 1000);
      return { ...row, detail: { ...said, seconds } };
    }),
  };
}

// ---- what people confirmed -------------------------------------------------------------------------------------------

export async function readConfirmations(
  database: Database,
): Promise<readonly { indicator: string; areaCode: string; periodStartMs: number; value: number | null }[]> {
  return database.all(
    `SELECT indicator, area_code AS areaCode, period_start_ms AS periodStartMs, value FROM quality_confirmations`,
  );
}

export async function saveConfirmation(
  database: Database,
  one: {
    indicator: string;
    areaCode: string;
    periodStartMs: number;
    value: number;
    by: string;
    atMs: number;
    note: string;
  },
): Promise<void> {
  await database.run(
    `INSERT INTO quality_confirmations (indicator, area_code, period_start_ms, value, by_name, at_ms, note)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (indicator, area_code, period_start_ms) DO UPDATE SET value = excluded.value,
       by_name = excluded.by_name, at_ms = excluded.at_ms, note = excluded.note`,
    ...[one.indicator, one.areaCode, one.periodStartMs, one.value, one.by, one.atMs, one.note],
  );
}
