import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import { createSteadyLook } from '#base/steady-look';
import type { NewEvent } from '#contracts/events';
import type { AlertQuality } from './alert-quality.ts';
import { readMark, setMark } from './alert-store.ts';

const LOOK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
const MARK = 'reported';

/**
 * Tells once a day, at its hour on the server's clock, how the alerts of the last day were. One that fell due while the
 * program was down is told late; a program that runs for the first time has nothing to tell of yet.
 */
export function createNightlyReport(options: {
  database: Database;
  hour: number;
  totals: AlertQuality['totals'];
  append: (event: NewEvent) => Promise<unknown>;
  clock: Clock;
  log: Logger;
}): { close(): Promise<void> } {
  const { database, hour, totals, append, clock, log } = options;

  async function look(): Promise<void> {
    const dueMs = lastTurn(clock.now(), hour);
    const toldMs = await readMark(database, MARK);
    if (toldMs === dueMs) return;
    if (toldMs !== undefined && toldMs < dueMs) {
      const fromMs = dueMs - DAY_MS;
      const open = await database.get<{ n: number }>("SELECT COUNT(*) AS n FROM alerts WHERE state <> 'closed'");
      await append({
        type: 'vn.tamnhin.alerts.report',
        timeMs: clock.now(),
        severity: 'unknown',
        cameraId: null,
        data: { fromMs, toMs: dueMs, ...(await totals(fromMs, dueMs)), open: open?.n ?? 0 },
      });
    }
    await setMark(database, MARK, dueMs);
  }

  const failed = 'the report of alerts was not told';
  const steady = createSteadyLook({ look, everyMs: LOOK_EVERY_MS, failed, clock, log });
  steady.begin();
  return { close: steady.close };
}

/** The last time that the server's clock struck this hour. */
function lastTurn(nowMs: number, hour: number): number {
  const turn = new Date(nowMs);
  turn.setHours(hour, 0, 0, 0);
  if (turn.getTime() > nowMs) turn.setDate(turn.getDate() - 1);
  return turn.getTime();
}
