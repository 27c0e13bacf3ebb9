import type { Clock } from '#base/clock';
import type { Database, Queries, SqlValue } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { NewObservation, ObservationChange, Observations, StoredObservation } from '../interfaces.ts';
import { appendRows } from './append.ts';
import { ALL_COLUMNS, type FullRow, toStored } from './cell-row.ts';
import { periodsLeft } from './periods-left.ts';
import { undoBatch } from './undo.ts';
import { createWords, type Words } from './words.ts';

/** One revision of a cell, for those who ask where a figure comes from. */
export interface Revision extends StoredObservation {
  readonly newest: boolean;
  readonly undone: boolean;
  readonly unconfirmed: boolean;
}
export interface CellPlace {
  readonly indicator: string;
  readonly areaCode: string;
  readonly periodStartMs: number;
}

export interface ObservationStore extends Observations {
  /** All revisions of the cells of a place, the newest first; at most 1,000. */
  revisions(place: CellPlace): Promise<readonly Revision[]>;
  /**
   * Says of the newest values of a place that they are far from what is usual, or that a person has confirmed them. In
   * the caller's transaction; `false` where there is none. Listeners are told by `settled`.
   */
  setUnconfirmed(queries: Queries, place: CellPlace, unconfirmed: boolean): Promise<boolean>;
  /** Numbers of words, for those who read the tables themselves. */
  readonly words: Pick<Words, 'id' | 'word' | 'refresh'>;
}

/** Rows that one question may bring. */
const MOST_ROWS = 100_000;
const MOST_REVISIONS = 1000;
/** Batches that were written and are not settled yet; those of transactions that failed never are. */
const MOST_PENDING = 100;

type Cells = ObservationChange['cells'];

const FULL = `${ALL_COLUMNS.split(', ')
  .map((column) => `o.${column}`)
  .join(', ')}, b.id AS batch_id, b.received_ms`;

