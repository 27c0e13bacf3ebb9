import type { Migration } from './migration.ts';

/** The register of cameras and the tree of their groups. Times are ms since 1970. */
export const cameras: Migration = {
  id: '0002-cameras',
  statements: [
    `CREATE TABLE camera_groups (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      parent_id TEXT REFERENCES camera_groups (id),
      created_ms INTEGER NOT NULL
    ) STRICT`,
    // A NULL parent would not count as equal to another one.
    "CREATE UNIQUE INDEX camera_groups_by_name ON camera_groups (COALESCE(parent_id, ''), name)",
    `CREATE TABLE cameras (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL UNIQUE,
      name TEXT NOT NULL,
      group_id TEXT REFERENCES camera_groups (id),
      class TEXT NOT NULL,
      -- JSON: latitude, longitude, heading, fieldOfView.
      place TEXT,
      purpose TEXT NOT NULL,
      notice TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      main_stream TEXT NOT NULL,
      -- JSON as registered, without the password.
      source TEXT NOT NULL,
      -- Sealed by the secret box: the camera's password, or the key of an RTMP publisher.
      secret BLOB,
      demo INTEGER NOT NULL,
      make TEXT NOT NULL,
      model TEXT NOT NULL,
      firmware TEXT NOT NULL,
      can_ptz INTEGER NOT NULL,
      created_ms INTEGER NOT NULL,
      version INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX cameras_by_group ON cameras (group_id)',
  ],
};
