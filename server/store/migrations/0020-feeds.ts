import type { Migration } from './migration.ts';

/** How departments deliver, what came, and what became of each row. Times are ms since 1970. */
export const feeds: Migration = {
  id: '0020-feeds',
  statements: [
    `CREATE TABLE feeds (
      id TEXT PRIMARY KEY,
      version INTEGER NOT NULL,
      -- JSON, without secrets.
      settings TEXT NOT NULL,
      -- JSON, sealed.
      secrets BLOB NOT NULL,
      token_id TEXT,
      last_attempt_ms INTEGER,
      last_accepted_ms INTEGER,
      last_error_ms INTEGER,
      last_error_code TEXT,
      last_error TEXT,
      last_heartbeat_ms INTEGER,
      -- JSON: what a pull was told to ask with the next time.
      pull_state TEXT NOT NULL DEFAULT '{}',
      created_ms INTEGER NOT NULL,
      -- What it delivered is still there.
      removed_ms INTEGER
    ) STRICT`,
    `CREATE TABLE feed_versions (
      feed_id TEXT NOT NULL REFERENCES feeds (id),
      version INTEGER NOT NULL,
      saved_ms INTEGER NOT NULL,
      saved_by TEXT NOT NULL,
      settings TEXT NOT NULL,
      PRIMARY KEY (feed_id, version)
    ) STRICT`,
    // The newest period that came of each indicator: whether a feed is late is asked often.
    `CREATE TABLE feed_periods (
      feed_id TEXT NOT NULL REFERENCES feeds (id),
      indicator TEXT NOT NULL,
      start_ms INTEGER NOT NULL,
      PRIMARY KEY (feed_id, indicator)
    ) STRICT`,
    `CREATE TABLE feed_heartbeats (
      feed_id TEXT NOT NULL REFERENCES feeds (id),
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (feed_id, at_ms)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE batches (
      id TEXT PRIMARY KEY,
      feed_id TEXT NOT NULL REFERENCES feeds (id),
      received_ms INTEGER NOT NULL,
      sender TEXT NOT NULL,
      way TEXT NOT NULL,
      format TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      idempotency_key TEXT,
      received INTEGER NOT NULL,
      accepted INTEGER NOT NULL,
      repaired INTEGER NOT NULL,
      revised INTEGER NOT NULL,
      duplicate INTEGER NOT NULL,
      quarantined INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
      -- JSON: the scores of this delivery alone.
      scores TEXT NOT NULL,
      -- JSON: why it could not be read as a whole.
      refused TEXT,
      -- The sender's clock less ours.
      skew_ms INTEGER,
      undone_ms INTEGER,
      undone_by TEXT
    ) STRICT`,
    'CREATE INDEX batches_by_feed ON batches (feed_id, received_ms)',
    // The key of what was taken back may come again: that is a new delivery.
    `CREATE UNIQUE INDEX batches_by_key ON batches (feed_id, idempotency_key)
       WHERE idempotency_key IS NOT NULL AND undone_ms IS NULL`,
    // Rows that were not simply accepted.
    `CREATE TABLE batch_rows (
      batch_id TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
      row INTEGER NOT NULL,
      line INTEGER,
      verdict TEXT NOT NULL,
      -- The first fault or repair.
      code TEXT NOT NULL,
      -- JSON.
      faults TEXT NOT NULL,
      repairs TEXT NOT NULL,
      sent TEXT,
      -- Of what is quarantined: sealed.
      sealed BLOB,
      unit_id TEXT,
      area_code TEXT,
      indicator TEXT,
      value REAL,
      PRIMARY KEY (batch_id, row)
    ) STRICT, WITHOUT ROWID`,
    // Those of which the words are still kept: they are forgotten after a while.
    'CREATE INDEX batch_rows_sent ON batch_rows (batch_id) WHERE sent IS NOT NULL',
    // Events as feeds know them; those that the queue was not told of yet are told after a restart.
    `CREATE TABLE feed_events (
      feed_id TEXT NOT NULL REFERENCES feeds (id),
      item_id TEXT NOT NULL,
      hash TEXT NOT NULL,
      batch_id TEXT NOT NULL,
      received_ms INTEGER NOT NULL,
      -- JSON: what is to be told.
      event TEXT NOT NULL,
      told INTEGER NOT NULL DEFAULT 0,
      -- The queue was told once that it is open, or need not be: its end is told without that.
      opened INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (feed_id, item_id)
    ) STRICT`,
    'CREATE INDEX feed_events_untold ON feed_events (received_ms) WHERE told = 0',
    'CREATE INDEX feed_events_by_batch ON feed_events (batch_id)',
    // What each delivery said of an event, new or not, the newest few: taken back, what the others said stands.
    `CREATE TABLE feed_event_versions (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      feed_id TEXT NOT NULL REFERENCES feeds (id),
      item_id TEXT NOT NULL,
      hash TEXT NOT NULL,
      batch_id TEXT NOT NULL,
      received_ms INTEGER NOT NULL,
      event TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX feed_event_versions_by_item ON feed_event_versions (feed_id, item_id, number)',
    'CREATE INDEX feed_event_versions_by_batch ON feed_event_versions (batch_id)',
    // Messages that were confirmed to a broker and wait to become a batch.
    `CREATE TABLE feed_inbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      feed_id TEXT NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
      received_ms INTEGER NOT NULL,
      topic TEXT NOT NULL,
      body BLOB NOT NULL
    ) STRICT`,
    'CREATE INDEX feed_inbox_by_feed ON feed_inbox (feed_id, id)',
  ],
};
