import type { Migration } from './migration.ts';

/** Which model objects are recognised with, and how the files of models were judged. Times are ms since 1970. */
export const models: Migration = {
  id: '0014-models',
  statements: [
    // One row, once somebody has chosen; before that the program takes what is there.
    `CREATE TABLE model_choice (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      name TEXT NOT NULL,
      chosen_ms INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE model_checks (
      name TEXT PRIMARY KEY,
      -- The file and its card as they were judged; another size or time is another file.
      stamp TEXT NOT NULL,
      -- JSON: the judgement, and the card that it was made with.
      result TEXT NOT NULL
    ) STRICT`,
  ],
};
