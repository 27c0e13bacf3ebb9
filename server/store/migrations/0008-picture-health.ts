import type { Migration } from './migration.ts';

/** What is wrong with which camera's picture: a restart must neither tell it again nor leave it open for ever. */
export const pictureHealth: Migration = {
  id: '0008-picture-health',
  statements: [
    `CREATE TABLE picture_conditions (
      camera_id TEXT PRIMARY KEY,
      fault TEXT NOT NULL,
      -- The event that told it.
      event_id TEXT NOT NULL,
      since_ms INTEGER NOT NULL,
      -- What stays in the camera's picture, as analytics keeps it: without it nobody sees when it is well again.
      reference BLOB
    ) STRICT`,
  ],
};
