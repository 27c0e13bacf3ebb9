import type { Migration } from './migration.ts';

/**
 * Finding events by what they are. Each index is walked in the order of the log (its last column is the row's number
 * anyway) or in the order of time, and stops when a page is full: what a search costs does not grow with the table.
 */
export const eventSearch: Migration = {
  id: '0015-event-search',
  statements: [
    // Of a detection: the rule that told it.
    'ALTER TABLE events ADD COLUMN rule_id TEXT',
    'CREATE INDEX events_by_type ON events (type, severity)',
    'CREATE INDEX events_by_type_time ON events (type, severity, time_ms)',
    'CREATE INDEX events_by_camera_type ON events (camera_id, type, severity)',
    'CREATE INDEX events_by_camera_type_time ON events (camera_id, type, severity, time_ms)',
    'CREATE INDEX events_by_rule ON events (rule_id) WHERE rule_id IS NOT NULL',
    'CREATE INDEX events_by_rule_time ON events (rule_id, time_ms) WHERE rule_id IS NOT NULL',
    // Of the program itself: those that belong to no camera are told to everybody who may read events.
    'CREATE INDEX events_of_house ON events (camera_id) WHERE camera_id IS NULL',
    'CREATE INDEX events_of_house_time ON events (camera_id, time_ms) WHERE camera_id IS NULL',
  ],
};
