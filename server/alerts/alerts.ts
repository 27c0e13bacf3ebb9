import type { Clock } from '#base/clock';
import type { Database, SqlValue } from '#base/database';
import type { Logger } from '#base/log';
import type { AlertDetails, AlertView } from '#contracts/alerts';
import type { Severity } from '#contracts/events';
import type { AlertsConfig } from '../../config/schema.ts';
import { type AlertActs, createAlertActs } from './alert-acts.ts';
import type { LevelSeconds } from './alert-clock.ts';
import { type AlertOpening, type AlertOpeningOptions, createAlertOpening } from './alert-opening.ts';
import { getAlert, readAlerts, readSteps, viewOf } from './alert-store.ts';
import { createEscalation, type Escalation } from './escalation.ts';
import { createHandovers, type Handovers } from './handovers.ts';

/** Events that a person must see, and what people did about them. */
export interface Alerts {
  /** The newest first. */
  list(query: AlertQuery): Promise<AlertView[]>;
  /** Rejects with `notFound`. */
  find(alertId: string): Promise<AlertView>;
  details(alertId: string): Promise<AlertDetails>;
  readonly acts: AlertActs;
  readonly handovers: Handovers;
  /** Called after each change is stored; of one alert in order. A listener must not throw. */
  onChanged(listener: (alert: AlertView) => void): () => void;
  /** Those that belong to an incident, by number. */
  ofIncident(incidentId: string): Promise<AlertView[]>;
  /** Tells of what was changed as part of somebody else's transaction, once that is stored. */
  tell(alert: AlertView): void;
  /** Resolves when everything that is in the event log by now was looked at. */
  settled: AlertOpening['settled'];
  /** Opens alerts and runs their clocks from now on: when all who are to hear of it listen. */
  begin(): void;
  close(): Promise<void>;
}

export interface AlertQuery {
  readonly state: 'open' | 'closed';
  readonly cameraId?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
  /** Those that the reader may see; absent: all. */
  readonly cameras?: readonly string[] | undefined;
}

export async function createAlerts(options: {
  database: Database;
  events: AlertOpeningOptions['events'];
  config: AlertsConfig;
  clock: Clock;
  log: Logger;
}): Promise<Alerts> {
  const { database, config, clock } = options;
  const log = options.log.child({ part: 'alerts' });
  const listeners = new Set<(alert: AlertView) => void>();
  const seconds: LevelSeconds = {
    operator: config.operatorSeconds,
    shiftLead: config.shiftLeadSeconds,
    dutyOfficer: config.dutyOfficerSeconds,
  };
  const onChanged = (alert: AlertView): void => {
    for (const listener of listeners) listener(alert);
  };

  const acts = createAlertActs({ database, clock, seconds, onChanged });
  const handovers = createHandovers({ database, clock, acts, onAlert: onChanged });
  const opening = await createAlertOpening({ database, events: options.events, seconds, clock, log, onChanged });
  let escalation: Escalation | undefined;

  return {
    async list({ state, cameraId, ruleId, severity, before, limit, cameras }) {
      const conditions: [string, SqlValue | undefined][] = [
        ['camera_id = ?', cameraId],
        ['rule_id = ?', ruleId],
        ['severity = ?', severity],
        // Without an index of its own: in the order of numbers, of which only a few are read.
        ['+camera_id IN (SELECT value FROM json_each(?))', cameras && JSON.stringify(cameras)],
      ];
      const asked = conditions.filter(([, value]) => value !== undefined);
      const where = [
        state === 'closed' ? "state = 'closed'" : "state <> 'closed'",
        ...asked.map(([sql]) => sql),
        'number < ?',
      ];
      const rows = await readAlerts(
        database,
        `WHERE ${where.join(' AND ')} ORDER BY number DESC LIMIT ?`,
        ...asked.map(([, value]) => value ?? null),
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      );
      return rows.map(viewOf);
    },
    find: async (alertId) => viewOf(await getAlert(database, alertId)),
    async details(alertId) {
      const alert = await getAlert(database, alertId);
      return { ...viewOf(alert), steps: await readSteps(database, alertId) };
    },
    acts,
    handovers,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ofIncident: async (incidentId) =>
      (await readAlerts(database, 'WHERE incident_id = ? ORDER BY number', incidentId)).map(viewOf),
    tell: onChanged,
    settled: opening.settled,
    begin() {
      opening.begin();
      escalation ??= createEscalation({ database, seconds, clock, log, onChanged });
    },
    async close() {
      await opening.close();
      await escalation?.close();
    },
  };
}
