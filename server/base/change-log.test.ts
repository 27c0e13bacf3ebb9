import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertChange } from '#contracts/outputs';
import { alertView } from '../../tests/fakes/alerts.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createChangeLog, noteChange } from './change-log.ts';
import type { Database } from './database.ts';

let database: Database;
beforeEach(async () => {
  database = await createTemporaryDatabase();
});
afterEach(() => database.close());

const note = (id: string, version: number, change: AlertChange, timeMs = 1000) =>
  database.transaction((queries) =>
    noteChange(queries, { about: 'alert', change, timeMs, alert: alertView({ id, version }) }),
  );
const DAY_MS = 86_400_000;

describe('the log of changes', () => {
  it('gives what came after a number, as it stood then', async () => {
    const log = createChangeLog(database);
    expect(await log.newest()).toBe(0);
    await note('a', 1, 'opened');
    await note('b', 1, 'opened');
    await note('a', 2, 'claimed');
    expect(await log.newest()).toBe(3);
    const found = await log.follow(1, 10);
    expect(found).toMatchObject([
      { number: 2, about: 'alert', change: 'opened', timeMs: 1000, alert: { id: 'b', version: 1 } },
      { number: 3, about: 'alert', change: 'claimed', timeMs: 1000, alert: { id: 'a', version: 2 } },
    ]);
    expect(await log.follow(1, 1)).toHaveLength(1);
  });

  it('keeps nothing of a transaction that is undone', async () => {
    const undone = database.transaction(async (queries) => {
      await noteChange(queries, { about: 'alert', change: 'opened', timeMs: 0, alert: alertView() });
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(await createChangeLog(database).follow(0, 10)).toEqual([]);
  });

  it('keeps the last of repeats without anything between', async () => {
    await note('a', 1, 'opened');
    await note('a', 2, 'repeated');
    await note('b', 1, 'opened');
    await note('a', 3, 'repeated');
    await note('a', 4, 'claimed');
    await note('a', 5, 'repeated');
    const found = await createChangeLog(database).follow(0, 10);
    expect(found.map((one) => one.about === 'alert' && `${one.alert.id}.${one.alert.version}`)).toEqual([
      'a.1',
      'b.1',
      'a.3',
      'a.4',
      'a.5',
    ]);
  });

  it('lets go of what is old or too much, and gives no number twice', async () => {
    const log = createChangeLog(database, 3);
    await note('a', 1, 'opened', 0);
    await note('b', 1, 'opened', 20 * DAY_MS);
    await log.trim(20 * DAY_MS);
    expect([await log.newest(), log.goneTo()]).toEqual([2, 1]);
    for (const id of ['c', 'd', 'e']) await note(id, 1, 'opened', 20 * DAY_MS);
    await log.trim(20 * DAY_MS);
    expect((await log.follow(0, 10)).map(({ number }) => number)).toEqual([3, 4, 5]);
    await log.trim(60 * DAY_MS);
    await note('f', 1, 'opened', 60 * DAY_MS);
    expect(await log.newest()).toBe(6);
  });
});
