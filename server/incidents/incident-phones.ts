import type { Database } from '#base/database';

/** Cameras that were made for a phone of an incident, and for nothing else: they end with it. */
export interface IncidentPhones {
  add(incidentId: string, cameraId: string): Promise<void>;
  /** Cameras of an incident's phones, also those that who asks may not see. */
  of(incidentId: string): Promise<readonly string[]>;
  /** Those that shall send no more: their incident is closed, or they were taken out of it. */
  over(): Promise<readonly string[]>;
  /** It was ended. */
  forget(cameraId: string): Promise<void>;
}

export function createIncidentPhones(database: Database): IncidentPhones {
  return {
    async add(incidentId, cameraId) {
      await database.run('INSERT INTO incident_phones (camera_id, incident_id) VALUES (?, ?)', cameraId, incidentId);
    },
    async of(incidentId) {
      const rows = await database.all<{ cameraId: string }>(
        'SELECT camera_id AS cameraId FROM incident_phones WHERE incident_id = ?',
        incidentId,
      );
      return rows.map(({ cameraId }) => cameraId);
    },
    async over() {
      const rows = await database.all<{ cameraId: string }>(
        `SELECT p.camera_id AS cameraId FROM incident_phones p JOIN incidents i ON i.id = p.incident_id
         WHERE i.state = 'closed' OR NOT EXISTS (
           SELECT 1 FROM incident_cameras c WHERE c.incident_id = p.incident_id AND c.camera_id = p.camera_id)`,
      );
      return rows.map(({ cameraId }) => cameraId);
    },
    async forget(cameraId) {
      await database.run('DELETE FROM incident_phones WHERE camera_id = ?', cameraId);
    },
  };
}