/** Values as they were delivered: nothing is ever changed, the newest revision of a cell counts. */
export async function createObservations(deps: {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}): Promise<ObservationStore> {
  const { database, clock } = deps;
  const log = deps.log.child({ part: 'observations' });
  const words = createWords(database);
  await words.refresh();
  const listeners = new Set<(change: ObservationChange) => void>();
  /** Cells that a batch has touched, for callers that do not know them. */
  const pending = new Map<string, Cells>();

  function remember(batchId: string, cells: Cells): void {
    pending.set(batchId, [...(pending.get(batchId) ?? []), ...cells]);
    const oldest = pending.size > MOST_PENDING ? pending.keys().next() : undefined;
    if (oldest?.done === false) pending.delete(oldest.value);
  }

  function tell(change: ObservationChange): void {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        log.error({ reason: messageOf(error) }, 'a change of values was not taken in');
      }
    }
  }

  async function wordIds(kind: 'indicator' | 'area' | 'feed', word: string | undefined): Promise<number | undefined> {
    if (word === undefined) return undefined;
    const known = words.id(kind, word);
    if (known !== undefined) return known;
    await words.refresh();
    return words.id(kind, word) ?? -1;
  }

  return {
    words,
    async append(queries, batch, observations) {
      if (observations.length === 0) return [];
      await words.refresh();
      const number = await batchNumber(queries, batch);
      const feed = await words.writer(queries)('feed', batch.feedId);
      const outcomes = await appendRows(queries, words, { number, feed }, observations);
      remember(batch.id, changedCells(observations, outcomes));
      return outcomes;
    },
    async undo(queries, batchId) {
      const { undone, cells } = await undoBatch(queries, batchId, clock.now());
      await words.refresh();
      remember(
        batchId,
        cells.map((cell) => ({
          indicator: words.word(cell.indicator),
          areaCode: words.word(cell.area),
          period: { startMs: cell.period_ms, endMs: cell.period_end_ms },
        })),
      );
      return undone;
    },
    periodsLeft,
    settled(change) {
      const known = pending.get(change.batchId) ?? [];
      pending.delete(change.batchId);
      tell({ ...change, cells: known.length > 0 ? known : change.cells });
    },
    async newest({ indicator, areaCode, feedId, fromMs, toMs, limit = MOST_ROWS }) {
      const values: SqlValue[] = [(await wordIds('indicator', indicator)) ?? -1, fromMs, toMs];
      const area = await wordIds('area', areaCode);
      const feed = await wordIds('feed', feedId);
      if (area !== undefined) values.push(area);
      if (feed !== undefined) values.push(feed);
      const rows = await database.all<FullRow>(
        `SELECT ${FULL} FROM observation_cells AS o JOIN observation_batches AS b ON b.number = o.batch
         WHERE o.indicator = ? AND o.period_ms >= ? AND o.period_ms < ?
           ${area === undefined ? '' : 'AND o.area = ?'} ${feed === undefined ? '' : 'AND o.feed = ?'}
         ORDER BY o.period_ms, o.area, o.unit, o.dims LIMIT ?`,
        ...values,
        Math.min(limit, MOST_ROWS),
      );
      await knowAll(words, rows);
      return rows.map((row) => toStored(row, words));
    },
    async revisions({ indicator, areaCode, periodStartMs }) {
      const place = [await wordIds('indicator', indicator), periodStartMs, await wordIds('area', areaCode)] as const;
      const of = (table: string, undone: string): string =>
        `SELECT ${FULL}, ${undone} AS undone, ${table === 'observation_cells' ? 1 : 0} AS newest
         FROM ${table} AS o JOIN observation_batches AS b ON b.number = o.batch
         WHERE o.indicator = ? AND o.period_ms = ? AND o.area = ?`;
      const [indicatorId = -1, startMs, areaId = -1] = place;
      const rows = await database.all<FullRow & { undone: number; newest: number }>(
        `${of('observation_cells', '0')} UNION ALL ${of('observation_revisions', 'o.undone_ms IS NOT NULL')}
         ORDER BY unit, dims, revision DESC LIMIT ${MOST_REVISIONS}`,
        ...[indicatorId, startMs, areaId],
        ...[indicatorId, startMs, areaId],
      );
      await knowAll(words, rows);
      return rows.map((row) => ({
        ...toStored(row, words),
        newest: row.newest === 1,
        undone: row.undone === 1,
        unconfirmed: row.unconfirmed === 1,
      }));
    },
    async setUnconfirmed(queries, { indicator, areaCode, periodStartMs }, unconfirmed) {
      const number = words.writer(queries);
      const { changes } = await queries.run(
        'UPDATE observation_cells SET unconfirmed = ? WHERE indicator = ? AND period_ms = ? AND area = ?',
        unconfirmed ? 1 : 0,
        await number('indicator', indicator),
        periodStartMs,
        await number('area', areaCode),
      );
      return changes > 0;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function knowAll(words: Words, rows: readonly FullRow[]): Promise<void> {
  if (rows.some((row) => words.word(row.indicator) === '' || words.word(row.area) === '')) await words.refresh();
  else if (rows.some((row) => [row.unit, row.dims, row.feed].some((id) => id !== 0 && words.word(id) === ''))) {
    await words.refresh();
  }
}

/** A batch may come in several pieces. */
async function batchNumber(queries: Queries, batch: { id: string; receivedMs: number }): Promise<number> {
  await queries.run(
    'INSERT INTO observation_batches (id, received_ms) VALUES (?, ?) ON CONFLICT (id) DO NOTHING',
    batch.id,
    batch.receivedMs,
  );
  const row = await queries.get<{ number: number }>('SELECT number FROM observation_batches WHERE id = ?', batch.id);
  if (row === undefined) throw new Error('a batch that was just written is there');
  return row.number;
}

function changedCells(
  observations: readonly NewObservation[],
  outcomes: readonly ('new' | 'revised' | 'same')[],
): Cells {
  const cells = new Map<string, Cells[number]>();
  observations.forEach(({ indicator, areaCode, period }, index) => {
    if (outcomes[index] === 'same') return;
    const key = `${indicator} ${areaCode} ${period.startMs}`;
    if (!cells.has(key)) cells.set(key, { indicator, areaCode, period });
  });
  return [...cells.values()];
}
