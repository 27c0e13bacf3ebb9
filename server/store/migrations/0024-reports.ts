import type { Migration } from './migration.ts';

/** What citizens report. Times are ms since 1970. */
export const reports: Migration = {
  id: '0024-reports',
  statements: [
    `CREATE TABLE report_services (
      code TEXT PRIMARY KEY,
      position INTEGER NOT NULL,
      -- JSON.
      service TEXT NOT NULL,
      version INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE reports (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL UNIQUE,
      -- For the citizen to follow it: cannot be guessed.
      code TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      service TEXT NOT NULL,
      text TEXT NOT NULL,
      public_text TEXT NOT NULL,
      -- Somebody has looked at it and let it pass: from then on it is everybody's to read.
      verified INTEGER NOT NULL,
      -- Without accents, to search in.
      folded TEXT NOT NULL,
      place_name TEXT NOT NULL,
      latitude REAL,
      longitude REAL,
      area_code TEXT,
      channel TEXT NOT NULL,
      language TEXT NOT NULL,
      state TEXT NOT NULL,
      emergency INTEGER NOT NULL,
      received_ms INTEGER NOT NULL,
      due_ms INTEGER,
      extended_ms INTEGER,
      extension_reason TEXT,
      unit_id TEXT,
      handler_id TEXT,
      handler_name TEXT,
      -- First given to somebody, answered and over; of a reopened one the two latter begin anew.
      assigned_ms INTEGER,
      answered_ms INTEGER,
      closed_ms INTEGER,
      duplicate_of TEXT,
      rating TEXT,
      reopened INTEGER NOT NULL,
      event_id TEXT,
      incident_id TEXT,
      -- An event tells that it is late.
      overdue_told INTEGER NOT NULL,
      changed_ms INTEGER NOT NULL,
      synthetic INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX reports_by_state ON reports (state, number)',
    'CREATE INDEX reports_by_unit ON reports (unit_id, number)',
    'CREATE INDEX reports_by_time ON reports (received_ms)',
    'CREATE INDEX reports_by_change ON reports (changed_ms)',
    'CREATE INDEX reports_by_place ON reports (latitude, longitude) WHERE latitude IS NOT NULL',
    "CREATE INDEX reports_by_due ON reports (due_ms) WHERE state IN ('received', 'verified', 'assigned', 'inProgress')",
    // Who sent it stands apart: what reads reports does not come by it.
    `CREATE TABLE report_contacts (
      report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
      -- JSON, sealed.
      contact BLOB NOT NULL
    ) STRICT`,
    `CREATE TABLE report_tickets (
      report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
      -- SHA-256 in hexadecimal.
      ticket_hash TEXT NOT NULL,
      until_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE report_steps (
      report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
      sequence INTEGER NOT NULL,
      time_ms INTEGER NOT NULL,
      by_id TEXT,
      by_name TEXT,
      kind TEXT NOT NULL,
      text TEXT NOT NULL,
      public INTEGER NOT NULL,
      PRIMARY KEY (report_id, sequence)
    ) STRICT`,
    'CREATE INDEX report_steps_by_time ON report_steps (time_ms)',
    `CREATE TABLE report_photos (
      id TEXT PRIMARY KEY,
      report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
      bytes INTEGER NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX report_photos_by_report ON report_photos (report_id, created_ms)',
    // Where many reports came from at about the same time; one event for each while it goes on.
    `CREATE TABLE report_hotspots (
      id TEXT PRIMARY KEY,
      latitude REAL NOT NULL,
      longitude REAL NOT NULL,
      last_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};
