/** One step forward of the schema; it runs in a transaction of its own and is never changed after a release. */
export interface Migration {
  /** `NNNN-name`; the order is that of the list in `index.ts`. */
  readonly id: string;
  /** One statement each, in SQLite's dialect. */
  readonly statements: readonly string[];
}
