import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { type Database, isUniqueViolation } from '#base/database';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import type { Migration } from './migrations/migration.ts';
import { createSqliteDatabase } from './sqlite.ts';
import { loadSqlite, packageFor } from './sqlite-package.ts';

const notes: Migration = {
  id: '0001-notes',
  statements: [
    'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT',
    'CREATE TABLE marks (note_id INTEGER NOT NULL REFERENCES notes (id)) STRICT',
  ],
};
const insert = 'INSERT INTO notes (id, text) VALUES (?, ?)';
const count = 'SELECT COUNT(*) AS n FROM notes';

let folder: string;
let path: string;
const open: Database[] = [];

async function createDatabase(more: { queueLimit?: number; clock?: typeof systemClock } = {}): Promise<Database> {
  const database = await createSqliteDatabase({
    path,
    clock: systemClock,
    log: silentLogger(),
    migrations: [notes],
    ...more,
  });
  open.push(database);
  return database;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-sqlite-'));
  path = join(folder, 'data', 'tamnhin.db');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
  await rm(folder, { recursive: true });
});

it('chooses the package by the version of Node', () => {
  expect(packageFor('20.19.0')).toBe('better-sqlite3');
  expect(packageFor('22.13.1')).toBe('better-sqlite3');
  expect(packageFor('22.14.0')).toBe('better-sqlite3-node22');
  expect(packageFor('24.0.0')).toBe('better-sqlite3-node22');
});

it('keeps the file for its owner alone, in WAL mode, and leaves no side files when closed', async () => {
  const database = await createDatabase();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(`${path}-wal`)).mode & 0o777).toBe(0o600);
  expect(await database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
  await database.close();
  await expect(stat(`${path}-wal`)).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(database.run(insert, 1, 'a')).rejects.toMatchObject({ code: 'store.closed' });
});

describe('statements', () => {
  it('read what was written, bind every kind of value, and hold foreign keys', async () => {
    const database = await createDatabase();
    expect(await database.run(insert, 1, "x'; DROP TABLE notes; --")).toEqual({ changes: 1 });
    expect(await database.all('SELECT * FROM notes')).toEqual([{ id: 1, text: "x'; DROP TABLE notes; --" }]);
    expect(await database.get('SELECT * FROM notes WHERE id = ?', 2)).toBeUndefined();
    expect(await database.get('SELECT ? AS a, ? AS b', new Uint8Array([1, 2]), null)).toEqual({
      a: Buffer.from([1, 2]),
      b: null,
    });
    await expect(database.run('INSERT INTO marks (note_id) VALUES (9)')).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT_FOREIGNKEY',
    });
  });

  it('that write and return rows go to the writer', async () => {
    const database = await createDatabase();
    expect(await database.get(`${insert} RETURNING id`, 7, 'seven')).toEqual({ id: 7 });
    expect(await database.get(count)).toEqual({ n: 1 });
  });

  it('that break a UNIQUE constraint are told apart from other errors', async () => {
    const database = await createDatabase();
    await database.run(insert, 1, 'same');
    expect(isUniqueViolation(await database.run(insert, 2, 'same').catch((error: unknown) => error))).toBe(true);
    expect(isUniqueViolation(await database.run(insert, 3, null).catch((error: unknown) => error))).toBe(false);
  });

  it('go on when more different ones were asked than are kept prepared', async () => {
    const database = await createDatabase();
    for (let at = 0; at < 1200; at += 1) expect(await database.get(`SELECT ${at} AS at`)).toEqual({ at });
    expect(await database.get('SELECT 0 AS at')).toEqual({ at: 0 });
  });
});

