import type { Migration } from './migration.ts';

/** What the four scores counted, by feed and day, so that any window is a sum. Times are ms since 1970. */
export const quality: Migration = {
  id: '0023-quality',
  statements: [
    `CREATE TABLE quality_counts (
      feed_id TEXT NOT NULL,
      hour_ms INTEGER NOT NULL,
      -- Empty: of the whole feed.
      unit_id TEXT NOT NULL,
      quality TEXT NOT NULL,
      a REAL NOT NULL,
      b REAL NOT NULL,
      PRIMARY KEY (feed_id, hour_ms, unit_id, quality)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE quality_failures (
      feed_id TEXT NOT NULL,
      -- When it came, was due, or began.
      at_ms INTEGER NOT NULL,
      -- Of what lasts: when it was over; what is not over yet ends with the day that was looked at.
      until_ms INTEGER,
      unit_id TEXT,
      quality TEXT NOT NULL,
      code TEXT NOT NULL,
      area_code TEXT,
      indicator TEXT,
      period_start_ms INTEGER,
      batch_id TEXT,
      row INTEGER,
      value REAL,
      -- JSON.
      detail TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX quality_failures_by_feed ON quality_failures (feed_id, quality, at_ms)',
    "CREATE INDEX quality_unusual ON quality_failures (indicator, area_code, period_start_ms) WHERE code = 'unusual'",
    `CREATE TABLE quality_days (
      feed_id TEXT NOT NULL,
      day_ms INTEGER NOT NULL,
      -- 1: something in it has changed since it was counted.
      dirty INTEGER NOT NULL,
      PRIMARY KEY (feed_id, day_ms)
    ) STRICT`,
    `CREATE TABLE quality_confirmations (
      indicator TEXT NOT NULL,
      area_code TEXT NOT NULL,
      period_start_ms INTEGER NOT NULL,
      -- What was confirmed: another value is another question.
      value REAL,
      by_name TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      note TEXT NOT NULL,
      PRIMARY KEY (indicator, area_code, period_start_ms)
    ) STRICT`,
  ],
};
