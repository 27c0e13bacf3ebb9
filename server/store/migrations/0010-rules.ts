import type { Migration } from './migration.ts';

/** What cameras are watched for. */
export const rules: Migration = {
  id: '0010-rules',
  statements: [
    `CREATE TABLE camera_rules (
      camera_id TEXT PRIMARY KEY REFERENCES cameras (id) ON DELETE CASCADE,
      -- JSON array: all rules of the camera.
      rules TEXT NOT NULL,
      version INTEGER NOT NULL,
      -- ms since 1970.
      changed_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};
