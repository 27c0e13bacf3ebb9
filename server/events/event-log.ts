import { randomUUID } from 'node:crypto';
import { setImmediate as immediate } from 'node:timers/promises';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import type { EventType, NewEvent, Severity, TamnhinEvent } from '#contracts/events';

/** What happened: written once and in order, and only then told. Numbers rise by one with each event, over restarts. */
export interface EventLog {
  /** Resolves when the event is stored. Rejects with `Fault` `unavailable` when too many wait. */
  append(event: NewEvent): Promise<TamnhinEvent>;
  /**
   * Oldest first with `after`, otherwise newest first: by sequence, or, where a range is given, by time. `visible` sees the
   * camera of each event before it counts.
   */
  query(query: EventQuery): Promise<TamnhinEvent[]>;
  /**
   * For drawing many: the range is cut into `pieces`, and of each comes the first event of each severity; oldest first.
   */
  thinned(cameraId: string, range: { fromMs: number; toMs: number; pieces: number }): Promise<TamnhinEvent[]>;
  /** Every event after `sequence`, or `complete: false` when there are more than `limit` or some are gone already. */
  resume(sequence: number, limit: number, visible: Visible): Promise<{ events: TamnhinEvent[]; complete: boolean }>;
  /** Called once for each event, in order, after it is stored. A listener must not throw. */
  onAppended(listener: (event: TamnhinEvent) => void): () => void;
  /** Resolves when everything that was appended is stored; later calls of `append` are refused. */
  close(): Promise<void>;
}

export type Visible = (cameraId: string | null) => boolean;

export interface EventQuery {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly cameraId?: string | undefined;
  /** ms since 1970, both inclusive. `after` then parts the events of the moment `fromMs`, `before` those of `toMs`. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  readonly visible?: Visible | undefined;
}

export interface EventLogOptions {
  readonly database: Database;
  readonly log: Logger;
  /** Events that are kept; older ones are deleted. */
  readonly keep?: number;
  /** Events that may wait for the database. */
  readonly queueLimit?: number;
}

const KEEP = 200_000;
const QUEUE_LIMIT = 10_000;
/** Events that go into one transaction. */
const BATCH = 500;
/** Rows read at a time while looking for visible ones, and how many such reads one query may cost. */
const PAGE = 500;
const PAGES = 40;
/** Pieces that one query thins: the database answers in this thread, and others want to run. */
const PIECES_AT_A_TIME = 50;

interface Waiting {
  readonly event: NewEvent;
  readonly resolve: (event: TamnhinEvent) => void;
  readonly reject: (error: unknown) => void;
}

