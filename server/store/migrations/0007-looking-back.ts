import type { Migration } from './migration.ts';

/** What people who look back lacked: two who release a hold are two, bookmarks come back, events have a time. */
export const lookingBack: Migration = {
  id: '0007-looking-back',
  statements: [
    // Names change hands: who asked for a release is known by the account.
    'ALTER TABLE recording_holds ADD COLUMN release_asked_id TEXT',
    'CREATE INDEX recording_holds_released ON recording_holds (released_ms, id) WHERE released_ms IS NOT NULL',
    // Removed, but it may be undone for a while.
    'ALTER TABLE bookmarks ADD COLUMN removed_ms INTEGER',
    'CREATE INDEX bookmarks_removed ON bookmarks (removed_ms) WHERE removed_ms IS NOT NULL',
    // A timeline thins the events of a camera by time and severity without touching the table.
    'CREATE INDEX events_by_camera_time ON events (camera_id, time_ms, severity) WHERE camera_id IS NOT NULL',
    'CREATE INDEX events_by_time ON events (time_ms)',
    // Recordings outlive the registration of their camera: what it was called, and whose it was.
    `CREATE TABLE removed_cameras (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL,
      name TEXT NOT NULL,
      -- Not a reference: the group may go too.
      group_id TEXT,
      -- JSON: latitude, longitude, heading, fieldOfView.
      place TEXT,
      removed_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};
