import type { Database } from '#base/database';
import type { Verdict } from '#contracts/alerts';

/** How alerts were answered, in numbers. Ranges are ms since 1970, the end no longer in them. */
export interface AlertFigures {
  /** Of those that somebody took in hand in the range, ms; `null` when nobody did. */
  medianAcknowledgeMs(range: { startMs: number; endMs: number }): Promise<number | null>;
  /** Closed in the range; of them, those that were no alerts. */
  closed(range: { startMs: number; endMs: number }): Promise<{ all: number; wrong: number }>;
}

const WRONG: Verdict = 'false';
/** Answers that are looked at for a median. */
const MOST = 10_000;

export function createAlertFigures(database: Pick<Database, 'all' | 'get'>): AlertFigures {
  return {
    async medianAcknowledgeMs({ startMs, endMs }) {
      const rows = await database.all<{ ms: number }>(
        `SELECT acknowledged_ms - opened_ms AS ms FROM alerts
         WHERE acknowledged_ms >= ? AND acknowledged_ms < ? ORDER BY ms LIMIT ?`,
        ...[startMs, endMs, MOST],
      );
      const middle = Math.floor(rows.length / 2);
      const [low, high] = [rows[rows.length % 2 === 0 ? middle - 1 : middle], rows[middle]];
      return low === undefined || high === undefined ? null : (low.ms + high.ms) / 2;
    },
    async closed({ startMs, endMs }) {
      const row = await database.get<{ all: number; wrong: number | null }>(
        `SELECT COUNT(*) AS "all", SUM(verdict = ?) AS wrong FROM alerts WHERE closed_ms >= ? AND closed_ms < ?`,
        ...[WRONG, startMs, endMs],
      );
      return { all: row?.all ?? 0, wrong: row?.wrong ?? 0 };
    },
  };
}
