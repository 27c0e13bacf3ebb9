import { closeSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import type { Connection } from './connection.ts';
import type { Migration } from './migrations/migration.ts';

/**
 * Brings the schema up to date, each migration in a transaction of its own, after a copy was put beside the file. A
 * database that a newer program wrote is refused untouched: guessing at its schema could damage it.
 */
export function migrate(
  connection: Connection,
  options: { path: string; migrations: readonly Migration[]; clock: Clock; log: Logger },
): void {
  const { path, migrations, clock, log } = options;
  const applied = appliedIn(connection, path);
  migrations.slice(0, applied.length).forEach((migration, at) => {
    if (migration.id !== applied[at]) throw newer(path, applied[at] ?? '');
  });
  if (applied.length > migrations.length) throw newer(path, applied.at(-1) ?? '');

  const pending = migrations.slice(applied.length);
  const from = applied.at(-1);
  if (pending.length === 0) return;
  if (from !== undefined) backUp(connection, path, from, clock, log);

  // A table that others refer to is changed by making it anew; what results is checked before it is kept.
  connection.raw.pragma('foreign_keys = OFF');
  try {
    for (const migration of pending) {
      apply(connection, migration, clock);
      log.info({ migration: migration.id }, 'database migrated');
    }
  } finally {
    connection.raw.pragma('foreign_keys = ON');
  }
}

function appliedIn(connection: Connection, path: string): readonly string[] {
  const tables = connection
    .all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'", [])
    .map((row) => row.name);
  if (tables.length === 0) return [];
  if (!tables.includes('migrations')) {
    throw new Fault('internal', 'store.foreignDatabase', `${path} is a database of another program`);
  }
  return connection.all<{ id: string }>('SELECT id FROM migrations ORDER BY id', []).map((row) => row.id);
}

function newer(path: string, id: string): Fault {
  return new Fault(
    'internal',
    'store.newerDatabase',
    `${path} was written by a newer program (its migration ${id} is unknown here): install that version, or restore the backup that was made before`,
  );
}

function apply(connection: Connection, migration: Migration, clock: Clock): void {
  const { raw } = connection;
  raw.exec('BEGIN IMMEDIATE');
  try {
    raw.exec('CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT');
    for (const statement of migration.statements) raw.exec(statement);
    raw.prepare('INSERT INTO migrations (id, applied_ms) VALUES (?, ?)').run(migration.id, clock.now());
    const broken = raw.prepare('PRAGMA foreign_key_check').all();
    if (broken.length > 0) throw new Error(`${broken.length} rows refer to rows that do not exist`);
    raw.exec('COMMIT');
  } catch (cause) {
    if (raw.inTransaction) raw.exec('ROLLBACK');
    throw new Fault('internal', 'store.migrationFailed', `migration ${migration.id} failed and was undone`, { cause });
  }
}

/** `backup-<last migration>-<time>.db` beside the file, readable by its owner alone. */
function backUp(connection: Connection, path: string, from: string, clock: Clock, log: Logger): void {
  const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const copy = join(dirname(path), `backup-${from}-${time}.db`);
  // VACUUM INTO accepts an empty file, which is how the copy gets its mode.
  closeSync(openSync(copy, 'w', 0o600));
  connection.raw.prepare('VACUUM INTO ?').run(copy);
  log.info({ backup: basename(copy) }, 'database backed up before migrating');
}
