import type { Migration } from './migration.ts';

/** What was told to the public, message by message, as it was told. Times are ms since 1970. */
export const publicNotices: Migration = {
  id: '0027-public-notices',
  statements: [
    `CREATE TABLE public_notices (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      version INTEGER NOT NULL,
      -- JSON, as in the contract.
      content TEXT NOT NULL,
      until_ms INTEGER NOT NULL,
      incident_id TEXT,
      published_ms INTEGER NOT NULL,
      published_by_id TEXT NOT NULL,
      published_by_name TEXT NOT NULL,
      changed_ms INTEGER NOT NULL,
      withdrawn_ms INTEGER,
      withdrawn_by_id TEXT,
      withdrawn_by_name TEXT,
      withdrawn_note TEXT NOT NULL DEFAULT ''
    ) STRICT`,
    'CREATE INDEX public_notices_by_change ON public_notices (changed_ms)',
    `CREATE TABLE public_notice_messages (
      notice_number INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      -- alert, update or cancel.
      kind TEXT NOT NULL,
      sent_ms INTEGER NOT NULL,
      -- JSON, as it was then.
      content TEXT NOT NULL,
      note TEXT NOT NULL,
      PRIMARY KEY (notice_number, sequence)
    ) STRICT`,
    `CREATE TRIGGER public_notice_messages_stay BEFORE UPDATE ON public_notice_messages
      BEGIN SELECT RAISE(ABORT, 'what the public was told is only added to'); END`,
    `CREATE TRIGGER public_notice_messages_remain BEFORE DELETE ON public_notice_messages
      BEGIN SELECT RAISE(ABORT, 'what the public was told is only added to'); END`,
  ],
};
