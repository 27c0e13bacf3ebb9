import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';

/** The file of a database that was only migrated: all steps of all years take longer than most tests. */
let migrated: Promise<Buffer> | undefined;

/** A real database, fully migrated, in a folder of its own; `close` removes the folder too. */
export async function createTemporaryDatabase(
  clock: Clock = systemClock,
): Promise<Database & { readonly path: string }> {
  migrated ??= migrate();
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-database-'));
  const path = join(folder, 'tamnhin.db');
  await writeFile(path, await migrated, { mode: 0o600 });
  const database = await createSqliteDatabase({ path, clock, log: silentLogger() });
  return {
    ...database,
    path,
    async close() {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function migrate(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-database-'));
  const path = join(folder, 'tamnhin.db');
  const database = await createSqliteDatabase({ path, clock: systemClock, log: silentLogger() });
  await database.close();
  const file = await readFile(path);
  await rm(folder, { recursive: true });
  return file;
}
