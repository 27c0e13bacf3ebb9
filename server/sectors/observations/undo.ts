import type { Queries } from '#base/database';
import { ALL_COLUMNS, KEY_COLUMNS } from './cell-row.ts';

export interface TouchedCell {
  readonly indicator: number;
  readonly area: number;
  readonly period_ms: number;
  readonly period_end_ms: number;
}

const RANGE = 'indicator = ? AND period_ms >= ? AND period_ms <= ?';

/**
 * Takes all values of a batch back, in the caller's transaction: the newest of what is left of each cell counts again.
 * They stay on record, with the moment at which they were taken back. A later batch that only repeated a value was not
 * written, so that the value goes with the batch that said it first.
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
  return replaced.changes + newest.changes;
}

function sameCell(a: string, b: string): string {
  return KEY_COLUMNS.split(', ')
    .map((column) => `${a}.${column} = ${b}.${column}`)
    .join(' AND ');
}
