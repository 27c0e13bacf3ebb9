import { AsyncLocalStorage } from 'node:async_hooks';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '#base/clock';
import type { Database, Queries, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import { asFault, type Connection, openConnection } from './connection.ts';
import { migrate } from './migrate.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { loadSqlite } from './sqlite-package.ts';
import { createWalSync } from './wal-sync.ts';
import { createWriterQueue } from './writer-queue.ts';

export interface SqliteOptions {
  /** The database file; made, with its folder, when missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly migrations?: readonly Migration[];
  /** Writes that may wait, 2000 when left out; more are refused with `store.busy`. */
  readonly queueLimit?: number;
}

/** A transaction that takes longer waits for something it should not wait for; it is undone. */
const TRANSACTION_MS = 10_000;

/**
 * SQLite behind the interface of the house: one connection writes, whoever asks first first; another reads, and sees
 * what was committed. Brings the schema up to date before it resolves.
 */
export async function createSqliteDatabase(options: SqliteOptions): Promise<Database> {
  const { path, clock, log } = options;
  const sqlite = await loadSqlite();
  mkdirSync(dirname(path), { recursive: true });
  // SQLite gives its side files the mode of the database.
  closeSync(openSync(path, 'a', 0o600));

  const writer = openConnection(sqlite, path, 'writer');
  try {
    migrate(writer, { path, migrations: options.migrations ?? allMigrations, clock, log });
  } catch (error) {
    writer.close();
    throw asFault(error, path);
  }
  const reader = openConnection(sqlite, path, 'reader');
  const walSync = await createWalSync(path, clock, log);
  const queue = createWriterQueue(options.queueLimit ?? 2000);
  /** The transaction that the present code runs in: waiting for a second one inside it would wait for ever. */
  const inside = new AsyncLocalStorage<{ open: boolean }>();

  async function write<T>(job: () => T | Promise<T>): Promise<T> {
    if (inside.getStore()?.open === true) {
      throw new Error('a transaction writes through the queries it is given, not through the database');
    }
    try {
      return await queue.run(job);
    } catch (error) {
      throw asFault(error, path);
    }
  }

  function writeAlone<T>(job: () => T): Promise<T> {
    return write(() => {
      const result = job();
      walSync.committed();
      return result;
    });
  }

  async function runTransaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const state = { open: true };
    writer.raw.exec('BEGIN IMMEDIATE');
    try {
      const result = await within(
        TRANSACTION_MS,
        inside.run(state, () => work(queriesWithin(writer, state))),
        clock,
      );
      state.open = false;
      writer.raw.exec('COMMIT');
      walSync.committed();
      return result;
    } catch (error) {
      state.open = false;
      // Some errors (disk full, I/O) have undone it already.
      if (writer.raw.inTransaction) writer.raw.exec('ROLLBACK');
      throw error;
    }
  }

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await queue.close();
    await walSync.close();
    reader.close();
    writer.raw.pragma('optimize');
    writer.close();
  }

  return {
    async all<Row>(sql: string, ...params: SqlValue[]) {
      if (reader.prepare(sql).readonly) return reader.all<Row>(sql, params);
      return writeAlone(() => writer.all<Row>(sql, params));
    },
    async get<Row>(sql: string, ...params: SqlValue[]) {
      if (reader.prepare(sql).readonly) return reader.get<Row>(sql, params);
      return writeAlone(() => writer.get<Row>(sql, params));
    },
    run: (sql, ...params) => writeAlone(() => writer.run(sql, params)),
    transaction: (work) => write(() => runTransaction(work)),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function queriesWithin(writer: Connection, state: { readonly open: boolean }): Queries {
  const check = (): void => {
    if (!state.open) throw new Error('the transaction of these queries is over');
  };
  return {
    async all<Row>(sql: string, ...params: SqlValue[]) {
      check();
      return writer.all<Row>(sql, params);
    },
    async get<Row>(sql: string, ...params: SqlValue[]) {
      check();
      return writer.get<Row>(sql, params);
    },
    async run(sql, ...params) {
      check();
      return writer.run(sql, params);
    },
  };
}

async function within<T>(limitMs: number, work: Promise<T>, clock: Clock): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(limitMs, () =>
      reject(new Fault('internal', 'store.transactionTooLong', `a transaction was undone after ${limitMs} ms`)),
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
