/**
 * What a part may ask of the database: SQLite on one machine, PostgreSQL for a province, behind one interface. It is
 * asynchronous for the sake of the second; statements use `?` for parameters and plain SQL that both understand.
 */

export type SqlValue = string | number | bigint | null | Uint8Array;

export interface Queries {
  /** All rows. `Row` names the columns of the statement: integers are numbers, booleans are 0 and 1. */
  all<Row>(sql: string, ...params: SqlValue[]): Promise<Row[]>;
  /** The first row, or `undefined`. */
  get<Row>(sql: string, ...params: SqlValue[]): Promise<Row | undefined>;
  /** Runs a statement that returns no rows. */
  run(sql: string, ...params: SqlValue[]): Promise<{ changes: number }>;
}

export interface Database extends Queries {
  /**
   * Runs `work` alone against all other writers; what it wrote is kept when it resolves and undone when it rejects.
   * `work` must use the `Queries` it is given and must not wait for anything but them.
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** True for the error that a broken UNIQUE constraint raises, whichever database raised it. */
export function isUniqueViolation(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return (
    error.code === 'SQLITE_CONSTRAINT_UNIQUE' || error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || error.code === '23505'
  );
}
