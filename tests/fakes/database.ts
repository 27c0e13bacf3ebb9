import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';

/** A real database, fully migrated, in a folder of its own; `close` removes the folder too. */
export async function createTemporaryDatabase(
  clock: Clock = systemClock,
): Promise<Database & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-database-'));
  const path = join(folder, 'tamnhin.db');
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
