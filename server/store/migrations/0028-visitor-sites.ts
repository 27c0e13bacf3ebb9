import type { Migration } from './migration.ts';

/** Places that people come to, and how many were inside at last. Times are ms since 1970. */
export const visitorSites: Migration = {
  id: '0028-visitor-sites',
  statements: [
    `CREATE TABLE visitor_sites (
      id TEXT PRIMARY KEY,
      position INTEGER NOT NULL,
      -- JSON, as in the contract.
      site TEXT NOT NULL,
      inside INTEGER NOT NULL DEFAULT 0,
      counted_ms INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    `CREATE TABLE visitor_site_sets (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      version INTEGER NOT NULL
    ) STRICT`,
    'INSERT INTO visitor_site_sets (one, version) VALUES (1, 0)',
  ],
};
