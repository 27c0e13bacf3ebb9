import type { Migration } from './migration.ts';

/** What a person must see, who has it in hand, and what was done. Times are ms since 1970. */
export const alerts: Migration = {
  id: '0011-alerts',
  statements: [
    `CREATE TABLE alerts (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      state TEXT NOT NULL,
      severity TEXT NOT NULL,
      -- Not a reference: an alert outlives its camera's registration.
      camera_id TEXT NOT NULL,
      rule_id TEXT NOT NULL,
      event_type TEXT NOT NULL,
      event_id TEXT NOT NULL,
      opened_ms INTEGER NOT NULL,
      -- JSON: what the event that opened it says.
      detection TEXT NOT NULL,
      count INTEGER NOT NULL,
      last_event_ms INTEGER NOT NULL,
      -- JSON: the roles that are told.
      receivers TEXT NOT NULL,
      level TEXT NOT NULL,
      escalates_ms INTEGER,
      -- How often it was told again at the last level.
      retold INTEGER NOT NULL,
      owner_id TEXT,
      owner_name TEXT,
      claimed_ms INTEGER,
      -- When somebody had it in hand for the first time; giving it back does not undo that.
      acknowledged_ms INTEGER,
      unit TEXT,
      dispatched_ms INTEGER,
      closed_ms INTEGER,
      closed_by_id TEXT,
      closed_by_name TEXT,
      verdict TEXT,
      reason TEXT,
      close_note TEXT,
      incident_id TEXT
    ) STRICT`,
    "CREATE INDEX alerts_open ON alerts (number, camera_id) WHERE state <> 'closed'",
    // With the camera: those of other people's cameras are passed over without reading them.
    "CREATE INDEX alerts_closed ON alerts (number, camera_id) WHERE state = 'closed'",
    'CREATE INDEX alerts_by_rule ON alerts (camera_id, rule_id, number)',
    'CREATE INDEX alerts_by_opening ON alerts (opened_ms)',
    'CREATE INDEX alerts_by_clock ON alerts (escalates_ms) WHERE escalates_ms IS NOT NULL',
    "CREATE INDEX alerts_by_owner ON alerts (owner_id) WHERE state <> 'closed' AND owner_id IS NOT NULL",
    'CREATE INDEX alerts_by_incident ON alerts (incident_id) WHERE incident_id IS NOT NULL',
    // The objects that an alert is about: what is told of one of them belongs to it, however late.
    `CREATE TABLE alert_tracks (
      camera_id TEXT NOT NULL,
      rule_id TEXT NOT NULL,
      track_id TEXT NOT NULL,
      -- The newest that it is part of.
      alert_id TEXT NOT NULL,
      PRIMARY KEY (camera_id, rule_id, track_id)
    ) STRICT`,
    `CREATE TABLE alert_steps (
      alert_id TEXT NOT NULL,
      sequence INTEGER NOT NULL,
      time_ms INTEGER NOT NULL,
      -- NULL is the program itself.
      by_id TEXT,
      by_name TEXT,
      -- JSON: what was done.
      step TEXT NOT NULL,
      PRIMARY KEY (alert_id, sequence)
    ) STRICT`,
    `CREATE TRIGGER alert_steps_stay BEFORE UPDATE ON alert_steps
     BEGIN SELECT RAISE(ABORT, 'steps of an alert are only added'); END`,
    `CREATE TRIGGER alert_steps_remain BEFORE DELETE ON alert_steps
     BEGIN SELECT RAISE(ABORT, 'steps of an alert are only added'); END`,
    // How far the event log was read, when the last report was told.
    `CREATE TABLE alert_marks (
      name TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE alert_handovers (
      id TEXT PRIMARY KEY,
      time_ms INTEGER NOT NULL,
      by_id TEXT NOT NULL,
      by_name TEXT NOT NULL,
      note TEXT NOT NULL,
      -- JSON: number and camera of each alert that was open.
      open_alerts TEXT NOT NULL,
      taken_by_id TEXT,
      taken_by_name TEXT,
      taken_ms INTEGER
    ) STRICT`,
    'CREATE INDEX alert_handovers_by_time ON alert_handovers (time_ms)',
    // Who had a console open and could work on alerts, and how long in each hour.
    `CREATE TABLE alert_presence (
      hour_ms INTEGER NOT NULL,
      person_id TEXT NOT NULL,
      seconds INTEGER NOT NULL,
      PRIMARY KEY (hour_ms, person_id)
    ) STRICT`,
    `CREATE TABLE alert_suggestions (
      id TEXT PRIMARY KEY,
      camera_id TEXT NOT NULL,
      rule_id TEXT NOT NULL,
      -- JSON: what was changed, and the rule as it was before.
      suggestion TEXT NOT NULL,
      before TEXT NOT NULL,
      applied_ms INTEGER NOT NULL,
      undone_ms INTEGER
    ) STRICT`,
    'CREATE INDEX alert_suggestions_by_rule ON alert_suggestions (camera_id, rule_id)',
  ],
};
