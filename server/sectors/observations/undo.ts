import type { Queries } from '#base/database';
import { ALL_COLUMNS, KEY_COLUMNS, SAME_CELL } from './cell-row.ts';

export interface TouchedCell {
  readonly indicator: number;
  readonly area: number;
  readonly period_ms: number;
  readonly period_end_ms: number;
}

const RANGE = 'indicator = ? AND period_ms >= ? AND period_ms <= ?';

/**
 * Takes all values of a batch back, in the caller's transaction: the newest of what is left of each cell counts again.
 * They stay on record, with the moment at which they were taken back. A value that another batch repeated meanwhile stays,
 * as that batch's.
 */
export async function undoBatch(
  queries: Queries,
  batchId: string,
  nowMs: number,
): Promise<{ readonly undone: number; readonly cells: readonly TouchedCell[] }> {
  const batch = await queries.get<{ number: number; undone_ms: number | null }>(
    'SELECT number, undone_ms FROM observation_batches WHERE id = ?',
    batchId,
  );
  if (batch === undefined || batch.undone_ms !== null) return { undone: 0, cells: [] };
  await queries.run('UPDATE observation_batches SET undone_ms = ? WHERE number = ?', nowMs, batch.number);
  const parts = await queries.all<{ indicator: number; first_ms: number; last_ms: number }>(
    'SELECT indicator, first_ms, last_ms FROM observation_batch_parts WHERE batch = ?',
    batch.number,
  );
  const cells: TouchedCell[] = [];
  let undone = 0;
  for (const part of parts) {
    const range = [part.indicator, part.first_ms, part.last_ms] as const;
    const touched = await queries.all<TouchedCell>(
      `SELECT DISTINCT indicator, area, period_ms, period_end_ms FROM observation_cells WHERE ${RANGE} AND batch = ?`,
      ...range,
      batch.number,
    );
    for (const cell of touched) cells.push(cell);
    undone += await undoPart(queries, range, batch.number, nowMs);
  }
  return { undone, cells };
}

async function undoPart(
  queries: Queries,
  range: readonly [number, number, number],
  batch: number,
  nowMs: number,
): Promise<number> {
  await queries.run(`DELETE FROM observation_repeats WHERE ${RANGE} AND batch = ?`, ...range, batch);
  const heirs = await heirsOf(queries, range, batch);
  let handedOn = 0;
  for (const heir of heirs.filter(({ newest }) => newest === 0)) handedOn += await handOn(queries, heir);
  const replaced = await queries.run(
    `UPDATE observation_revisions SET undone_ms = ? WHERE ${RANGE} AND batch = ? AND undone_ms IS NULL`,
    nowMs,
    ...range,
    batch,
  );
  const newest = await queries.run(
    `INSERT INTO observation_revisions (${ALL_COLUMNS}, undone_ms)
     SELECT ${ALL_COLUMNS}, ? FROM observation_cells WHERE ${RANGE} AND batch = ?`,
    nowMs,
    ...range,
    batch,
  );
  await queries.run(`DELETE FROM observation_cells WHERE ${RANGE} AND batch = ?`, ...range, batch);
  for (const heir of heirs.filter(({ newest }) => newest === 1)) await succeed(queries, heir);
  // A cell with a revision that counts always has its newest in `observation_cells`: those that miss it are just ours.
  await queries.run(
    `INSERT INTO observation_cells (${ALL_COLUMNS})
     SELECT ${ALL_COLUMNS} FROM observation_revisions AS left_over
     WHERE ${RANGE} AND undone_ms IS NULL
       AND revision = (SELECT MAX(revision) FROM observation_revisions AS one
         WHERE ${sameCell('one', 'left_over')} AND one.undone_ms IS NULL)
       AND NOT EXISTS (SELECT 1 FROM observation_cells AS one WHERE ${sameCell('one', 'left_over')})`,
    ...range,
  );
  await queries.run(
    `DELETE FROM observation_revisions
     WHERE ${RANGE} AND undone_ms IS NULL AND EXISTS (SELECT 1 FROM observation_cells AS one
       WHERE ${sameCell('one', 'observation_revisions')} AND one.revision = observation_revisions.revision)`,
    ...range,
  );
  return handedOn + replaced.changes + newest.changes;
}

