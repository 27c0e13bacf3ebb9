import type { Migration } from './migration.ts';

/** What is covered in what leaves the server, and how far a device's clock is off. Times are ms since 1970. */
export const privacyMasks: Migration = {
  id: '0009-privacy-masks',
  statements: [
    `CREATE TABLE privacy_masks (
      -- Not a reference: recordings outlive their camera's registration, and so does what must be covered in them.
      camera_id TEXT PRIMARY KEY,
      -- JSON array: name and points of each.
      masks TEXT NOT NULL,
      version INTEGER NOT NULL,
      changed_ms INTEGER NOT NULL
    ) STRICT`,
    // JSON: by camera, the digest of the masks that were burnt into the export.
    "ALTER TABLE evidence_exports ADD COLUMN masked TEXT NOT NULL DEFAULT '{}'",
    // The device's clock minus the server's, when it was last asked for.
    'ALTER TABLE cameras ADD COLUMN clock_offset_ms INTEGER',
    'ALTER TABLE cameras ADD COLUMN clock_measured_ms INTEGER',
  ],
};
