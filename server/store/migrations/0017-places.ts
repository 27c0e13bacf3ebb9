import type { Migration } from './migration.ts';

/** Areas with their map, organisations, and working time. Times are ms since 1970. */
export const places: Migration = {
  id: '0017-places',
  statements: [
    `CREATE TABLE areas (
      code TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      level TEXT NOT NULL,
      parent_code TEXT,
      valid_from_ms INTEGER,
      valid_to_ms INTEGER,
      -- JSON: codes of what it became.
      successors TEXT NOT NULL,
      area_km2 REAL,
      -- 'builtin', 'map', 'history' or 'demo'.
      origin TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE area_shapes (
      area_code TEXT PRIMARY KEY REFERENCES areas (code) ON DELETE CASCADE,
      -- JSON: polygons as in MapView.
      polygons TEXT NOT NULL
    ) STRICT`,
    // One row, once there is a map.
    `CREATE TABLE maps (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      version INTEGER NOT NULL,
      source TEXT NOT NULL,
      synthetic INTEGER NOT NULL,
      -- Of all that was imported: the same file again changes nothing. Empty where the map was taken away.
      sha256 TEXT NOT NULL,
      imported_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE units (
      id TEXT PRIMARY KEY,
      code TEXT NOT NULL,
      -- Without accents and case.
      code_folded TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      parent_id TEXT REFERENCES units (id),
      area_code TEXT,
      -- JSON.
      contacts TEXT NOT NULL,
      valid_from_ms INTEGER,
      valid_to_ms INTEGER,
      successor_id TEXT REFERENCES units (id),
      version INTEGER NOT NULL,
      demo INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    'CREATE INDEX units_by_parent ON units (parent_id)',
    `CREATE TABLE working_time (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      -- JSON.
      settings TEXT NOT NULL,
      version INTEGER NOT NULL,
      -- JSON: dates that came with the program; those that somebody took out do not come again.
      seeded TEXT NOT NULL
    ) STRICT`,
  ],
};
