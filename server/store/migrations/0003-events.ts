import type { Migration } from './migration.ts';

/** What happened, in order. The newest event is never deleted, so that numbers go on where they stopped. */
export const events: Migration = {
  id: '0003-events',
  statements: [
    `CREATE TABLE events (
      sequence INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      type TEXT NOT NULL,
      time_ms INTEGER NOT NULL,
      severity TEXT NOT NULL,
      camera_id TEXT,
      -- JSON.
      data TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX events_by_camera ON events (camera_id, sequence) WHERE camera_id IS NOT NULL',
    // The last reported condition of each stream: a restart must not tell again what was told.
    `CREATE TABLE stream_conditions (
      camera_id TEXT NOT NULL,
      role TEXT NOT NULL,
      condition TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      PRIMARY KEY (camera_id, role)
    ) STRICT`,
  ],
};
