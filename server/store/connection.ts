import type { SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import type { SqliteConnection, SqliteConstructor, SqliteStatement } from './sqlite-package.ts';

/** One connection with its prepared statements. Everything here is synchronous, as the library is. */
export interface Connection {
  readonly raw: SqliteConnection;
  prepare(sql: string): SqliteStatement;
  all<Row>(sql: string, params: readonly SqlValue[]): Row[];
  get<Row>(sql: string, params: readonly SqlValue[]): Row | undefined;
  run(sql: string, params: readonly SqlValue[]): { changes: number };
  close(): void;
}

/** How long a statement waits for another process (a backup, the command line) to let go of the file. */
const BUSY_MS = 5000;
/** Statements are few and fixed; only lists of varying length make new ones. */
const STATEMENTS = 500;

export function openConnection(sqlite: SqliteConstructor, path: string, role: 'writer' | 'reader'): Connection {
  const raw = new sqlite(path, { readonly: role === 'reader', timeout: BUSY_MS });
  try {
    configure(raw, role);
  } catch (cause) {
    raw.close();
    throw asFault(cause, path);
  }
  const statements = new Map<string, SqliteStatement>();

  function prepare(sql: string): SqliteStatement {
    const known = statements.get(sql);
    const statement = known ?? raw.prepare<unknown[], unknown>(sql);
    // The map keeps the order of insertion: moved to the end on use, the first is the one longest unused.
    if (known !== undefined) statements.delete(sql);
    statements.set(sql, statement);
    const oldest = statements.size > STATEMENTS ? statements.keys().next() : undefined;
    if (oldest?.done === false) statements.delete(oldest.value);
    return statement;
  }

  return {
    raw,
    prepare,
    all: <Row>(sql: string, params: readonly SqlValue[]) => prepare(sql).all(...params) as Row[],
    get: <Row>(sql: string, params: readonly SqlValue[]) => prepare(sql).get(...params) as Row | undefined,
    run: (sql, params) => ({ changes: prepare(sql).run(...params).changes }),
    close: () => void raw.close(),
  };
}

function configure(raw: SqliteConnection, role: 'writer' | 'reader'): void {
  raw.pragma('foreign_keys = ON');
  raw.pragma('trusted_schema = OFF');
  if (role === 'reader') return;
  // Readers go on while one writes.
  raw.pragma('journal_mode = WAL');
  // FULL would hold the thread that carries live video for an fsync per commit. NORMAL keeps the file consistent
  // whatever happens, and every commit through a crash of the program; `wal-sync.ts` bounds what a power cut may take.
  raw.pragma('synchronous = NORMAL');
  raw.pragma('journal_size_limit = 67108864');
}

/** Faults of the file itself, said so that the administrator knows what to do. */
export function asFault(error: unknown, path: string): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'SQLITE_NOTADB')
    return new Fault('internal', 'store.notADatabase', `${path} is not a database`, { cause: error });
  if (code === 'SQLITE_BUSY')
    return new Fault('unavailable', 'store.locked', `${path} is held by another program`, { cause: error });
  if (code === 'SQLITE_FULL')
    return new Fault('unavailable', 'store.diskFull', `no space is left for ${path}`, { cause: error });
  return error;
}