export function createEventLog(options: EventLogOptions): EventLog {
  const { database, log, keep = KEEP, queueLimit = QUEUE_LIMIT } = options;
  const listeners = new Set<(event: TamnhinEvent) => void>();
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let closed = false;
  /** Trimming costs a look at the table: it is done for a hundredth of what is kept at a time. */
  let sinceTrim = 0;
  const trimEvery = Math.max(1, Math.floor(keep / 100));

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        const stored = await database.transaction((queries) => insert(queries, batch));
        batch.forEach((item, at) => {
          const event = stored[at];
          if (event === undefined) return;
          for (const listener of listeners) listener(event);
          item.resolve(event);
        });
        await trim(batch.length);
      } catch (error) {
        log.error({ err: error, events: batch.length }, 'events could not be stored');
        for (const item of batch) item.reject(error);
      }
    }
    writing = undefined;
  }

  async function trim(added: number): Promise<void> {
    sinceTrim += added;
    if (sinceTrim < trimEvery) return;
    sinceTrim = 0;
    await database
      .run('DELETE FROM events WHERE sequence <= (SELECT MAX(sequence) FROM events) - ?', keep)
      .catch((error: unknown) => log.warn({ err: error }, 'old events could not be deleted'));
  }

  async function query(request: EventQuery): Promise<TamnhinEvent[]> {
    const { after, before, cameraId, fromMs, toMs, limit, visible = () => true } = request;
    const ascending = after !== undefined;
    const ranged = fromMs !== undefined || toMs !== undefined;
    const found: TamnhinEvent[] = [];
    let lower = { timeMs: fromMs ?? 0, sequence: after ?? -1 };
    let upper = { timeMs: toMs ?? Number.MAX_SAFE_INTEGER, sequence: before ?? Number.MAX_SAFE_INTEGER };
    const direction = ascending ? 'ASC' : 'DESC';
    const where = ranged
      ? `time_ms >= ? AND time_ms <= ? AND (time_ms > ? OR sequence > ?) AND (time_ms < ? OR sequence < ?)`
      : 'sequence > ? AND sequence < ?';
    for (let page = 0; page < PAGES; page += 1) {
      const bounds = ranged
        ? [lower.timeMs, upper.timeMs, lower.timeMs, lower.sequence, upper.timeMs, upper.sequence]
        : [lower.sequence, upper.sequence];
      const rows = await database.all<EventRow>(
        `SELECT ${COLUMNS} FROM events WHERE ${where} ${cameraId === undefined ? '' : 'AND camera_id = ?'}
         ORDER BY ${ranged ? `time_ms ${direction},` : ''} sequence ${direction} LIMIT ?`,
        ...bounds,
        ...(cameraId === undefined ? [] : [cameraId]),
        PAGE,
      );
      for (const row of rows) {
        if (visible(row.cameraId)) found.push(eventOf(row));
        if (found.length === limit) return found;
        if (ascending) lower = row;
        else upper = row;
      }
      if (rows.length < PAGE) break;
    }
    return found;
  }

  return {
    append(event) {
      if (closed || waiting.length >= queueLimit) {
        return Promise.reject(new Fault('unavailable', 'event.queueFull', 'the event log takes no more events'));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject });
        writing ??= writeAll();
      });
    },
    query,
    async thinned(cameraId, { fromMs, toMs, pieces }) {
      const step = Math.max(1, Math.ceil((toMs - fromMs + 1) / pieces));
      const slice = step * PIECES_AT_A_TIME;
      const found: TamnhinEvent[] = [];
      for (let at = fromMs; at <= toMs; at += slice) {
        // Found in the index alone; numbers arrive as floats and must divide as integers.
        const rows = await database.all<EventRow>(
          `SELECT ${COLUMNS} FROM events WHERE sequence IN (
             SELECT MIN(sequence) FROM events WHERE camera_id = ? AND time_ms >= ? AND time_ms <= ?
             GROUP BY (time_ms - CAST(? AS INTEGER)) / CAST(? AS INTEGER), severity
           ) ORDER BY time_ms, sequence`,
          cameraId,
          at,
          Math.min(toMs, at + slice - 1),
          fromMs,
          step,
        );
        found.push(...rows.map(eventOf));
        await immediate();
      }
      return found;
    },
    async resume(sequence, limit, visible) {
      const ends = await database.get<{ oldest: number | null; newest: number | null }>(
        'SELECT MIN(sequence) AS oldest, MAX(sequence) AS newest FROM events',
      );
      const { oldest, newest } = ends ?? { oldest: null, newest: null };
      const known = newest === null ? sequence === 0 : sequence <= newest && sequence + 1 >= (oldest ?? 0);
      if (!known) return { events: [], complete: false };
      const events = await query({ after: sequence, limit: limit + 1, visible });
      return events.length > limit ? { events: [], complete: false } : { events, complete: true };
    },
    onAppended(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      await writing;
    },
  };
}

const COLUMNS = 'sequence, id, type, time_ms AS timeMs, severity, camera_id AS cameraId, data';

interface EventRow {
  readonly sequence: number;
  readonly id: string;
  readonly type: EventType;
  readonly timeMs: number;
  readonly severity: Severity;
  readonly cameraId: string | null;
  readonly data: string;
}

/** The row was written by `insert`, so its data is what its type says. */
function eventOf(row: EventRow): TamnhinEvent {
  return { ...row, data: JSON.parse(row.data) } as TamnhinEvent;
}

async function insert(queries: Queries, batch: readonly Waiting[]): Promise<TamnhinEvent[]> {
  const last = await queries.get<{ sequence: number | null }>('SELECT MAX(sequence) AS sequence FROM events');
  let sequence = last?.sequence ?? 0;
  const stored: TamnhinEvent[] = [];
  for (const { event } of batch) {
    sequence += 1;
    const whole: TamnhinEvent = { ...event, sequence, id: randomUUID() };
    await queries.run(
      'INSERT INTO events (sequence, id, type, time_ms, severity, camera_id, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
      whole.sequence,
      whole.id,
      whole.type,
      Math.round(whole.timeMs),
      whole.severity,
      whole.cameraId,
      JSON.stringify(whole.data),
    );
    stored.push(whole);
  }
  return stored;
}
