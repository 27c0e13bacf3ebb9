import type { Migration } from './migration.ts';

/** What leaders direct, and what came of it. Times are ms since 1970. */
export const directives: Migration = {
  id: '0022-directives',
  statements: [
    `CREATE TABLE directives (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      by_id TEXT NOT NULL,
      by_name TEXT NOT NULL,
      given_ms INTEGER NOT NULL,
      unit_id TEXT NOT NULL,
      due_ms INTEGER NOT NULL,
      state TEXT NOT NULL,
      -- 1 in the states given, accepted and answered.
      open INTEGER NOT NULL,
      -- It was told that it is overdue.
      overdue INTEGER NOT NULL,
      -- Of the figure that it is about; NULL of none.
      sector TEXT,
      -- JSON: the figure and its scores as they stood.
      pinned TEXT
    ) STRICT`,
    'CREATE INDEX directives_by_state ON directives (open, number)',
    'CREATE INDEX directives_by_unit ON directives (unit_id, open, number)',
    'CREATE INDEX directives_by_due ON directives (due_ms) WHERE open = 1 AND overdue = 0',
    `CREATE TABLE directive_steps (
      directive_number INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      time_ms INTEGER NOT NULL,
      by_id TEXT NOT NULL,
      by_name TEXT NOT NULL,
      kind TEXT NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (directive_number, sequence)
    ) STRICT`,
    `CREATE TRIGGER directive_steps_stay BEFORE UPDATE ON directive_steps
      BEGIN SELECT RAISE(ABORT, 'steps of a directive are only added'); END`,
    `CREATE TRIGGER directive_steps_remain BEFORE DELETE ON directive_steps
      BEGIN SELECT RAISE(ABORT, 'steps of a directive are only added'); END`,
    `CREATE TRIGGER directives_pinned_stay BEFORE UPDATE OF pinned ON directives
      BEGIN SELECT RAISE(ABORT, 'a pinned figure stays as it stood'); END`,
  ],
};
