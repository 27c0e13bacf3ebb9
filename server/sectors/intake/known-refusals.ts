import { createHmac, randomBytes } from 'node:crypto';
import { breathe } from './breathe.ts';
import type { Judged } from './judge.ts';

/**
 * Rows of what is fetched again and again that were not taken: one that stands there for a week was refused once, not a
 * hundred times a day. In memory alone, as what nobody can read back: after a restart each counts once more.
 */
export interface KnownRefusals {
  /** Of a delivery: rows that came before as they are now and were not taken for the same reasons. */
  of(feedId: string, judged: Judged): Promise<SeenRefusals>;
  /** They came with this delivery, the new ones for the first time. */
  note(feedId: string, batchId: string, seen: SeenRefusals): void;
  /** The delivery was taken back: fetched again, they are new. */
  forget(feedId: string, batchId: string): void;
}
export interface SeenRefusals {
  readonly known: ReadonlySet<number>;
  readonly marks: readonly string[];
}

/** Of a feed; of one with more, the others count each time. */
const MOST_ROWS = 1000;
const MOST_FEEDS = 2000;

export function createKnownRefusals(): KnownRefusals {
  // What is set aside names people, and numbers of theirs are few enough to try them all.
  const key = randomBytes(32);
  /** By feed, by mark: the delivery that it came with first. The newest are first. */
  const feeds = new Map<string, ReadonlyMap<string, string>>();

  return {
    async of(feedId, { reading, rows }) {
      const before = feeds.get(feedId);
      const sent = new Map(reading.rows.map((raw) => [raw.row, raw.sent]));
      const known = new Set<number>();
      const marks = new Set<string>();
      for (const [at, { row, faults }] of rows.entries()) {
        await breathe(at);
        if (faults.length === 0) continue;
        const said = [sent.get(row), ...faults.map(({ column, code }) => [column, code])];
        const mark = createHmac('sha256', key).update(JSON.stringify(said)).digest('base64');
        if (before?.has(mark) === true) known.add(row);
        if (marks.size < MOST_ROWS) marks.add(mark);
      }
      return { known, marks: [...marks] };
    },
    note(feedId, batchId, { marks }) {
      const before = feeds.get(feedId);
      if (before === undefined && marks.length === 0) return;
      const now = new Map(marks.map((mark) => [mark, before?.get(mark) ?? batchId]));
      // A list that leaves a row out now and then has not forgotten it.
      for (const [mark, batch] of before ?? []) {
        if (now.size >= MOST_ROWS) break;
        if (!now.has(mark)) now.set(mark, batch);
      }
      feeds.delete(feedId);
      feeds.set(feedId, now);
      const oldest = feeds.size > MOST_FEEDS ? feeds.keys().next() : undefined;
      if (oldest?.done === false) feeds.delete(oldest.value);
    },
    forget(feedId, batchId) {
      const before = feeds.get(feedId);
      if (before === undefined) return;
      feeds.set(feedId, new Map([...before].filter(([, batch]) => batch !== batchId)));
    },
  };
}
