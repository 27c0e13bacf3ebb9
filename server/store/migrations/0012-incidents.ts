import type { Migration } from './migration.ts';

/** What several alerts, cameras and people have to do with each other. Times are ms since 1970. */
export const incidents: Migration = {
  id: '0012-incidents',
  statements: [
    `CREATE TABLE incidents (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      title TEXT NOT NULL,
      description TEXT NOT NULL,
      severity TEXT NOT NULL,
      state TEXT NOT NULL,
      -- JSON: name, latitude, longitude.
      place TEXT,
      opened_ms INTEGER NOT NULL,
      opened_by_id TEXT NOT NULL,
      opened_by_name TEXT NOT NULL,
      closed_ms INTEGER,
      lead_id TEXT,
      lead_name TEXT
    ) STRICT`,
    `CREATE TABLE incident_cameras (
      incident_id TEXT NOT NULL,
      -- Not a reference: it outlives the camera's registration.
      camera_id TEXT NOT NULL,
      PRIMARY KEY (incident_id, camera_id)
    ) STRICT`,
    // Made for a phone of this incident; gone from here once its link has ended.
    `CREATE TABLE incident_phones (
      camera_id TEXT PRIMARY KEY,
      incident_id TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE incident_people (
      incident_id TEXT NOT NULL,
      person_id TEXT NOT NULL,
      name TEXT NOT NULL,
      PRIMARY KEY (incident_id, person_id)
    ) STRICT`,
    `CREATE TABLE incident_entries (
      incident_id TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      time_ms INTEGER NOT NULL,
      -- NULL is the program itself.
      by_id TEXT,
      by_name TEXT,
      -- The camera that it is about: who may not see that one does not see the entry.
      camera_id TEXT,
      -- JSON.
      entry TEXT NOT NULL,
      PRIMARY KEY (incident_id, sequence)
    ) STRICT`,
    `CREATE TRIGGER incident_entries_stay BEFORE UPDATE ON incident_entries
      BEGIN SELECT RAISE(ABORT, 'entries of an incident are only added'); END`,
    `CREATE TRIGGER incident_entries_remain BEFORE DELETE ON incident_entries
      BEGIN SELECT RAISE(ABORT, 'entries of an incident are only added'); END`,
    `CREATE TABLE incident_exhibits (
      id TEXT PRIMARY KEY,
      incident_id TEXT NOT NULL,
      added_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      camera_id TEXT,
      from_ms INTEGER,
      to_ms INTEGER,
      sha256 TEXT,
      bytes INTEGER,
      export_id TEXT,
      hold_id TEXT,
      error TEXT
    ) STRICT`,
    'CREATE INDEX incident_exhibits_by_incident ON incident_exhibits (incident_id, added_ms)',
    'CREATE INDEX incident_exhibits_by_export ON incident_exhibits (export_id) WHERE export_id IS NOT NULL',
    `CREATE TRIGGER incident_exhibits_stay BEFORE UPDATE ON incident_exhibits WHEN OLD.sha256 IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'an exhibit with a fingerprint is what it is'); END`,
    `CREATE TRIGGER incident_exhibits_remain BEFORE DELETE ON incident_exhibits
      BEGIN SELECT RAISE(ABORT, 'exhibits stay with their incident'); END`,
  ],
};
