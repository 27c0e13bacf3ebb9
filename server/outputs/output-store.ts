import type { Database, Queries } from '#base/database';
import type { SecretBox } from '#base/secrets';
import {
  OUTPUT_KINDS,
  type OutputFailure,
  type OutputFilter,
  type OutputInput,
  type OutputKindName,
} from '#contracts/outputs';
import type { Message } from './output.ts';
import { lastingOf, noteSent, noteTaken, retainedOf } from './output-retained.ts';

/** Outputs and what waits in them, as tables. */
export interface StoredOutput {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly filter: OutputFilter;
  /** As `outputInputSchema` made them, without what it left out. */
  readonly target: Target;
  /** Events up to this number of the log have been taken in. */
  readonly taken: number;
  /** Changes of alerts and incidents likewise. */
  readonly changesTaken: number;
  readonly sent: number;
  readonly lastSentMs: number | null;
  readonly lastError: string | null;
  readonly lastErrorMs: number | null;
}
export type Target = {
  [K in OutputKindName]: {
    readonly kind: K;
    readonly settings: Extract<OutputInput, { kind: K }>['settings'];
    readonly secrets: Readonly<Record<string, string>>;
  };
}[OutputKindName];

/** Numbers up to which an output has taken in events and changes. */
export interface Places {
  readonly events: number;
  readonly changes: number;
}

export interface WaitingMessage {
  readonly id: number;
  readonly message: Message;
  readonly takenMs: number;
  readonly attempts: number;
}

export interface LeftMessage {
  readonly id: number;
  readonly message: Message;
  readonly notBeforeMs: number | null;
}

interface OutputRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly enabled: number;
  readonly settings: string;
  readonly secrets: Uint8Array;
  readonly filter: string;
  readonly taken: number;
  readonly changesTaken: number;
  readonly sent: number;
  readonly lastSentMs: number | null;
  readonly lastError: string | null;
  readonly lastErrorMs: number | null;
}

/** A message is put off for so long at most; one that seems to be for longer was so by a clock that was wrong. */
export const MOST_LATER_MS = 15 * 60_000;
/** Given up messages that are kept for each output; the oldest go. */
const MOST_FAILED = 1000;
/** Likewise of what got through in part, and waits for the rest of its receivers; the oldest are given up. */
const MOST_LEFT = 1000;

export type OutputStore = ReturnType<typeof createOutputStore>;

