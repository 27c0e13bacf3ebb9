import type { Migration } from './migration.ts';

/** What happened in the sectors, what was done about it, and the rules that raise it. Times are ms since 1970. */
export const sectorEvents: Migration = {
  id: '0021-sector-events',
  statements: [
    `CREATE TABLE sector_events (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      -- While it is open, the same key is the same event.
      key TEXT NOT NULL,
      version INTEGER NOT NULL,
      sector TEXT NOT NULL,
      type TEXT NOT NULL,
      title_vi TEXT NOT NULL,
      title_en TEXT NOT NULL,
      detail TEXT NOT NULL,
      severity TEXT NOT NULL,
      urgency TEXT NOT NULL,
      certainty TEXT NOT NULL,
      occurred_ms INTEGER NOT NULL,
      opened_ms INTEGER NOT NULL,
      expires_ms INTEGER,
      due_ms INTEGER,
      -- Somebody was told that it is overdue.
      overdue INTEGER NOT NULL,
      latitude REAL,
      longitude REAL,
      place_name TEXT,
      area_code TEXT,
      unit_id TEXT,
      source_kind TEXT NOT NULL,
      source_id TEXT NOT NULL,
      -- Cameras that it tells of, parted by spaces; NULL: none. Who may not view each of them does not see it.
      camera_ids TEXT,
      indicator TEXT,
      value REAL,
      count INTEGER NOT NULL,
      last_ms INTEGER NOT NULL,
      state TEXT NOT NULL,
      -- 1 in the states open and acknowledged.
      open INTEGER NOT NULL,
      acknowledged_ms INTEGER,
      acknowledged_by_id TEXT,
      acknowledged_by_name TEXT,
      closed_ms INTEGER,
      closed_by_id TEXT,
      closed_by_name TEXT,
      incident_id TEXT,
      link TEXT,
      synthetic INTEGER NOT NULL,
      -- Words that it is found by, each between two spaces, until it is over and filed in sector_event_marks; then NULL.
      words TEXT
    ) STRICT`,
    'CREATE UNIQUE INDEX sector_events_open_key ON sector_events (key) WHERE open = 1',
    // Each of them ends with the number, in the order of which they are read.
    'CREATE INDEX sector_events_by_sector ON sector_events (sector, open, number)',
    'CREATE INDEX sector_events_by_state ON sector_events (open, number)',
    'CREATE INDEX sector_events_by_area ON sector_events (area_code, number) WHERE open = 1',
    // The queue, and what was over lately; with all that a search asks of each, so that it is answered from here.
    `CREATE INDEX sector_events_unfiled
      ON sector_events (open, number, sector, area_code, severity, unit_id, camera_ids, words) WHERE words IS NOT NULL`,
    'CREATE INDEX sector_events_by_time ON sector_events (opened_ms)',
    'CREATE INDEX sector_events_by_place ON sector_events (latitude) WHERE open = 1 AND latitude IS NOT NULL',
    'CREATE INDEX sector_events_by_expiry ON sector_events (expires_ms) WHERE open = 1 AND expires_ms IS NOT NULL',
    'CREATE INDEX sector_events_by_due ON sector_events (due_ms) WHERE open = 1 AND overdue = 0 AND due_ms IS NOT NULL',
    'CREATE INDEX sector_events_by_incident ON sector_events (incident_id) WHERE incident_id IS NOT NULL',
    // What is over: of each mark and each block of numbers, which events in it have the mark.
    `CREATE TABLE sector_event_marks (
      mark TEXT NOT NULL,
      block INTEGER NOT NULL,
      bits BLOB NOT NULL,
      PRIMARY KEY (mark, block)
    ) STRICT, WITHOUT ROWID`,
    // What was told and is not over yet, also where a person has closed its event: it is not told anew. `members`: of
    // whom, a list of ids as JSON; it is told anew when there are others.
    'CREATE TABLE sector_event_causes (key TEXT PRIMARY KEY, members TEXT NOT NULL) STRICT, WITHOUT ROWID',
    `CREATE TABLE sector_event_steps (
      event_number INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      time_ms INTEGER NOT NULL,
      -- NULL is the program itself.
      by_id TEXT,
      by_name TEXT,
      kind TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (event_number, sequence)
    ) STRICT`,
    `CREATE TRIGGER sector_event_steps_stay BEFORE UPDATE ON sector_event_steps
      BEGIN SELECT RAISE(ABORT, 'steps of an event are only added'); END`,
    `CREATE TRIGGER sector_event_steps_remain BEFORE DELETE ON sector_event_steps
      BEGIN SELECT RAISE(ABORT, 'steps of an event are only added'); END`,
    `CREATE TABLE sector_rules (
      id TEXT PRIMARY KEY,
      -- JSON, as in the contract; NULL where a rule of the house was taken away.
      rule TEXT,
      -- As it was seeded; an administrator's own has none. What was changed by hand is not seeded again.
      seed TEXT,
      version INTEGER NOT NULL DEFAULT 1,
      changed_ms INTEGER NOT NULL
    ) STRICT`,
    // Where each rule stands on each thing that it judges, so that a restart neither tells twice nor forgets.
    `CREATE TABLE sector_rule_states (
      rule_id TEXT NOT NULL,
      subject TEXT NOT NULL,
      band TEXT NOT NULL,
      -- What the value has been saying since when, while that does not count yet.
      pending TEXT,
      pending_ms INTEGER,
      PRIMARY KEY (rule_id, subject)
    ) STRICT`,
  ],
};
