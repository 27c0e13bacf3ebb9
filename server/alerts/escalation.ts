import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import { createSteadyLook } from '#base/steady-look';
import type { AlertView } from '#contracts/alerts';
import { LAST_LEVEL, type LevelSeconds, levelAbove, patienceMs } from './alert-clock.ts';
import { findAlert, readAlerts, type StoredAlert, saveAlert, viewOf } from './alert-store.ts';

/** Alerts that nobody claims in time go up a level; at the last one they are told again. */
export interface Escalation {
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 1000;
/** A step of the calendar against the clock that only runs; less is the trembling of timers. */
const JUMP_MS = 2000;
/** At a time: others want the database too. */
const MOST_AT_ONCE = 200;

/**
 * What is due is kept as a time of the calendar, so that it outlives a restart. A calendar that steps takes the due
 * times along; while the program is down nobody sees a step, so that no time lies further off than its level allows.
 */
export function createEscalation(options: {
  database: Database;
  seconds: LevelSeconds;
  clock: Clock;
  log: Logger;
  onChanged: (alert: AlertView) => void;
}): Escalation {
  const { database, seconds, clock, log, onChanged } = options;
  let last = { calendarMs: clock.now(), runMs: clock.monotonic() };

  async function look(): Promise<void> {
    const now = { calendarMs: clock.now(), runMs: clock.monotonic() };
    const jumpMs = Math.round(now.calendarMs - last.calendarMs - (now.runMs - last.runMs));
    if (Math.abs(jumpMs) > JUMP_MS) {
      log.warn({ jumpMs }, 'the clock was set: alerts keep the time that they had left');
      await database.run('UPDATE alerts SET escalates_ms = escalates_ms + ? WHERE escalates_ms IS NOT NULL', jumpMs);
    }
    last = now;
    const nowMs = Math.round(now.calendarMs);
    const due = await readAlerts(
      database,
      'WHERE escalates_ms <= ? OR escalates_ms > ? ORDER BY escalates_ms LIMIT ?',
      ...[nowMs, nowMs + longestMs(seconds), MOST_AT_ONCE],
    );
    for (const { id } of due) await raise(id, nowMs);
  }

  async function raise(alertId: string, nowMs: number): Promise<void> {
    const raised = await database.transaction(async (queries): Promise<StoredAlert | undefined> => {
      const alert = await findAlert(queries, alertId);
      // Claimed since.
      if (alert?.escalatesMs === undefined || alert.escalatesMs === null) return undefined;
      if (alert.escalatesMs > nowMs) {
        return saveAlert(queries, { ...alert, escalatesMs: nowMs + patienceMs(seconds, alert) }, [], nowMs);
      }
      const level = levelAbove(alert.level);
      const retold = alert.level === LAST_LEVEL ? alert.retold + 1 : 0;
      const next = { ...alert, level, retold };
      return saveAlert(
        queries,
        { ...next, escalatesMs: nowMs + patienceMs(seconds, next) },
        [{ by: null, step: { kind: 'escalated', level } }],
        nowMs,
      );
    });
    if (raised !== undefined) onChanged(viewOf(raised));
  }

  const failed = 'the clocks of alerts were not looked at';
  const steady = createSteadyLook({ look, everyMs: LOOK_EVERY_MS, failed, clock, log });
  steady.begin();
  return { close: steady.close };
}

/** What is due later than this was written by another calendar. */
function longestMs(seconds: LevelSeconds): number {
  return Math.max(3_600_000, ...Object.values(seconds).map((each) => each * 1000)) + JUMP_MS;
}