export function createOutputStore(database: Database, secretBox: SecretBox) {
  /** `undefined` for a kind that this program does not know: a newer one wrote it. */
  function outputOf(row: OutputRow): StoredOutput | undefined {
    const kind = OUTPUT_KINDS.find((one) => one === row.kind);
    if (kind === undefined) return undefined;
    // The row was written by `save`, so its settings are those of its kind.
    const target = {
      kind,
      settings: JSON.parse(row.settings),
      secrets: JSON.parse(secretBox.open(row.secrets)),
    } as Target;
    return { ...row, enabled: row.enabled === 1, filter: JSON.parse(row.filter), target };
  }

  return {
    async list(): Promise<readonly StoredOutput[]> {
      const rows = await database.all<OutputRow>(
        `SELECT id, kind, name, enabled, settings, secrets, filter, taken, changes_taken AS changesTaken, sent,
           last_sent_ms AS lastSentMs, last_error AS lastError, last_error_ms AS lastErrorMs FROM outputs ORDER BY created_ms, id`,
      );
      return rows.flatMap((row) => outputOf(row) ?? []);
    },

    async save(output: StoredOutput, nowMs: number): Promise<void> {
      const { id, name, enabled, filter, target, taken, changesTaken } = output;
      await database.run(
        `INSERT INTO outputs (id, kind, name, enabled, settings, secrets, filter, taken, changes_taken, created_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, enabled = excluded.enabled, settings = excluded.settings,
           secrets = excluded.secrets, filter = excluded.filter, taken = excluded.taken,
           changes_taken = excluded.changes_taken`,
        id,
        target.kind,
        name,
        enabled ? 1 : 0,
        JSON.stringify(target.settings),
        secretBox.seal(JSON.stringify(target.secrets)),
        JSON.stringify(filter),
        taken,
        changesTaken,
        nowMs,
      );
    },

    async remove(outputId: string): Promise<void> {
      await database.run('DELETE FROM outputs WHERE id = ?', outputId);
    },

    retained: (outputId: string): Promise<readonly string[]> => retainedOf(database, outputId),
    lasting: (outputId: string): Promise<readonly string[]> => lastingOf(database, outputId),
    isLasting: async (outputId: string, alertId: string): Promise<boolean> =>
      (await lastingOf(database, outputId, alertId)).length > 0,

    /** `places`: how far was read for these messages; both or neither is kept. */
    async take(outputId: string, messages: readonly Message[], nowMs: number, places: Places): Promise<void> {
      await database.transaction(async (queries) => {
        for (const message of messages) await insert(queries, outputId, message, nowMs);
        await queries.run(
          'UPDATE outputs SET taken = ?, changes_taken = ? WHERE id = ?',
          ...[places.events, places.changes, outputId],
        );
      });
    },

    /** Without what is put off; what is left of earlier ones behind what nobody got yet. */
    async waiting(outputId: string, limit: number, nowMs: number): Promise<readonly WaitingMessage[]> {
      const rows = await database.all<{ id: number; message: string; takenMs: number; attempts: number }>(
        `SELECT id, message, taken_ms AS takenMs, attempts FROM output_messages
         WHERE output_id = ? AND failed_ms IS NULL AND NOT not_before_ms BETWEEN ? AND ?
         ORDER BY not_before_ms > 0, id LIMIT ?`,
        ...[outputId, nowMs + 1, nowMs + MOST_LATER_MS, limit],
      );
      return rows.map((row) => ({ ...row, message: JSON.parse(row.message) }));
    },

    /** Until when the first of those is put off that are; `null` where none is. */
    async putOff(outputId: string, nowMs: number): Promise<number | null> {
      const row = await database.get<{ first: number | null }>(
        `SELECT MIN(not_before_ms) AS first FROM output_messages
         WHERE output_id = ? AND failed_ms IS NULL AND not_before_ms BETWEEN ? AND ?`,
        ...[outputId, nowMs + 1, nowMs + MOST_LATER_MS],
      );
      return row?.first ?? null;
    },

    /** `fresh`: of those that wait, the ones that nobody got yet. */
    async counts(outputId: string): Promise<{ waiting: number; fresh: number; failed: number }> {
      const row = await database.get<{ waiting: number; fresh: number; failed: number }>(
        `SELECT (SELECT COUNT(*) FROM output_messages WHERE output_id = ? AND failed_ms IS NULL) AS waiting,
           (SELECT COUNT(*) FROM output_messages WHERE output_id = ? AND failed_ms IS NULL AND not_before_ms = 0)
             AS fresh,
           (SELECT COUNT(*) FROM output_messages WHERE output_id = ? AND failed_ms IS NOT NULL) AS failed`,
        ...[outputId, outputId, outputId],
      );
      return row ?? { waiting: 0, fresh: 0, failed: 0 };
    },

    async sent(outputId: string, messageIds: readonly number[], nowMs: number): Promise<void> {
      await database.transaction(async (queries) => {
        for (const id of messageIds) {
          await queries.run('DELETE FROM output_messages WHERE id = ?', id);
          await noteSent(queries, outputId, id);
        }
        await queries.run(
          'UPDATE outputs SET sent = sent + ?, last_sent_ms = ?, last_error = NULL, last_error_ms = NULL WHERE id = ?',
          messageIds.length,
          nowMs,
          outputId,
        );
      });
    },

    /** `given` are given up, `again` wait on. */
    async notSent(
      outputId: string,
      { given, again, error }: { given: readonly number[]; again: readonly number[]; error: string },
      nowMs: number,
    ): Promise<void> {
      await database.transaction(async (queries) => {
        const mark = 'UPDATE output_messages SET attempts = attempts + 1, error = ?, failed_ms = ? WHERE id = ?';
        for (const id of given) await queries.run(mark, error, nowMs, id);
        for (const id of again) await queries.run(mark, error, null, id);
        await queries.run('UPDATE outputs SET last_error = ?, last_error_ms = ? WHERE id = ?', error, nowMs, outputId);
        if (given.length > 0) await forgetOldest(queries, outputId);
      });
    },

    /** Something was sent, and something is `left`: until `notBeforeMs`, or for good where that is `null`. */
    async partlySent(
      outputId: string,
      { sent, left, error }: { sent: readonly number[]; left: readonly LeftMessage[]; error: string },
      nowMs: number,
    ): Promise<void> {
      await database.transaction(async (queries) => {
        for (const id of sent) await queries.run('DELETE FROM output_messages WHERE id = ?', id);
        for (const { id, message, notBeforeMs } of left) {
          await queries.run(
            `UPDATE output_messages SET message = ?, attempts = attempts + 1, error = ?, not_before_ms = ?, failed_ms = ?
             WHERE id = ?`,
            ...[JSON.stringify(message), error, notBeforeMs ?? 0, notBeforeMs === null ? nowMs : null, id],
          );
        }
        await queries.run(
          'UPDATE outputs SET sent = sent + ?, last_sent_ms = ?, last_error = ?, last_error_ms = ? WHERE id = ?',
          ...[sent.length, nowMs, error, nowMs, outputId],
        );
        await queries.run(
          `UPDATE output_messages SET failed_ms = ? WHERE id IN (
             SELECT id FROM output_messages WHERE output_id = ? AND failed_ms IS NULL AND not_before_ms > 0
             ORDER BY id DESC LIMIT -1 OFFSET ?)`,
          ...[nowMs, outputId, MOST_LEFT],
        );
        await forgetOldest(queries, outputId);
      });
    },

    async failures(outputId: string): Promise<readonly OutputFailure[]> {
      const rows = await database.all<{
        id: number;
        message: string;
        timeMs: number;
        failedMs: number;
        attempts: number;
        error: string | null;
      }>(
        `SELECT id, message, time_ms AS timeMs, failed_ms AS failedMs, attempts, error FROM output_messages
         WHERE output_id = ? AND failed_ms IS NOT NULL ORDER BY failed_ms DESC, id DESC LIMIT 200`,
        outputId,
      );
      return rows.map(({ message, error, ...row }) => {
        const { event }: Message = JSON.parse(message);
        return { ...row, type: event.type, cameraId: event.subject ?? null, error: error ?? '' };
      });
    },

    /** Puts it at the end of what waits. `false` when it is not there. */
    async retry(outputId: string, failureId: number, nowMs: number): Promise<boolean> {
      return database.transaction(async (queries) => {
        const failed = 'id = ? AND output_id = ? AND failed_ms IS NOT NULL';
        const row = await queries.get<{ message: string }>(
          `SELECT message FROM output_messages WHERE ${failed}`,
          ...[failureId, outputId],
        );
        if (row === undefined) return false;
        const message: Message = JSON.parse(row.message);
        await queries.run(`DELETE FROM output_messages WHERE ${failed}`, ...[failureId, outputId]);
        await insert(queries, outputId, { ...message, asked: true }, nowMs);
        return true;
      });
    },
  };
}

async function insert(queries: Queries, outputId: string, message: Message, nowMs: number): Promise<void> {
  const row = await queries.get<{ id: number }>(
    'INSERT INTO output_messages (output_id, message, time_ms, taken_ms) VALUES (?, ?, ?, ?) RETURNING id',
    outputId,
    JSON.stringify(message),
    Date.parse(message.event.time),
    nowMs,
  );
  if (row !== undefined) await noteTaken(queries, outputId, row.id, message);
}

async function forgetOldest(queries: Queries, outputId: string): Promise<void> {
  await queries.run(
    `DELETE FROM output_messages WHERE id IN (
       SELECT id FROM output_messages WHERE output_id = ? AND failed_ms IS NOT NULL
       ORDER BY failed_ms DESC, id DESC LIMIT -1 OFFSET ?)`,
    outputId,
    MOST_FAILED,
  );
}
