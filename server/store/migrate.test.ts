import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { createSqliteDatabase } from './sqlite.ts';
import { loadSqlite, type SqliteConnection } from './sqlite-package.ts';

const sqlite = await loadSqlite();
const clock = createFakeClock(Date.UTC(2026, 2, 1, 6, 30));
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-migrate-'));
  path = join(folder, 'tamnhin.db');
});
afterEach(() => rm(folder, { recursive: true }));

async function migrateTo(list: readonly Migration[], at = path): Promise<void> {
  const database = await createSqliteDatabase({ path: at, clock, log: silentLogger(), migrations: list });
  await database.close();
}

function look<T>(at: string, read: (connection: SqliteConnection) => T): T {
  const connection = new sqlite(at);
  try {
    return read(connection);
  } finally {
    connection.close();
  }
}

const schemaOf = (at: string): unknown =>
  look(at, (connection) =>
    connection.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all(),
  );

/** Without those behind an index of words, which SQLite alone writes to. */
const tablesOf = (connection: SqliteConnection): string[] =>
  connection
    .prepare<[], { name: string }>(
      `SELECT name FROM pragma_table_list
       WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations' ORDER BY name`,
    )
    .all()
    .map((row) => row.name);

/** Columns whose CHECK asks for more than the sample that their type gives. */
const SAMPLES: Readonly<Record<string, string | number>> = {};

/** One row in every table, such that all foreign keys hold: text is 'x', numbers are 1. */
function fill(connection: SqliteConnection): void {
  connection.pragma('foreign_keys = OFF');
  for (const table of tablesOf(connection)) {
    const columns = connection
      .prepare<[string], { name: string; type: string }>('SELECT name, type FROM pragma_table_info(?)')
      .all(table);
    const values = columns.map(({ name, type }) => {
      const sample = SAMPLES[`${table}.${name}`];
      if (sample !== undefined) return sample;
      return type === 'BLOB' ? Buffer.from('x') : type === 'TEXT' ? 'x' : 1;
    });
    connection
      .prepare(
        `INSERT OR REPLACE INTO "${table}" (${columns.map((column) => `"${column.name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      )
      .run(...values);
  }
  expect(connection.pragma('foreign_key_check')).toEqual([]);
}

describe('the migrations of this program', () => {
  it('are numbered in order, without gaps', () => {
    expect(migrations.map((migration) => migration.id.slice(0, 5))).toEqual(
      migrations.map((_, at) => `${String(at + 1).padStart(4, '0')}-`),
    );
  });

  it.each(migrations.map((migration, at) => [migration.id, at + 1] as const))(
    'bring a database at %s, with rows in it, to the schema of a fresh one and keep the rows',
    async (_, length) => {
      const fresh = join(folder, 'fresh.db');
      await migrateTo(migrations, fresh);
      await migrateTo(migrations.slice(0, length));
      const filled = look(path, (connection) => {
        fill(connection);
        return tablesOf(connection);
      });
      await migrateTo(migrations);
      expect(schemaOf(path)).toEqual(schemaOf(fresh));
      look(path, (connection) => {
        for (const table of filled) expect(connection.prepare(`SELECT * FROM "${table}"`).all(), table).toHaveLength(1);
        expect(connection.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      });
    },
  );
});

describe('migrating', () => {
  const one: Migration = { id: '0001-one', statements: ['CREATE TABLE one (id INTEGER PRIMARY KEY) STRICT'] };
  const two: Migration = { id: '0002-two', statements: ['CREATE TABLE two (id INTEGER PRIMARY KEY) STRICT'] };
  const broken: Migration = { id: '0002-broken', statements: [...two.statements, 'INSERT INTO nowhere VALUES (1)'] };

  it('copies an existing database first, and only when something is to be done', async () => {
    await migrateTo([one]);
    await migrateTo([one]);
    expect(await readdir(folder)).toEqual(['tamnhin.db']);
    look(path, (connection) => connection.exec('INSERT INTO one (id) VALUES (42)'));
    await migrateTo([one, two]);
    const copy = 'backup-0001-one-20260301T063000Z.db';
    expect(await readdir(folder)).toEqual([copy, 'tamnhin.db']);
    expect((await stat(join(folder, copy))).mode & 0o777).toBe(0o600);
    look(join(folder, copy), (connection) => {
      expect(tablesOf(connection)).toEqual(['one']);
      expect(connection.prepare('SELECT id FROM one').pluck().all()).toEqual([42]);
    });
  });

  it('refuses a database of a newer program and leaves it as it was', async () => {
    await migrateTo([one, two]);
    const before = schemaOf(path);
    await expect(migrateTo([one])).rejects.toMatchObject({
      code: 'store.newerDatabase',
      message: expect.stringContaining('0002-two'),
    });
    await expect(migrateTo([one, { ...two, id: '0002-other' }])).rejects.toMatchObject({ code: 'store.newerDatabase' });
    expect(schemaOf(path)).toEqual(before);
    expect(await readdir(folder)).toEqual(['tamnhin.db']);
  });

  it('undoes a migration that fails, whole, and can go on later', async () => {
    await migrateTo([one]);
    await expect(migrateTo([one, broken])).rejects.toMatchObject({ code: 'store.migrationFailed' });
    look(path, (connection) => expect(tablesOf(connection)).toEqual(['one']));
    await migrateTo([one, two]);
    look(path, (connection) => expect(tablesOf(connection)).toEqual(['one', 'two']));
  });

  it('does not keep a migration that leaves a foreign key pointing nowhere', async () => {
    const orphan: Migration = {
      id: '0002-orphan',
      statements: [
        'CREATE TABLE child (one_id INTEGER NOT NULL REFERENCES one (id)) STRICT',
        'INSERT INTO child (one_id) VALUES (5)',
      ],
    };
    await migrateTo([one]);
    await expect(migrateTo([one, orphan])).rejects.toMatchObject({ code: 'store.migrationFailed' });
  });

  it('refuses what is no database, and the database of another program', async () => {
    await writeFile(path, 'a letter to my aunt, which is long enough not to be taken for an empty file\n'.repeat(20));
    await expect(migrateTo([one])).rejects.toMatchObject({ code: 'store.notADatabase' });
    const other = join(folder, 'other.db');
    look(other, (connection) => connection.exec('CREATE TABLE bookmarks (url TEXT)'));
    await expect(migrateTo([one], other)).rejects.toMatchObject({ code: 'store.foreignDatabase' });
  });
});
