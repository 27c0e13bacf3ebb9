import type { Queries } from '#base/database';
import { forgetEnvelope } from './cloud-event.ts';
import type { Message } from './output.ts';

/**
 * Of which alerts the other side of an output keeps how they stand. It is noted before it is sent, and forgotten after the
 * message that ends it was: what a broker keeps of an alert that nobody takes away stands there as open for ever.
 */
export async function noteTaken(
  queries: Queries,
  outputId: string,
  messageId: number,
  { alert }: Message,
): Promise<void> {
  if (alert?.kept === undefined) return;
  await queries.run(
    `INSERT INTO output_retained (output_id, alert_id, message_id, ends) VALUES (?, ?, ?, ?)
     ON CONFLICT (output_id, alert_id) DO UPDATE SET message_id = excluded.message_id, ends = excluded.ends`,
    ...[outputId, alert.id, messageId, alert.kept === 'standing' ? 0 : 1],
  );
}

export async function noteSent(queries: Queries, outputId: string, messageId: number): Promise<void> {
  await queries.run(
    'DELETE FROM output_retained WHERE output_id = ? AND message_id = ? AND ends = 1',
    ...[outputId, messageId],
  );
}

/** Ids of alerts. */
export async function retainedOf(queries: Queries, outputId: string): Promise<readonly string[]> {
  const rows = await queries.all<{ alertId: string }>(
    'SELECT alert_id AS alertId FROM output_retained WHERE output_id = ? ORDER BY message_id',
    outputId,
  );
  return rows.map(({ alertId }) => alertId);
}

/** Those of them for which nothing waits that ends it; only `alertId` where that is given. */
export async function lastingOf(queries: Queries, outputId: string, alertId?: string): Promise<readonly string[]> {
  const rows = await queries.all<{ alertId: string }>(
    `SELECT alert_id AS alertId FROM output_retained WHERE output_id = ? AND NOT (ends = 1 AND EXISTS
       (SELECT 1 FROM output_messages WHERE id = message_id AND failed_ms IS NULL))
       ${alertId === undefined ? '' : 'AND alert_id = ?'} ORDER BY message_id`,
    ...[outputId, ...(alertId === undefined ? [] : [alertId])],
  );
  return rows.map(({ alertId }) => alertId);
}

export function forgetting(source: string, alertId: string, timeMs: number): Message {
  return {
    event: forgetEnvelope(source, alertId, timeMs),
    alert: { id: alertId, quiet: true, change: 'changed', kept: 'gone' },
  };
}
