import type { Migration } from './migration.ts';

/** Walls that people keep: their own and those they share. */
export const layouts: Migration = {
  id: '0004-layouts',
  statements: [
    `CREATE TABLE layouts (
      id TEXT PRIMARY KEY,
      -- The user or token that made it.
      owner_id TEXT NOT NULL,
      name TEXT NOT NULL,
      shared INTEGER NOT NULL,
      columns INTEGER NOT NULL,
      rows INTEGER NOT NULL,
      -- JSON array of cells.
      cells TEXT NOT NULL,
      changed_ms INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX layouts_by_owner ON layouts (owner_id)',
  ],
};
