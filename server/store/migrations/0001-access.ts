import type { Migration } from './migration.ts';

/** People, their sessions, tokens for machines, and the audit. Times are ms since 1970. */
export const access: Migration = {
  id: '0001-access',
  statements: [
    `CREATE TABLE users (
      id TEXT PRIMARY KEY,
      username TEXT NOT NULL UNIQUE,
      display_name TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      password_hash TEXT NOT NULL,
      must_change_password INTEGER NOT NULL,
      -- Sealed by the secret box; the pending one becomes the other when its first code is confirmed.
      totp_secret BLOB,
      totp_pending BLOB,
      -- Number of the 30 s step of the last accepted code: no code at or before it is accepted again.
      totp_last_step INTEGER,
      language TEXT NOT NULL,
      theme TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      last_sign_in_ms INTEGER
    ) STRICT`,
    `CREATE TABLE grants (
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      role TEXT NOT NULL,
      scope_kind TEXT NOT NULL,
      -- Group or camera; empty for all.
      scope_id TEXT NOT NULL,
      PRIMARY KEY (user_id, role, scope_kind, scope_id)
    ) STRICT`,
    `CREATE TABLE recovery_codes (
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      code_hash TEXT NOT NULL,
      PRIMARY KEY (user_id, code_hash)
    ) STRICT`,
    `CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      -- Hex SHA-256 of the cookie: who reads the database cannot sign in with it.
      cookie_hash TEXT NOT NULL UNIQUE,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created_ms INTEGER NOT NULL,
      last_seen_ms INTEGER NOT NULL,
      expires_ms INTEGER NOT NULL,
      address TEXT NOT NULL,
      user_agent TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX sessions_by_user ON sessions (user_id)',
    `CREATE TABLE tokens (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      hint TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE,
      -- JSON arrays.
      permissions TEXT NOT NULL,
      scopes TEXT NOT NULL,
      addresses TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      expires_ms INTEGER NOT NULL,
      last_used_ms INTEGER
    ) STRICT`,
    // Keys that the program makes for itself, sealed by the secret box.
    'CREATE TABLE access_keys (name TEXT PRIMARY KEY, sealed BLOB NOT NULL, made_ms INTEGER NOT NULL) STRICT',
    `CREATE TABLE audit (
      sequence INTEGER PRIMARY KEY,
      time_ms INTEGER NOT NULL,
      actor TEXT NOT NULL,
      address TEXT NOT NULL,
      action TEXT NOT NULL,
      camera_id TEXT,
      detail TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX audit_by_camera ON audit (camera_id, sequence) WHERE camera_id IS NOT NULL',
    'CREATE INDEX audit_by_actor ON audit (actor, sequence)',
    'CREATE INDEX audit_by_action ON audit (action, sequence)',
    `CREATE TRIGGER audit_keeps_entries BEFORE DELETE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
    `CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
    // INSERT OR REPLACE deletes without firing the trigger for DELETE.
    `CREATE TRIGGER audit_keeps_order BEFORE INSERT ON audit
      WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit)
      BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END`,
    // Who is watching now; the heartbeat says until when, should the program be killed.
    `CREATE TABLE viewings (
      id TEXT PRIMARY KEY,
      actor TEXT NOT NULL,
      address TEXT NOT NULL,
      camera_id TEXT NOT NULL,
      role TEXT NOT NULL,
      via TEXT NOT NULL,
      begin_ms INTEGER NOT NULL,
      heartbeat_ms INTEGER NOT NULL
    ) STRICT`,
  ],
};
