import type { Database } from '#base/database';
import type { StoredObservation } from '../interfaces.ts';
import { ALL_COLUMNS, type FullRow, toStored } from './cell-row.ts';
import type { ObservationStore } from './observations.ts';

/** Values as the scores read them: with all their revisions. */
export interface ScoreValues {
  /** Which periods the batches delivered values for, by indicator; `toMs` is no longer in it. */
  touched(
    batchIds: readonly string[],
  ): Promise<readonly { readonly indicator: string; readonly fromMs: number; readonly toMs: number }[]>;
  /**
   * Every revision of the values whose period begins in the range but those that were taken back, from whichever feed;
   * of a cell in order. At most 400,000: what lies behind is not scored.
   */
  revisions(indicator: string, fromMs: number, toMs: number): Promise<readonly ScoredValue[]>;
}
export interface ScoredValue extends StoredObservation {
  readonly newest: boolean;
  readonly unconfirmed: boolean;
}

const MOST_ROWS = 400_000;
/** Parameters of one statement. */
const BATCHES_AT_A_TIME = 400;

export function createScoreValues(database: Database, { words }: Pick<ObservationStore, 'words'>): ScoreValues {
  const columns = ALL_COLUMNS.split(', ')
    .map((column) => `o.${column}`)
    .join(', ');
  return {
    async touched(batchIds) {
      const found = new Map<number, { fromMs: number; toMs: number }>();
      for (let at = 0; at < batchIds.length; at += BATCHES_AT_A_TIME) {
        const some = batchIds.slice(at, at + BATCHES_AT_A_TIME);
        const parts = await database.all<{ indicator: number; first: number; last: number }>(
          `SELECT p.indicator AS indicator, MIN(p.first_ms) AS first, MAX(p.last_ms) AS last
           FROM observation_batches AS b JOIN observation_batch_parts AS p ON p.batch = b.number
           WHERE b.id IN (${some.map(() => '?').join(', ')}) GROUP BY p.indicator`,
          ...some,
        );
        for (const { indicator, first, last } of parts) {
          const known = found.get(indicator) ?? { fromMs: first, toMs: last + 1 };
          found.set(indicator, {
            fromMs: Math.min(known.fromMs, first),
            toMs: Math.max(known.toMs, last + 1),
          });
        }
      }
      await words.refresh();
      return [...found].map(([indicator, range]) => ({ indicator: words.word(indicator), ...range }));
    },
    async revisions(indicator, fromMs, toMs) {
      await words.refresh();
      const id = words.id('indicator', indicator);
      if (id === undefined) return [];
      const of = (table: string, newest: number, more: string): string =>
        `SELECT ${columns}, b.id AS batch_id, b.received_ms, ${newest} AS newest
         FROM ${table} AS o JOIN observation_batches AS b ON b.number = o.batch
         WHERE o.indicator = ? AND o.period_ms >= ? AND o.period_ms < ? ${more}`;
      const rows = await database.all<FullRow & { newest: number }>(
        `${of('observation_cells', 1, '')} UNION ALL ${of('observation_revisions', 0, 'AND o.undone_ms IS NULL')}
         ORDER BY 2, 3, 4, 5, revision LIMIT ${MOST_ROWS}`,
        ...[id, fromMs, toMs],
        ...[id, fromMs, toMs],
      );
      return rows.map((row) => ({
        ...toStored(row, words),
        newest: row.newest === 1,
        unconfirmed: row.unconfirmed === 1,
      }));
    },
  };
}
