import type { Database } from '#base/database';

/** Which model a person chose, at the console or on the command line. */
export interface ModelChoice {
  readonly name: string;
  readonly chosenMs: number;
}

export async function chosenModel(database: Database): Promise<ModelChoice | undefined> {
  const row = await database.get<{ name: string; chosen_ms: number }>('SELECT name, chosen_ms FROM model_choice');
  return row && { name: row.name, chosenMs: row.chosen_ms };
}

export async function chooseModel(database: Database, name: string, nowMs: number): Promise<void> {
  await database.run(
    `INSERT INTO model_choice (id, name, chosen_ms) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, chosen_ms = excluded.chosen_ms`,
    ...[name, nowMs],
  );
}

export async function forgetChoice(database: Database): Promise<void> {
  await database.run('DELETE FROM model_choice');
}
