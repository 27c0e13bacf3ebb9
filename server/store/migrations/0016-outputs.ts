import type { Migration } from './migration.ts';

/** What became of alerts and incidents, ways out of the house, and what waits to go there. Times are ms since 1970. */
export const outputs: Migration = {
  id: '0016-outputs',
  statements: [
    // Written with the change itself; numbers are never given twice.
    `CREATE TABLE changes (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      -- alert or incident.
      about TEXT NOT NULL,
      about_id TEXT NOT NULL,
      change TEXT NOT NULL,
      time_ms INTEGER NOT NULL,
      -- JSON: how it stood then.
      state TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX changes_by_subject ON changes (about, about_id, number)',
    `CREATE TABLE outputs (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      -- JSON, without secrets.
      settings TEXT NOT NULL,
      -- JSON, sealed.
      secrets BLOB NOT NULL,
      -- JSON.
      filter TEXT NOT NULL,
      -- Events up to this number of the log have been taken in.
      taken INTEGER NOT NULL,
      -- Changes up to this number likewise.
      changes_taken INTEGER NOT NULL,
      sent INTEGER NOT NULL DEFAULT 0,
      last_sent_ms INTEGER,
      last_error TEXT,
      last_error_ms INTEGER,
      created_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE output_messages (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      output_id TEXT NOT NULL REFERENCES outputs (id) ON DELETE CASCADE,
      -- JSON: a CloudEvent, and what goes with it.
      message TEXT NOT NULL,
      time_ms INTEGER NOT NULL,
      taken_ms INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      error TEXT,
      -- It holds up nothing until then.
      not_before_ms INTEGER NOT NULL DEFAULT 0,
      -- Given up then; it can be sent again.
      failed_ms INTEGER
    ) STRICT`,
    'CREATE INDEX output_messages_waiting ON output_messages (output_id, id) WHERE failed_ms IS NULL',
    'CREATE INDEX output_messages_failed ON output_messages (output_id, failed_ms, id) WHERE failed_ms IS NOT NULL',
    // Alerts whose state the other side keeps for whoever comes, or is about to.
    `CREATE TABLE output_retained (
      output_id TEXT NOT NULL REFERENCES outputs (id) ON DELETE CASCADE,
      alert_id TEXT NOT NULL,
      -- The last message about it.
      message_id INTEGER NOT NULL,
      -- 1: once that is sent, nothing is kept any more.
      ends INTEGER NOT NULL,
      PRIMARY KEY (output_id, alert_id)
    ) STRICT`,
    `CREATE TABLE push_subscriptions (
      endpoint TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      -- JSON, sealed: who has the keys can write to the device.
      keys BLOB NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX push_subscriptions_by_user ON push_subscriptions (user_id, created_ms)',
    // One row: how push services know this server.
    `CREATE TABLE push_keys (
      id INTEGER PRIMARY KEY,
      public_key TEXT NOT NULL,
      private_key BLOB NOT NULL,
      -- Devices were told of the changes up to this number.
      changes_taken INTEGER NOT NULL
    ) STRICT`,
  ],
};
