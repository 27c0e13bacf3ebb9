import type { Database, SqlValue } from '#base/database';

/** Sums of stored values, read from the database: as they count now, or as they counted at a moment. */

/** An area with what lies below it, as numbers of words; -1 where nothing was delivered for it by itself. */
export interface AreaSet {
  readonly code: string;
  readonly own: number;
  /** `all`: everything but the area itself. */
  readonly below: 'all' | readonly number[];
}
export function hasBelow({ below }: AreaSet): boolean {
  return below === 'all' || below.length > 0;
}

/** What was delivered for one period, summed over areas, units and dimensions. Times are ms since 1970. */
export interface Reading {
  readonly startMs: number;
  readonly endMs: number;
  /** Of the area itself where something was delivered for it, else of those below; `null`: no value. */
  readonly value: number | null;
  readonly own: boolean;
  /** Values in it. */
  readonly count: number;
  /** Says which areas are in it: equal for the same areas. */
  readonly areasKey: string;
  readonly phenomenonMs: number;
  /** The newest batch in it. */
  readonly batch: number;
  /** Places in OBSERVATION_STATUSES. */
  readonly statusLow: number;
  readonly statusHigh: number;
  readonly unconfirmed: boolean;
  readonly revised: boolean;
  readonly synthetic: boolean;
}

export interface Loader {
  /** Periods that begin in the range, oldest first. */
  sums(indicator: number, areas: AreaSet, fromMs: number, toMs: number): Promise<readonly Reading[]>;
  /** The same of each area by itself. */
  byArea(indicator: number, fromMs: number, toMs: number): Promise<readonly (Reading & { readonly area: number })[]>;
  /** Begin of the newest period with a value that begins in the range. */
  newest(indicator: number, areas: AreaSet, fromMs: number, toMs: number): Promise<number | null>;
  /** Who has delivered a value for a period that begins in the range. */
  delivered(
    indicator: number,
    fromMs: number,
    toMs: number,
  ): Promise<readonly { readonly area: number; readonly unit: number }[]>;
  receivedMs(batch: number): Promise<number | null>;
}

/** Rows of the tables that count, within a range of periods of one indicator. */
interface Source {
  readonly sql: string;
  params(indicator: number, fromMs: number, toMs: number): SqlValue[];
}

const NOW: Source = {
  sql: 'observation_cells AS o WHERE o.indicator = ? AND o.period_ms >= ? AND o.period_ms < ?',
  params: (indicator, fromMs, toMs) => [indicator, fromMs, toMs],
};

const same = (a: string, b: string): string =>
  ['indicator', 'period_ms', 'area', 'unit', 'dims'].map((column) => `${a}.${column} = ${b}.${column}`).join(' AND ');
const TAKEN = `indicator, period_ms, period_end_ms, area, unit, value, phenomenon_ms, batch, feed, status, unconfirmed,
  revised`;

/** Revisions that came later do not count, and those that were taken back later do. */
function asOf(batch: number, atMs: number): Source {
  const stood = (row: string): string => `${row}.batch <= ? AND (${row}.undone_ms IS NULL OR ${row}.undone_ms > ?)`;
  const newer = (row: string): string =>
    `NOT EXISTS (SELECT 1 FROM observation_revisions AS n WHERE ${same('n', row)} AND n.revision > ${row}.revision
      AND ${stood('n')})`;
  const range = (row: string): string => `${row}.indicator = ? AND ${row}.period_ms >= ? AND ${row}.period_ms < ?`;
  return {
    sql: `(SELECT ${TAKEN} FROM observation_cells AS c WHERE ${range('c')} AND c.batch <= ? AND ${newer('c')}
      UNION ALL
      SELECT ${TAKEN} FROM observation_revisions AS r WHERE ${range('r')} AND ${stood('r')} AND ${newer('r')}
        AND NOT EXISTS (SELECT 1 FROM observation_cells AS n WHERE ${same('n', 'r')} AND n.revision > r.revision
          AND n.batch <= ?)) AS o WHERE TRUE`,
    params(indicator, fromMs, toMs) {
      const range = [indicator, fromMs, toMs];
      return [...range, batch, batch, atMs, ...range, batch, atMs, batch, atMs, batch];
    },
  };
}

/** Sums of the numbers themselves are soon the same for other areas: 2 and 5, 3 and 4. */
const MIXED = '(o.area * 2654435761) % 2147483647 * (o.area % 1013 + 1)';

interface SumRow {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly own_value: number | null;
  readonly own_count: number;
  readonly below_value: number | null;
  readonly below_count: number;
  readonly below_areas: number | null;
  readonly phenomenon_ms: number;
  readonly batch: number;
  readonly status_low: number;
  readonly status_high: number;
  readonly unconfirmed: number;
  readonly revised: number;
  readonly synthetic: number;
}

