import type { Queries } from '#base/database';

/** Whatever a feed has said and nobody has taken back: what counts, what another value took the place of, what it repeated. */
const SAID = [
  'observation_cells WHERE feed = ?',
  'observation_revisions WHERE undone_ms IS NULL AND feed = ?',
  'observation_repeats WHERE feed = ?',
] as const;

/**
 * After a batch of a feed was taken back, of each indicator that it spoke of: where the newest period begins of which the
 * feed has still said something, `null` where there is none. In the caller's transaction.
 */
export async function periodsLeft(
  queries: Queries,
  { batchId, feedId }: { readonly batchId: string; readonly feedId: string },
): Promise<ReadonlyMap<string, number | null>> {
  const spokenOf = await queries.all<{ indicator: number; word: string; feed: number }>(
    `SELECT part.indicator, word.word, feed.id AS feed FROM observation_batches AS batch
     JOIN observation_batch_parts AS part ON part.batch = batch.number
     JOIN observation_words AS word ON word.id = part.indicator
     JOIN observation_words AS feed ON feed.kind = 'feed' AND feed.word = ?
     WHERE batch.id = ?`,
    ...[feedId, batchId],
  );
  const left = new Map<string, number | null>();
  for (const { indicator, word, feed } of spokenOf) {
    let newest: number | null = null;
    for (const said of SAID) {
      // From the newest on, and only what is newer than what was found: the whole of an indicator is not read for this.
      const row: { period_ms: number } | undefined = await queries.get(
        `SELECT period_ms FROM ${said} AND indicator = ? AND period_ms > ? ORDER BY period_ms DESC LIMIT 1`,
        ...[feed, indicator, newest ?? Number.MIN_SAFE_INTEGER],
      );
      newest = row?.period_ms ?? newest;
    }
    left.set(word, newest);
  }
  return left;
}
