import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import { createSteadyLook } from '#base/steady-look';

/** How long people had a console open with which they could have worked on alerts. */
export interface Presence {
  /** Asks each minute who is there. */
  follow(who: () => Iterable<string>): void;
  /** Hours of people, added up, in this range. */
  hours(fromMs: number, toMs: number): Promise<number>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
/** As long as anybody can ask for. */
const KEEP_MS = 366 * 24 * HOUR_MS;

export function createPresence(options: { database: Database; clock: Clock; log: Logger }): Presence {
  const { database, clock, log } = options;
  let who: () => Iterable<string> = () => [];

  async function note(): Promise<void> {
    const people = [...new Set(who())];
    const hourMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
    if (people.length === 0) return;
    await database.transaction(async (queries) => {
      for (const person of people) {
        await queries.run(
          `INSERT INTO alert_presence (hour_ms, person_id, seconds) VALUES (?, ?, ?)
           ON CONFLICT (hour_ms, person_id) DO UPDATE SET seconds = alert_presence.seconds + excluded.seconds`,
          ...[hourMs, person, LOOK_EVERY_MS / 1000],
        );
      }
      await queries.run('DELETE FROM alert_presence WHERE hour_ms < ?', hourMs - KEEP_MS);
    });
  }

  const failed = 'who is there was not noted';
  const steady = createSteadyLook({ look: note, everyMs: LOOK_EVERY_MS, failed, clock, log });
  steady.begin();

  return {
    follow(next) {
      who = next;
    },
    async hours(fromMs, toMs) {
      const row = await database.get<{ seconds: number | null }>(
        'SELECT SUM(seconds) AS seconds FROM alert_presence WHERE hour_ms >= ? AND hour_ms <= ?',
        ...[Math.floor(fromMs / HOUR_MS) * HOUR_MS, toMs],
      );
      return (row?.seconds ?? 0) / 3600;
    },
    close: steady.close,
  };
}
