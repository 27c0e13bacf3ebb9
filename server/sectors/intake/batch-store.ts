import type { Database, Queries, SqlValue } from '#base/database';
import type { SecretBox } from '#base/secrets';
import type { BatchCounts, FeedFormat, FeedWay, RowRepair, RowVerdictKind } from '#contracts/feeds';
import type { Scores } from '#contracts/quality';
import type { BatchFacts, RowFacts } from '../interfaces.ts';
import type { RefusalCode, RowFault } from './raw-row.ts';

/** What came, and what became of each row that was not simply accepted. */
export interface StoredBatch {
  readonly id: string;
  readonly feedId: string;
  readonly receivedMs: number;
  readonly sender: string;
  readonly way: FeedWay;
  readonly format: FeedFormat;
  readonly bytes: number;
  readonly sha256: string;
  readonly idempotencyKey: string | null;
  readonly counts: BatchCounts;
  readonly scores: Scores;
  readonly refused: { readonly code: RefusalCode; readonly detail: string; readonly line: number | null } | null;
  readonly skewMs: number | null;
  readonly undoneMs: number | null;
  readonly undoneBy: string | null;
}
export interface StoredRow {
  readonly row: number;
  readonly line: number | null;
  readonly verdict: RowVerdictKind;
  readonly faults: readonly RowFault[];
  readonly repairs: readonly RowRepair[];
  /** `null` of what is quarantined or secret. */
  readonly sent: string | null;
  /** Of what is quarantined; opened only for those who may see it. */
  readonly sealed: string | null;
  readonly unitId: string | null;
  readonly areaCode: string | null;
  readonly indicator: string | null;
  readonly value: number | null;
}

interface BatchRow extends Omit<Record<RowVerdictKind | 'received', number>, never> {
  readonly id: string;
  readonly feed_id: string;
  readonly received_ms: number;
  readonly sender: string;
  readonly way: FeedWay;
  readonly format: FeedFormat;
  readonly bytes: number;
  readonly sha256: string;
  readonly idempotency_key: string | null;
  readonly scores: string;
  readonly refused: string | null;
  readonly skew_ms: number | null;
  readonly undone_ms: number | null;
  readonly undone_by: string | null;
}
interface RowRow {
  readonly row: number;
  readonly line: number | null;
  readonly verdict: RowVerdictKind;
  readonly faults: string;
  readonly repairs: string;
  readonly sent: string | null;
  readonly sealed: Uint8Array | null;
  readonly unit_id: string | null;
  readonly area_code: string | null;
  readonly indicator: string | null;
  readonly value: number | null;
}

const BATCH_COLUMNS = `id, feed_id, received_ms, sender, way, format, bytes, sha256, idempotency_key, received, accepted,
  repaired, revised, duplicate, quarantined, rejected, scores, refused, skew_ms`;
const ROW_COLUMNS =
  'batch_id, row, line, verdict, code, faults, repairs, sent, sealed, unit_id, area_code, indicator, value';
const ROWS_AT_ONCE = 50;
const FORGOTTEN_AT_ONCE = 5000;

export type BatchStore = ReturnType<typeof createBatchStore>;