/** Who repeated, first of all, a revision of the batch. */
interface Heir {
  readonly indicator: number;
  readonly period_ms: number;
  readonly area: number;
  readonly unit: number;
  readonly dims: number;
  readonly revision: number;
  readonly feed: number;
  readonly batch: number;
  readonly row: number;
  /** 1: no other revision has taken its place. */
  readonly newest: number;
}
const SAME_REVISION = `${SAME_CELL} AND revision = ?`;
const revisionOf = ({ indicator, period_ms, area, unit, dims, revision }: Heir): number[] => [
  ...[indicator, period_ms, area, unit, dims, revision],
];

async function heirsOf(
  queries: Queries,
  [indicator, firstMs, lastMs]: readonly [number, number, number],
  batch: number,
): Promise<readonly Heir[]> {
  const keys = KEY_COLUMNS.split(', ').map((column) => `again.${column}`);
  // Of the row with the least batch, as SQLite has it where one column is MIN().
  return queries.all<Heir>(
    `SELECT ${keys.join(', ')}, again.revision, again.feed, MIN(again.batch) AS batch, again.row,
       cell.batch IS NOT NULL AS newest
     FROM observation_repeats AS again
     LEFT JOIN observation_cells AS cell
       ON ${sameCell('cell', 'again')} AND cell.revision = again.revision AND cell.batch = ?
     LEFT JOIN observation_revisions AS past
       ON ${sameCell('past', 'again')} AND past.revision = again.revision AND past.batch = ? AND past.undone_ms IS NULL
     WHERE again.indicator = ? AND again.period_ms >= ? AND again.period_ms <= ?
       AND (cell.batch IS NOT NULL OR past.batch IS NOT NULL)
     GROUP BY ${keys.join(', ')}, again.revision`,
    ...[batch, batch, indicator, firstMs, lastMs],
  );
}

/** One that another has taken the place of is the heir's from now on, in its place. */
async function handOn(queries: Queries, heir: Heir): Promise<number> {
  const { changes } = await queries.run(
    `UPDATE observation_revisions SET feed = ?, batch = ?, row = ? WHERE ${SAME_REVISION}`,
    ...[heir.feed, heir.batch, heir.row, ...revisionOf(heir)],
  );
  const repeat = `${SAME_REVISION} AND batch = ?`;
  await queries.run(`DELETE FROM observation_repeats WHERE ${repeat}`, ...revisionOf(heir), heir.batch);
  return changes;
}

/** The newest was just put on record as taken back: the same counts again as a revision of the heir's. */
async function succeed(queries: Queries, heir: Heir): Promise<void> {
  const same = revisionOf(heir);
  const last = await queries.get<{ revision: number }>(
    `SELECT MAX(revision) AS revision FROM observation_revisions WHERE ${SAME_CELL}`,
    ...same.slice(0, -1),
  );
  const next = (last?.revision ?? heir.revision) + 1;
  const values = ALL_COLUMNS.split(', ').map((column) =>
    ['feed', 'batch', 'row', 'revision'].includes(column) ? '?' : column,
  );
  await queries.run(
    `INSERT INTO observation_cells (${ALL_COLUMNS}) SELECT ${values.join(', ')} FROM observation_revisions
     WHERE ${SAME_REVISION}`,
    ...[heir.feed, heir.batch, heir.row, next, ...same],
  );
  await queries.run(`DELETE FROM observation_repeats WHERE ${SAME_REVISION} AND batch = ?`, ...same, heir.batch);
  await queries.run(`UPDATE observation_repeats SET revision = ? WHERE ${SAME_REVISION}`, next, ...same);
}

function sameCell(a: string, b: string): string {
  return KEY_COLUMNS.split(', ')
    .map((column) => `${a}.${column} = ${b}.${column}`)
    .join(' AND ');
}