describe('transactions', () => {
  it('run one after another, also where they wait in between', async () => {
    const database = await createDatabase();
    await database.run(insert, 1, '0');
    const addOne = (): Promise<void> =>
      database.transaction(async (queries) => {
        const row = await queries.get<{ text: string }>('SELECT text FROM notes WHERE id = 1');
        await new Promise((resolve) => setImmediate(resolve));
        await queries.run('UPDATE notes SET text = ? WHERE id = 1', String(Number(row?.text) + 1));
      });
    await Promise.all(Array.from({ length: 50 }, addOne));
    expect(await database.get('SELECT text FROM notes')).toEqual({ text: '50' });
  });

  it('are seen by nobody until they end, and a plain write waits for them', async () => {
    const database = await createDatabase();
    const order: string[] = [];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered = (): void => {};
    const begun = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const transaction = database
      .transaction(async (queries) => {
        await queries.run(insert, 1, 'one');
        expect(await queries.get(count)).toEqual({ n: 1 });
        entered();
        await held;
      })
      .then(() => order.push('transaction'));
    await begun;
    const plain = database.run(insert, 2, 'two').then(() => order.push('plain'));
    expect(await database.get(count)).toEqual({ n: 0 });
    release();
    await Promise.all([transaction, plain]);
    expect(order).toEqual(['transaction', 'plain']);
    expect(await database.get(count)).toEqual({ n: 2 });
  });

  it('leave nothing when they reject, and the next one is not disturbed', async () => {
    const database = await createDatabase();
    const failed = database.transaction(async (queries) => {
      await queries.run(insert, 1, 'one');
      throw new Error('changed my mind');
    });
    const next = database.transaction((queries) => queries.run(insert, 2, 'two'));
    await expect(failed).rejects.toThrow('changed my mind');
    await next;
    expect(await database.all('SELECT id FROM notes')).toEqual([{ id: 2 }]);
  });

  it('refuse what would wait for ever: a write beside their own queries', async () => {
    const database = await createDatabase();
    await expect(database.transaction(() => database.run(insert, 1, 'one'))).rejects.toThrow(/queries it is given/);
    await expect(database.transaction(() => database.transaction(async () => {}))).rejects.toThrow(
      /queries it is given/,
    );
    expect(await database.get(count)).toEqual({ n: 0 });
  });

  it('are undone when they take too long, and their queries are dead from then on', async () => {
    const clock = createFakeClock();
    const database = await createDatabase({ clock });
    let late: Promise<unknown> = Promise.resolve();
    let entered = (): void => {};
    const begun = new Promise<void>((resolve) => {
      entered = resolve;
    });
    let wake = (): void => {};
    const stuck = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const transaction = database.transaction(async (queries) => {
      await queries.run(insert, 1, 'one');
      entered();
      await stuck;
      late = queries.run(insert, 2, 'two');
      await late;
    });
    await begun;
    clock.advance(10_000);
    await expect(transaction).rejects.toMatchObject({ code: 'store.transactionTooLong' });
    await database.run(insert, 3, 'three');
    wake();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(late).rejects.toThrow(/is over/);
    expect(await database.all('SELECT id FROM notes')).toEqual([{ id: 3 }]);
  });

  it('are refused when too many wait', async () => {
    const database = await createDatabase({ queueLimit: 3 });
    const writes = await Promise.allSettled([1, 2, 3, 4, 5].map((id) => database.run(insert, id, String(id))));
    expect(writes.map((write) => write.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await database.run(insert, 9, 'nine');
    expect(await database.get(count)).toEqual({ n: 4 });
  });

  it('that were taken before closing are finished', async () => {
    const database = await createDatabase();
    const write = database.run(insert, 1, 'one');
    await database.close();
    await write;
    expect(await (await createDatabase()).get(count)).toEqual({ n: 1 });
  });
});

/** Commits two pairs, begins a third, and says so: from there on it is to be killed. */
const writerToKill = (module: string): string => `
  const { createSqliteDatabase } = await import(${JSON.stringify(module)});
  const { systemClock } = await import('#base/clock');
  const { silentLogger } = await import('#base/log');
  const migrations = ${JSON.stringify([notes])};
  const database = await createSqliteDatabase({ path: ${JSON.stringify(path)}, clock: systemClock, log: silentLogger(), migrations });
  const add = (queries, id) => queries.run('INSERT INTO notes (id, text) VALUES (?, ?)', id, String(id));
  for (const id of [1, 3]) await database.transaction(async (queries) => {
    await add(queries, id);
    await add(queries, id + 1);
  });
  await database.transaction(async (queries) => {
    await add(queries, 5);
    console.log('in the middle');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  });
`;

it('a program that is killed in the middle of a transaction leaves whole transactions and nothing else', async () => {
  const program = writerToKill(new URL('./sqlite.ts', import.meta.url).href);
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', program],
    { stdio: ['ignore', 'pipe', 'inherit'], timeout: 14_000, killSignal: 'SIGKILL' },
  );
  const closed = once(child, 'close');
  try {
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) if (line === 'in the middle') break;
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
  const sqlite = await loadSqlite();
  const check = new sqlite(path);
  expect(check.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  // Pairs that were committed, without the half of one that was being written.
  expect(check.prepare('SELECT id FROM notes ORDER BY id').pluck().all()).toEqual([1, 2, 3, 4]);
  check.close();
  const database = await createDatabase();
  await database.run(insert, 5, 'five');
  expect(await database.get(count)).toEqual({ n: 5 });
});
