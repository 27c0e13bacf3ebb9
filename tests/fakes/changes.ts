import { createChangeLog, noteChange } from '#base/change-log';
import type { Database } from '#base/database';
import type { AlertView, IncidentDetails, IncidentEntry } from '#contracts/alerts';
import type { AlertChange } from '#contracts/outputs';
import type { ChangeSource } from '../../server/outputs/output-intake.ts';

/** The real log of changes, for who has no alerts and no incidents: `alert` and `incident` write it as those would. */
export function createTestChanges(database: Database) {
  const log = createChangeLog(database);
  const listeners = new Set<() => void>();
  const timelines = new Map<string, readonly IncidentEntry[]>();
  const now = new Map<string, AlertView>();
  function noted(): void {
    for (const listener of listeners) listener();
  }
  const source: ChangeSource = {
    ...log,
    onNoted(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    source,
    alertNow: async (alertId: string) => now.get(alertId),
    entriesOf: async (incidentId: string) => timelines.get(incidentId) ?? [],
    async alert(alert: AlertView, change: AlertChange = 'opened', timeMs = Date.now()): Promise<void> {
      now.set(alert.id, alert);
      await database.transaction((queries) => noteChange(queries, { about: 'alert', change, timeMs, alert }));
      noted();
    },
    async incident(details: IncidentDetails): Promise<void> {
      const { id, number, version, title, description, severity, state, place, openedMs, closedMs, cameraIds } =
        details;
      timelines.set(id, details.entries);
      const incident = {
        ...{ id, number, version, title, description, severity, state, place, openedMs, closedMs, cameraIds },
        lastEntry: details.entries.length,
      };
      await database.transaction((queries) =>
        noteChange(queries, { about: 'incident', change: 'opened', timeMs: openedMs, incident }),
      );
      noted();
    },
  };
}
