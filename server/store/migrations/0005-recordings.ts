import type { Migration } from './migration.ts';

/** The index of recordings, what must not be deleted, and what is recorded. Times are ms since 1970. */
export const recordings: Migration = {
  id: '0005-recordings',
  statements: [
    `CREATE TABLE recording_segments (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      -- Not a reference: recordings outlive their camera's registration.
      camera_id TEXT NOT NULL,
      role TEXT NOT NULL,
      -- Identity of the disk, and the path below its root.
      disk_id TEXT NOT NULL,
      path TEXT NOT NULL,
      -- open: being written, bytes and end are of the last time that somebody looked; closed: final.
      state TEXT NOT NULL,
      start_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      -- ftyp and moov; the offset of the first group.
      init_bytes INTEGER NOT NULL,
      head_bytes INTEGER NOT NULL,
      fragments INTEGER NOT NULL,
      timescale INTEGER NOT NULL,
      codec TEXT NOT NULL,
      audio_codec TEXT,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      -- Heads of the hash chain before and behind this segment.
      previous_head BLOB NOT NULL,
      head BLOB NOT NULL,
      -- 1: the row was made from a file that had none, so its id says nothing of the order in which files were written.
      adopted INTEGER NOT NULL DEFAULT 0,
      UNIQUE (disk_id, path)
    ) STRICT`,
    // Answers a timeline, and which of a stream was written last, without touching the table.
    `CREATE INDEX recording_segments_by_time
      ON recording_segments (camera_id, role, start_ms, end_ms, bytes, adopted)`,
    'CREATE INDEX recording_segments_by_age ON recording_segments (disk_id, start_ms)',
    "CREATE INDEX recording_segments_open ON recording_segments (state) WHERE state = 'open'",
    // Apart, so that a look at many segments reads none of them.
    `CREATE TABLE recording_groups (
      segment_id INTEGER PRIMARY KEY REFERENCES recording_segments (id) ON DELETE CASCADE,
      list BLOB NOT NULL
    ) STRICT`,
    // Which disk was seen at which path: an empty folder where one is known is an unmounted disk.
    `CREATE TABLE recording_disks (
      id TEXT PRIMARY KEY,
      path TEXT NOT NULL UNIQUE,
      created_ms INTEGER NOT NULL
    ) STRICT`,
    // What is recorded of which cameras: for one camera, for a group, for a class, or for all.
    `CREATE TABLE recording_policies (
      target_kind TEXT NOT NULL,
      target_id TEXT NOT NULL,
      -- JSON.
      policy TEXT NOT NULL,
      changed_ms INTEGER NOT NULL,
      PRIMARY KEY (target_kind, target_id)
    ) STRICT`,
    `CREATE TABLE recording_holds (
      id TEXT PRIMARY KEY,
      camera_id TEXT NOT NULL,
      start_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL,
      case_number TEXT NOT NULL,
      reason TEXT NOT NULL,
      created_by TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      -- The first of the two who must agree to release it; both set, it is released.
      release_asked_by TEXT,
      release_asked_ms INTEGER,
      released_by TEXT,
      released_ms INTEGER
    ) STRICT`,
    'CREATE INDEX recording_holds_by_camera ON recording_holds (camera_id) WHERE released_ms IS NULL',
    `CREATE TABLE bookmarks (
      id TEXT PRIMARY KEY,
      camera_id TEXT NOT NULL,
      time_ms INTEGER NOT NULL,
      text TEXT NOT NULL,
      -- JSON array.
      tags TEXT NOT NULL,
      created_by TEXT NOT NULL,
      created_ms INTEGER NOT NULL
    ) STRICT`,
    'CREATE INDEX bookmarks_by_camera ON bookmarks (camera_id, time_ms)',
    // Public keys stay for ever: what they signed must be verified. The private key goes when its key is retired.
    `CREATE TABLE evidence_keys (
      -- First 16 hex digits of the SHA-256 of the public key.
      id TEXT PRIMARY KEY,
      -- Ed25519, 32 bytes.
      public_key BLOB NOT NULL,
      -- PKCS #8 in PEM, sealed.
      private_key BLOB,
      created_ms INTEGER NOT NULL,
      retired_ms INTEGER
    ) STRICT`,
    `CREATE TABLE evidence_exports (
      id TEXT PRIMARY KEY,
      -- queued, running, done, failed, cancelled. Those that a stop interrupted are queued again.
      state TEXT NOT NULL,
      -- JSON: what was asked for.
      request TEXT NOT NULL,
      created_by TEXT NOT NULL,
      -- The user or token.
      owner_id TEXT NOT NULL,
      created_ms INTEGER NOT NULL,
      finished_ms INTEGER,
      bytes INTEGER,
      error TEXT,
      -- The most that it takes on the disk of the data folder until it is done.
      needed_bytes INTEGER NOT NULL
    ) STRICT`,
  ],
};