/** Reads as of `atMs`, or what counts now. `syntheticFeeds`: their numbers, when a read begins. */
export async function createLoader(deps: {
  readonly database: Pick<Database, 'all' | 'get'>;
  readonly atMs: number | null;
  readonly syntheticFeeds: () => readonly number[];
}): Promise<Loader> {
  const { database, atMs, syntheticFeeds } = deps;
  const source = atMs === null ? NOW : asOf(await lastBatch(database, atMs), atMs);

  function columns(): { sql: string; params: SqlValue[] } {
    const feeds = syntheticFeeds();
    const synthetic = feeds.length === 0 ? '0' : `MAX(CASE WHEN o.feed IN (${places(feeds.length)}) THEN 1 ELSE 0 END)`;
    return {
      sql: `MAX(o.period_end_ms) AS end_ms, MAX(o.phenomenon_ms) AS phenomenon_ms, MAX(o.batch) AS batch,
        MIN(o.status) AS status_low, MAX(o.status) AS status_high, MAX(o.unconfirmed) AS unconfirmed,
        MAX(o.revised) AS revised, ${synthetic} AS synthetic`,
      params: [...feeds],
    };
  }

  return {
    async sums(indicator, areas, fromMs, toMs) {
      const { sql, params } = columns();
      const narrow = narrowed(areas);
      const rows = await database.all<SumRow>(
        `SELECT o.period_ms AS start_ms, SUM(CASE WHEN o.area = ? THEN o.value END) AS own_value,
           COUNT(CASE WHEN o.area = ? THEN o.value END) AS own_count,
           SUM(CASE WHEN o.area <> ? THEN o.value END) AS below_value,
           COUNT(CASE WHEN o.area <> ? THEN o.value END) AS below_count,
           SUM(CASE WHEN o.area <> ? AND o.value IS NOT NULL THEN ${MIXED} END) AS below_areas, ${sql}
         FROM ${source.sql} ${narrow.sql} GROUP BY o.period_ms ORDER BY o.period_ms`,
        ...Array<SqlValue>(5).fill(areas.own),
        ...params,
        ...source.params(indicator, fromMs, toMs),
        ...narrow.params,
      );
      return rows.map(toReading);
    },
    async byArea(indicator, fromMs, toMs) {
      const { sql, params } = columns();
      const rows = await database.all<SumRow & { area: number }>(
        `SELECT o.period_ms AS start_ms, o.area AS area, SUM(o.value) AS own_value, COUNT(o.value) AS own_count,
           NULL AS below_value, 0 AS below_count, NULL AS below_areas, ${sql}
         FROM ${source.sql} GROUP BY o.period_ms, o.area ORDER BY o.period_ms`,
        ...params,
        ...source.params(indicator, fromMs, toMs),
      );
      return rows.map((row) => ({ ...toReading(row), area: row.area }));
    },
    async newest(indicator, areas, fromMs, toMs) {
      const narrow = narrowed(areas);
      const row = await database.get<{ period_ms: number }>(
        `SELECT o.period_ms AS period_ms FROM ${source.sql} ${narrow.sql} AND o.value IS NOT NULL
         ORDER BY o.period_ms DESC LIMIT 1`,
        ...source.params(indicator, fromMs, toMs),
        ...narrow.params,
      );
      return row?.period_ms ?? null;
    },
    delivered: (indicator, fromMs, toMs) =>
      database.all(
        `SELECT DISTINCT o.area AS area, o.unit AS unit FROM ${source.sql} AND o.value IS NOT NULL`,
        ...source.params(indicator, fromMs, toMs),
      ),
    async receivedMs(batch) {
      const row = await database.get<{ received_ms: number }>(
        'SELECT received_ms FROM observation_batches WHERE number = ?',
        batch,
      );
      return row?.received_ms ?? null;
    },
  };
}

async function lastBatch(database: Pick<Database, 'get'>, atMs: number): Promise<number> {
  const row = await database.get<{ number: number | null }>(
    'SELECT MAX(number) AS number FROM observation_batches WHERE received_ms <= ?',
    atMs,
  );
  return row?.number ?? 0;
}

function narrowed({ own, below }: AreaSet): { readonly sql: string; readonly params: readonly SqlValue[] } {
  if (below === 'all') return { sql: '', params: [] };
  return { sql: `AND o.area IN (${places(below.length + 1)})`, params: [own, ...below] };
}

function places(count: number): string {
  return Array(count).fill('?').join(', ');
}

function toReading(row: SumRow): Reading {
  const own = row.own_count > 0;
  return {
    startMs: row.start_ms,
    endMs: row.end_ms,
    value: own ? row.own_value : row.below_value,
    own,
    count: own ? row.own_count : row.below_count,
    areasKey: own ? 'own' : `${row.below_count} ${row.below_areas ?? 0}`,
    phenomenonMs: row.phenomenon_ms,
    batch: row.batch,
    statusLow: row.status_low,
    statusHigh: row.status_high,
    unconfirmed: row.unconfirmed === 1,
    revised: row.revised === 1,
    synthetic: row.synthetic === 1,
  };
}
