import type { Migration } from './migration.ts';

/** Who crossed which line, and where in the picture something moved. Times are ms since 1970. */
export const statistics: Migration = {
  id: '0013-statistics',
  statements: [
    `CREATE TABLE crossing_counts (
      -- Not references: figures outlive the registration of their camera, and the rule that counted.
      camera_id TEXT NOT NULL,
      -- Begin of the hour in the server's time zone.
      hour_ms INTEGER NOT NULL,
      rule_id TEXT NOT NULL,
      label TEXT NOT NULL,
      direction TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (camera_id, hour_ms, rule_id, label, direction)
    ) STRICT`,
    'CREATE INDEX crossing_counts_by_hour ON crossing_counts (hour_ms)',
    `CREATE TABLE counted_lines (
      camera_id TEXT NOT NULL,
      rule_id TEXT NOT NULL,
      -- The last that it had.
      name TEXT NOT NULL,
      counted_ms INTEGER NOT NULL,
      PRIMARY KEY (camera_id, rule_id)
    ) STRICT`,
    `CREATE TABLE heat_maps (
      camera_id TEXT NOT NULL,
      -- Begin of the day in the server's time zone, and of the next.
      day_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL,
      -- ms that moving objects stood in each cell: 32-bit floats, little-endian, row by row.
      cells BLOB NOT NULL,
      PRIMARY KEY (camera_id, day_ms)
    ) STRICT`,
    'CREATE INDEX heat_maps_by_day ON heat_maps (day_ms)',
  ],
};
