import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import { createSteadyLook, type SteadyLook } from '#base/steady-look';
import { addMarks, type Marked } from './event-marks.ts';
import { allMarksOf, readEvents } from './event-store.ts';

const LOOK_EVERY_MS = 1000;
/** Together they cost a third: what is kept of a mark that many of them have is written once. */
const FILED_AT_ONCE = 128;
/** Of long texts fewer at once: live video waits for the thread meanwhile. */
const MOST_MARKS = 1000;
/** In one look: others want to write too. */
const MOST_TIMES = 20;

/**
 * Writes down by what marks events are found that are over. They wait for that until there are many; until then a search
 * goes through them one by one, as through what is open.
 */
export function createEventFiling(options: { database: Database; clock: Clock; log: Logger }): SteadyLook {
  const { database, clock, log } = options;

  async function look(): Promise<void> {
    for (let times = 0; times < MOST_TIMES && (await fileEvents(database)); times += 1) await immediate();
  }

  return createSteadyLook({
    ...{ look, everyMs: LOOK_EVERY_MS, clock, log },
    failed: 'events that are over were not filed',
  });
}

/** Files the oldest that wait. `false`: there are not enough of them. */
async function fileEvents(database: Database): Promise<boolean> {
  const waiting = await database.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM (SELECT number FROM sector_events INDEXED BY sector_events_unfiled
       WHERE words IS NOT NULL AND open = 0 LIMIT ?)`,
    FILED_AT_ONCE,
  );
  if ((waiting?.n ?? 0) < FILED_AT_ONCE) return false;
  await database.transaction(async (queries) => {
    const where = 'INDEXED BY sector_events_unfiled WHERE words IS NOT NULL AND open = 0 ORDER BY number LIMIT ?';
    const marked: Marked[] = [];
    const different = new Set<string>();
    for (const event of await readEvents(queries, where, FILED_AT_ONCE)) {
      const marks = allMarksOf(event);
      marked.push({ number: event.number, marks });
      for (const mark of marks) different.add(mark);
      if (different.size > MOST_MARKS) break;
    }
    await addMarks(queries, marked);
    for (const { number } of marked)
      await queries.run('UPDATE sector_events SET words = NULL WHERE number = ?', number);
  });
  return true;
}
