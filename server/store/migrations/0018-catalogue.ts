import type { Migration } from './migration.ts';

/** Sectors, what is measured in them, what can happen in them, and what is aimed at. Times are ms since 1970. */
export const catalogue: Migration = {
  id: '0018-catalogue',
  statements: [
    `CREATE TABLE catalogue_entries (
      -- 'sector', 'indicator', 'identity' or 'eventType'.
      kind TEXT NOT NULL,
      -- Of identities and event types with the sector before: they are the sector's own.
      key TEXT NOT NULL,
      sector TEXT NOT NULL,
      position INTEGER NOT NULL,
      -- JSON.
      body TEXT NOT NULL,
      -- JSON: as the program brought it last; NULL where a person made it.
      seed TEXT,
      -- By a person: a later version of the program leaves it alone, also where it was removed.
      changed INTEGER NOT NULL,
      removed INTEGER NOT NULL,
      version INTEGER NOT NULL,
      PRIMARY KEY (kind, key)
    ) STRICT`,
    `CREATE TABLE targets (
      indicator TEXT NOT NULL,
      area_code TEXT NOT NULL,
      period_start_ms INTEGER NOT NULL,
      period_end_ms INTEGER NOT NULL,
      value REAL NOT NULL,
      course TEXT NOT NULL,
      PRIMARY KEY (indicator, area_code, period_start_ms, period_end_ms)
    ) STRICT`,
  ],
};
