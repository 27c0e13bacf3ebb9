import type { Migration } from './migration.ts';

/** What people said to passes of retention that asked; it must outlive a restart. */
export const retentionAnswers: Migration = {
  id: '0006-retention-answers',
  statements: [
    `CREATE TABLE retention_left (
      disk_id TEXT PRIMARY KEY,
      -- What was to go when somebody said that it stays.
      bytes INTEGER NOT NULL,
      left_by TEXT NOT NULL,
      left_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};
