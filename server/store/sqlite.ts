import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';

export interface SqliteOptions {
  /** The database file; made, with its folder, when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly migrations?: readonly Migration[];
}

/** Opens the database and brings its schema up to date. */
export async function createSqliteDatabase(options: SqliteOptions): Promise<Database> {
  throw new Error(`not yet: ${options.path} ${allMigrations.length}`);
}
