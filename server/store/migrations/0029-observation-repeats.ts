import type { Migration } from './migration.ts';

/**
 * Who else said a value that was known already: it stays when the delivery is taken back that said it first. Of each
 * revision the first three that said it again, and the last.
 */
export const observationRepeats: Migration = {
  id: '0029-observation-repeats',
  statements: [
    `CREATE TABLE observation_repeats (
      indicator INTEGER NOT NULL,
      period_ms INTEGER NOT NULL,
      area INTEGER NOT NULL,
      unit INTEGER NOT NULL,
      dims INTEGER NOT NULL,
      -- Of the cell: the one that was repeated.
      revision INTEGER NOT NULL,
      slot INTEGER NOT NULL,
      feed INTEGER NOT NULL,
      batch INTEGER NOT NULL,
      row INTEGER NOT NULL,
      PRIMARY KEY (indicator, period_ms, area, unit, dims, revision, slot)
    ) STRICT, WITHOUT ROWID`,
  ],
};
