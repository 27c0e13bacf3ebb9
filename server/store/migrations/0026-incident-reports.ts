import type { Migration } from './migration.ts';

/** Which reports belong to an incident. */
export const incidentReports: Migration = {
  id: '0026-incident-reports',
  statements: ['CREATE INDEX reports_by_incident ON reports (incident_id) WHERE incident_id IS NOT NULL'],
};
