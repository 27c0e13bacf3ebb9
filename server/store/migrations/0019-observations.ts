import type { Migration } from './migration.ts';

/**
 * What departments delivered, value by value: millions of rows, so that words are numbers (`observation_words`) and what
 * is the same for a whole delivery is kept once. Times are ms since 1970.
 */

/** What a value is of, and what it says; the same in both tables. */
const COLUMNS = `
      indicator INTEGER NOT NULL,
      period_ms INTEGER NOT NULL,
      area INTEGER NOT NULL,
      -- 0 where nobody is named.
      unit INTEGER NOT NULL,
      -- 0 where it is split by nothing.
      dims INTEGER NOT NULL,
      -- Of the cell, 1 is the first.
      revision INTEGER NOT NULL DEFAULT 1,
      period_end_ms INTEGER NOT NULL,
      -- 0 where "nothing" was reported.
      value REAL,
      -- Places in NO_VALUE_REASONS and OBSERVATION_STATUSES.
      reason INTEGER,
      status INTEGER NOT NULL,
      phenomenon_ms INTEGER NOT NULL,
      result_ms INTEGER,
      feed INTEGER NOT NULL,
      batch INTEGER NOT NULL,
      row INTEGER NOT NULL,
      -- Took the place of another value.
      revised INTEGER NOT NULL DEFAULT 0,
      unconfirmed INTEGER NOT NULL DEFAULT 0`;

export const observations: Migration = {
  id: '0019-observations',
  statements: [
    `CREATE TABLE observation_words (
      id INTEGER PRIMARY KEY,
      -- indicator, area, unit, dims or feed.
      kind TEXT NOT NULL,
      word TEXT NOT NULL,
      UNIQUE (kind, word)
    ) STRICT`,
    `CREATE TABLE observation_batches (
      -- Rises in the order in which batches began to count.
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      received_ms INTEGER NOT NULL,
      undone_ms INTEGER
    ) STRICT`,
    'CREATE INDEX observation_batches_by_time ON observation_batches (received_ms)',
    // Where the values of a batch are: an index of each value by its batch would be as large as the values.
    `CREATE TABLE observation_batch_parts (
      batch INTEGER NOT NULL,
      indicator INTEGER NOT NULL,
      first_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL,
      PRIMARY KEY (batch, indicator)
    ) STRICT, WITHOUT ROWID`,
    // The newest revision of each cell: what figures are read from. All areas of a period lie together.
    `CREATE TABLE observation_cells (${COLUMNS},
      PRIMARY KEY (indicator, period_ms, area, unit, dims)
    ) STRICT, WITHOUT ROWID`,
    // All that another revision took the place of, or that was taken back with its batch.
    `CREATE TABLE observation_revisions (${COLUMNS},
      undone_ms INTEGER,
      PRIMARY KEY (indicator, period_ms, area, unit, dims, revision)
    ) STRICT, WITHOUT ROWID`,
  ],
};