export function createBatchStore(database: Database, secretBox: SecretBox) {
  function storedRow(row: RowRow): StoredRow {
    return {
      ...{ row: row.row, line: row.line, verdict: row.verdict, sent: row.sent },
      faults: JSON.parse(row.faults),
      repairs: JSON.parse(row.repairs),
      sealed: row.sealed === null ? null : secretBox.open(row.sealed),
      ...{ unitId: row.unit_id, areaCode: row.area_code, indicator: row.indicator, value: row.value },
    };
  }

  return {
    async insert(queries: Queries, batch: StoredBatch): Promise<void> {
      const { counts } = batch;
      const values: SqlValue[] = [
        ...[batch.id, batch.feedId, batch.receivedMs, batch.sender, batch.way, batch.format, batch.bytes],
        ...[batch.sha256, batch.idempotencyKey, counts.received, counts.accepted, counts.repaired, counts.revised],
        ...[counts.duplicate, counts.quarantined, counts.rejected, JSON.stringify(batch.scores)],
        ...[batch.refused === null ? null : JSON.stringify(batch.refused), batch.skewMs],
      ];
      await queries.run(
        `INSERT INTO batches (${BATCH_COLUMNS}) VALUES (${values.map(() => '?').join(', ')})`,
        ...values,
      );
    },

    async insertRows(queries: Queries, batchId: string, rows: readonly StoredRow[]): Promise<void> {
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        const some = rows.slice(at, at + ROWS_AT_ONCE);
        const values = some.flatMap((row): SqlValue[] => [
          ...[batchId, row.row, row.line, row.verdict, row.faults[0]?.code ?? row.repairs[0] ?? row.verdict],
          ...[JSON.stringify(row.faults), JSON.stringify(row.repairs), row.sent],
          row.sealed === null ? null : secretBox.seal(row.sealed),
          ...[row.unitId, row.areaCode, row.indicator, row.value],
        ]);
        const marks = some.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
        await queries.run(`INSERT INTO batch_rows (${ROW_COLUMNS}) VALUES ${marks}`, ...values);
      }
    },

    async find(id: string): Promise<StoredBatch | undefined> {
      const row = await database.get<BatchRow>('SELECT * FROM batches WHERE id = ?', id);
      return row === undefined ? undefined : storedBatch(row);
    },

    async byKey(queries: Queries, feedId: string, key: string): Promise<StoredBatch | undefined> {
      const sql = 'SELECT * FROM batches WHERE feed_id = ? AND idempotency_key = ? AND undone_ms IS NULL';
      const row = await queries.get<BatchRow>(sql, feedId, key);
      return row === undefined ? undefined : storedBatch(row);
    },

    /** The newest first. */
    async list(feedId: string, beforeMs: number, limit: number): Promise<readonly StoredBatch[]> {
      const rows = await database.all<BatchRow>(
        'SELECT * FROM batches WHERE feed_id = ? AND received_ms < ? ORDER BY received_ms DESC, id LIMIT ?',
        ...[feedId, beforeMs, limit],
      );
      return rows.map(storedBatch);
    },

    /** Rows that were not simply accepted, in their order. */
    async rows(
      batchId: string,
      { verdict, after, limit }: { verdict?: RowVerdictKind | undefined; after: number; limit: number },
    ): Promise<readonly StoredRow[]> {
      const rows = await database.all<RowRow>(
        `SELECT row, line, verdict, faults, repairs, sent, sealed, unit_id, area_code, indicator, value FROM batch_rows
         WHERE batch_id = ? AND row > ? AND (? IS NULL OR verdict = ?) ORDER BY row LIMIT ?`,
        ...[batchId, after, verdict ?? null, verdict ?? null, limit],
      );
      return rows.map(storedRow);
    },

    async markUndone(queries: Queries, id: string, nowMs: number, by: string): Promise<boolean> {
      const sql = 'UPDATE batches SET undone_ms = ?, undone_by = ? WHERE id = ? AND undone_ms IS NULL';
      return (await queries.run(sql, nowMs, by, id)).changes > 0;
    },

    /** When the newest delivery came that is not undone and of which anything was right; `null` where there is none. */
    async lastRightMs(queries: Queries, feedId: string): Promise<number | null> {
      const row = await queries.get<{ lastMs: number | null }>(
        `SELECT MAX(received_ms) AS lastMs FROM batches WHERE feed_id = ? AND undone_ms IS NULL AND refused IS NULL
           AND (received = 0 OR rejected + quarantined < received)`,
        feedId,
      );
      return row?.lastMs ?? null;
    },

    /** For the scores: not undone, oldest first. */
    async facts(feedId: string, fromMs: number, toMs: number): Promise<readonly BatchFacts[]> {
      const rows = await database.all<BatchRow>(
        `SELECT * FROM batches WHERE feed_id = ? AND received_ms >= ? AND received_ms < ? AND undone_ms IS NULL
         ORDER BY received_ms, id LIMIT 100000`,
        ...[feedId, fromMs, toMs],
      );
      return rows.map((row) => factsOf(storedBatch(row)));
    },

    async badRows(feedId: string, fromMs: number, toMs: number, limit: number): Promise<readonly RowFacts[]> {
      return database.all<RowFacts>(
        `SELECT r.batch_id AS batchId, r.row, r.unit_id AS unitId, r.area_code AS areaCode, r.indicator, r.value, r.code,
           r.verdict
         FROM batches b JOIN batch_rows r ON r.batch_id = b.id
         WHERE b.feed_id = ? AND b.received_ms >= ? AND b.received_ms < ? AND b.undone_ms IS NULL
           AND r.verdict IN ('repaired', 'duplicate', 'quarantined', 'rejected')
         ORDER BY b.received_ms, b.id, r.row LIMIT ?`,
        ...[feedId, fromMs, toMs, limit],
      );
    },

    /**
     * What they say for themselves is kept as long as the deliveries are; which row was wrong, and why, stays. A few at a
     * time: true while there are more.
     */
    async forgetSent(beforeMs: number): Promise<boolean> {
      const { changes } = await database.run(
        `UPDATE batch_rows SET sent = NULL WHERE sent IS NOT NULL AND (batch_id, row) IN (
           SELECT r.batch_id, r.row FROM batch_rows r JOIN batches b ON b.id = r.batch_id
           WHERE r.sent IS NOT NULL AND b.received_ms < ? LIMIT ?)`,
        ...[beforeMs, FORGOTTEN_AT_ONCE],
      );
      return changes === FORGOTTEN_AT_ONCE;
    },

    /** What is sealed is kept only as long as somebody may want to look into it. */
    async forgetSealed(beforeMs: number): Promise<void> {
      await database.run(
        `UPDATE batch_rows SET sealed = NULL WHERE sealed IS NOT NULL
           AND batch_id IN (SELECT id FROM batches WHERE received_ms < ?)`,
        beforeMs,
      );
    },
  };
}

function storedBatch(row: BatchRow): StoredBatch {
  const { received, accepted, repaired, revised, duplicate, quarantined, rejected } = row;
  return {
    ...{ id: row.id, feedId: row.feed_id, receivedMs: row.received_ms, sender: row.sender, way: row.way },
    ...{ format: row.format, bytes: row.bytes, sha256: row.sha256, idempotencyKey: row.idempotency_key },
    counts: { received, accepted, repaired, revised, duplicate, quarantined, rejected },
    scores: JSON.parse(row.scores),
    refused: row.refused === null ? null : JSON.parse(row.refused),
    ...{ skewMs: row.skew_ms, undoneMs: row.undone_ms, undoneBy: row.undone_by },
  };
}

export function factsOf({ id, feedId, receivedMs, sha256, counts, skewMs }: StoredBatch): BatchFacts {
  return { id, feedId, receivedMs, sha256, ...counts, skewMs };
}
