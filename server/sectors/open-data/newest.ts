import type { Database } from '#base/database';
import type { Catalogue, Observations } from '../interfaces.ts';

/** When the newest value of each indicator came, ms since 1970; of one that is reckoned, of any of its parts. */
export interface NewestValues {
  of(indicator: string): number | null;
  close(): void;
}

/** Formulas lean on one another so far at most. */
const DEEPEST = 5;

export async function createNewestValues(options: {
  database: Pick<Database, 'all'>;
  observations: Pick<Observations, 'onChanged'>;
  catalogue: Pick<Catalogue, 'indicator'>;
}): Promise<NewestValues> {
  const { database, observations, catalogue } = options;
  const newest = new Map<string, number>();
  function note(code: string, receivedMs: number): void {
    newest.set(code, Math.max(newest.get(code) ?? 0, receivedMs));
  }
  const close = observations.onChanged(({ cells, receivedMs }) => {
    for (const { indicator } of cells) note(indicator, receivedMs);
  });
  // From before this start: what came for the newest period. A look for each indicator, not at each value.
  const rows = await database.all<{ code: string; receivedMs: number | null }>(
    `SELECT word AS code, (SELECT MAX(received_ms) FROM observation_cells JOIN observation_batches ON number = batch
       WHERE indicator = observation_words.id AND period_ms =
         (SELECT MAX(period_ms) FROM observation_cells WHERE indicator = observation_words.id)) AS receivedMs
     FROM observation_words WHERE kind = 'indicator'`,
  );
  for (const { code, receivedMs } of rows) if (receivedMs !== null) note(code, receivedMs);

  function newestOf(code: string, depth: number): number {
    const formula = depth < DEEPEST ? catalogue.indicator(code)?.formula : null;
    const parts = [...(formula?.numerator ?? []), ...(formula?.denominator ?? [])];
    return Math.max(newest.get(code) ?? 0, ...parts.map(({ indicator }) => newestOf(indicator, depth + 1)));
  }

  return {
    of(indicator) {
      const ms = newestOf(indicator, 0);
      return ms === 0 ? null : ms;
    },
    close,
  };
}
