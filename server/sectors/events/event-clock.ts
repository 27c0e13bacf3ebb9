import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import { createSteadyLook, type SteadyLook } from '#base/steady-look';

const LOOK_EVERY_MS = 1000;
/** At a time: others want the database too. */
const MOST_AT_ONCE = 200;

/** What ends by itself at its time, and what nobody has acted on in time. Both are kept as times of the calendar. */
export function createEventClock(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  expire: (number: number) => Promise<void>;
  overdue: (number: number) => Promise<void>;
}): SteadyLook {
  const { database, clock, log, expire, overdue } = options;

  async function look(): Promise<void> {
    const nowMs = Math.round(clock.now());
    const expired = await database.all<{ number: number }>(
      'SELECT number FROM sector_events WHERE open = 1 AND expires_ms <= ? ORDER BY expires_ms LIMIT ?',
      ...[nowMs, MOST_AT_ONCE],
    );
    for (const { number } of expired) await expire(number);
    const late = await database.all<{ number: number }>(
      'SELECT number FROM sector_events WHERE open = 1 AND overdue = 0 AND due_ms <= ? ORDER BY due_ms LIMIT ?',
      ...[nowMs, MOST_AT_ONCE],
    );
    for (const { number } of late) await overdue(number);
  }

  return createSteadyLook({
    ...{ look, everyMs: LOOK_EVERY_MS, clock, log },
    failed: 'the clocks of events were not looked at',
  });
}
