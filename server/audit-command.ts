import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Config } from '../config/schema.ts';
import { createAuditTrail } from './access/audit.ts';
import { createSqliteDatabase } from './store/sqlite.ts';

/** `tamnhin audit verify`: walks the hash chain and says where it breaks; exit code 0 or 1. */
export async function verifyAudit(config: Config): Promise<number> {
  const path = join(resolve(config.data.directory), 'tamnhin.db');
  if (!existsSync(path)) {
    process.stderr.write(`There is no database at ${path}.\n`);
    return 1;
  }
  const database = await createSqliteDatabase({ path, clock: systemClock, log: silentLogger() });
  try {
    const result = await createAuditTrail(database, systemClock).verify();
    process.stdout.write(
      result.ok
        ? `${result.entries} entries, no link broken.\n`
        : `Entry ${result.brokenAt} does not follow from the one before it (${result.entries} entries in all).\n`,
    );
    return result.ok ? 0 : 1;
  } finally {
    await database.close();
  }
}
