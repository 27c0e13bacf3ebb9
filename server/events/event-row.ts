import type { EventType, Severity, TamnhinEvent } from '#contracts/events';

/** An event as the table holds it. */
export interface EventRow {
  readonly sequence: number;
  readonly id: string;
  readonly type: EventType;
  readonly timeMs: number;
  readonly severity: Severity;
  readonly cameraId: string | null;
  readonly data: string;
}

export const COLUMNS = 'sequence, id, type, time_ms AS timeMs, severity, camera_id AS cameraId, data';

/** The row was written by the log, so its data is what its type says. */
export function eventOf(row: EventRow): TamnhinEvent {
  return { ...row, data: JSON.parse(row.data) } as TamnhinEvent;
}
