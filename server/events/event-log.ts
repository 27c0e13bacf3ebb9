import { randomUUID } from 'node:crypto';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import type { Database, Queries } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { NewEvent, TamnhinEvent } from '#contracts/events';
import { COLUMNS, type EventRow, eventOf } from './event-row.ts';
import { type EventQuery, searchEvents, type Visible } from './event-search.ts';

export type { EventQuery, Visible };

/** What happened: written once and in order, and only then told. Numbers rise by one with each event, over restarts. */
export interface EventLog {
  /**
   * Resolves when the event is stored: from then on no end of the program loses it. Rejects with `Fault` `unavailable`
   * when too many wait, or when the database takes none for a while.
   */
  append(event: NewEvent): Promise<TamnhinEvent>;
  /**
   * Oldest first with `after`, otherwise newest first: by sequence, or, where a range is given, by time. `visible` sees the
   * camera of each event before it counts.
   */
  query(query: EventQuery): Promise<TamnhinEvent[]>;
  /**
   * For those who follow the log: what came after `sequence`, oldest first, up to `limit`; `next` is where to go on, also
   * past what was not wanted. `missing` tells that events after `sequence` are gone already.
   */
  follow(sequence: number, wanted: Omit<EventQuery, 'after' | 'before' | 'fromMs' | 'toMs'>): Promise<Followed>;
  /** The number of the last event; 0 before the first. */
  newest(): Promise<number>;
  /**
   * For drawing many: the range is cut into `pieces`, and of each comes the first event of each severity; oldest first.
   */
  thinned(cameraId: string, range: { fromMs: number; toMs: number; pieces: number }): Promise<TamnhinEvent[]>;
  /** Every event after `sequence`, or `complete: false` when there are more than `limit` or some are gone already. */
  resume(
    sequence: number,
    limit: number,
    visible: Visible,
    cameras?: readonly string[],
  ): Promise<{ events: TamnhinEvent[]; complete: boolean }>;
  /** Called once for each event, in order, after it is stored. A listener must not throw. */
  onAppended(listener: (event: TamnhinEvent) => void): () => void;
  /** Resolves when everything that was appended is stored; later calls of `append` are refused. */
  close(): Promise<void>;
}

export interface Followed {
  readonly events: readonly TamnhinEvent[];
  readonly next: number;
  readonly missing: boolean;
  /** There may be more behind `next` already. */
  readonly more: boolean;
}

export interface EventLogOptions {
  readonly database: Database;
  readonly log: Logger;
  /** Events that are kept; older ones are deleted. */
  readonly keep?: number;
  /** Days that they are kept, where there are not more of them than `keep`. */
  readonly keepDays?: number;
  /** Events that may wait for the database. */
  readonly queueLimit?: number;
  /** ms since 1970. */
  readonly now?: () => number;
}

const KEEP = 2_000_000;
const DAY_MS = 86_400_000;
const QUEUE_LIMIT = 10_000;
/** Events that go into one transaction. */
const BATCH = 500;
/** Trimming is done for so many at a time: the database works in the thread that carries live video. */
const TRIM = 200;
/** The queue of the database is full, or its disk: tried again so often, so many ms apart. */
const TRIES = 50;
const TRY_AGAIN_MS = 100;
/** Pieces that one query thins: the database answers in this thread, and others want to run. */
const PIECES_AT_A_TIME = 50;

interface Waiting {
  readonly event: NewEvent;
  readonly data: string;
  readonly resolve: (event: TamnhinEvent) => void;
  readonly reject: (error: unknown) => void;
}

export function createEventLog(options: EventLogOptions): EventLog {
  const { database, log, keep = KEEP, keepDays, queueLimit = QUEUE_LIMIT, now = Date.now } = options;
  const listeners = new Set<(event: TamnhinEvent) => void>();
  let waiting: Waiting[] = [];
  /** Taken out of `waiting` and not stored yet. */
  let inHand = 0;
  let writing: Promise<void> | undefined;
  let closed = false;
  let sinceTrim = 0;
  const trimEvery = Math.min(TRIM, Math.max(1, Math.floor(keep / 100)));

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      inHand = batch.length;
      try {
        const stored = await store(batch);
        batch.forEach((item, at) => {
          const event = stored[at];
          if (event === undefined) return;
          tell(event);
          item.resolve(event);
        });
      } catch (error) {
        log.error({ err: error, events: batch.length }, 'events could not be stored');
        for (const item of batch) item.reject(error);
      }
      inHand = 0;
      await trim(batch.length);
    }
    writing = undefined;
  }

  async function store(batch: readonly Waiting[]): Promise<readonly TamnhinEvent[]> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await database.transaction((queries) => insert(queries, batch));
      } catch (error) {
        const passes = error instanceof Fault && error.kind === 'unavailable' && error.code !== 'store.closed';
        if (!passes || closed || tried === TRIES) throw error;
        await delay(TRY_AGAIN_MS);
      }
    }
  }

  /** It is stored whatever its listeners make of it. */
  function tell(event: TamnhinEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error({ err: error, type: event.type }, 'an event could not be told');
      }
    }
  }

  async function trim(added: number): Promise<void> {
    sinceTrim += added;
    if (sinceTrim < trimEvery) return;
    sinceTrim = 0;
    try {
      // The newest stays whatever its age: numbers go on from it. Somewhat more goes than came, so that a smaller `keep`
      // takes effect. Only the oldest are looked at: mostly none of them may go, and that must not be asked of all others.
      let most = added + trimEvery + TRIM;
      while (most > 0) {
        const { changes } = await database.run(
          `DELETE FROM events WHERE sequence IN (
             SELECT sequence FROM (SELECT sequence, time_ms FROM events ORDER BY sequence LIMIT ?)
             WHERE sequence < (SELECT MAX(sequence) FROM events)
               AND (sequence <= (SELECT MAX(sequence) FROM events) - ? OR time_ms < ?))`,
          TRIM,
          keep,
          keepDays === undefined ? 0 : now() - keepDays * DAY_MS,
        );
        if (changes < TRIM) return;
        most -= changes;
        await immediate();
      }
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'old events could not be deleted');
    }
  }

  async function ends(): Promise<{ oldest: number | null; newest: number | null }> {
    const row = await database.get<{ oldest: number | null; newest: number | null }>(
      'SELECT (SELECT MIN(sequence) FROM events) AS oldest, (SELECT MAX(sequence) FROM events) AS newest',
    );
    return row ?? { oldest: null, newest: null };
  }

  /**
   * A search is several reads: what is stored between two of them would be found by the second and missed by the first,
   * and who goes on from there would never see it.
   */
  async function bounded(query: EventQuery): Promise<EventQuery> {
    return { ...query, before: ((await ends()).newest ?? 0) + 1 };
  }

  return {
    append(event) {
      if (closed || waiting.length + inHand >= queueLimit) {
        return Promise.reject(new Fault('unavailable', 'event.queueFull', 'the event log takes no more events'));
      }
      return new Promise((resolve, reject) => {
        // Here, so that what cannot be written costs only itself.
        const data = JSON.stringify(event.data);
        waiting.push({ event, data, resolve, reject });
        writing ??= writeAll();
      });
    },
    async query(query) {
      const { after, before, fromMs, toMs } = query;
      const onwards = after !== undefined && before === undefined && fromMs === undefined && toMs === undefined;
      return (await searchEvents(database, onwards ? await bounded(query) : query)).events;
    },
    async newest() {
      return (await ends()).newest ?? 0;
    },
    async follow(sequence, wanted) {
      const { oldest, newest } = await ends();
      const last = newest ?? 0;
      const missing = sequence > last || (oldest !== null && sequence + 1 < oldest);
      const from = sequence > last ? 0 : sequence;
      const found = await searchEvents(database, { ...wanted, after: from, before: last + 1 });
      if (!found.complete) {
        // Given up within its bound: what lies behind the place up to which all was read is for the next call.
        const events = found.events.filter(({ sequence }) => sequence <= found.readTo);
        return { events, next: Math.max(from, found.readTo), missing, more: true };
      }
      const { events } = found;
      const more = events.length === wanted.limit;
      return { events, next: more ? (events.at(-1)?.sequence ?? from) : Math.max(from, last), missing, more };
    },
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
    async resume(sequence, limit, visible, cameras) {
      const { oldest, newest } = await ends();
      const known = newest === null ? sequence === 0 : sequence <= newest && sequence + 1 >= (oldest ?? 0);
      if (!known) return { events: [], complete: false };
      const found = await searchEvents(database, {
        ...{ after: sequence, before: (newest ?? 0) + 1 },
        ...{ limit: limit + 1, visible, cameras },
      });
      const { events, complete } = found;
      return events.length > limit || !complete ? { events: [], complete: false } : { events, complete };
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

async function insert(queries: Queries, batch: readonly Waiting[]): Promise<TamnhinEvent[]> {
  const last = await queries.get<{ sequence: number | null }>('SELECT MAX(sequence) AS sequence FROM events');
  let sequence = last?.sequence ?? 0;
  const stored: TamnhinEvent[] = [];
  for (const { event, data } of batch) {
    sequence += 1;
    const whole: TamnhinEvent = { ...event, timeMs: Math.round(event.timeMs), sequence, id: randomUUID() };
    await queries.run(
      `INSERT INTO events (sequence, id, type, time_ms, severity, camera_id, data, rule_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      whole.sequence,
      whole.id,
      whole.type,
      whole.timeMs,
      whole.severity,
      whole.cameraId,
      data,
      'ruleId' in whole.data ? whole.data.ruleId : null,
    );
    stored.push(whole);
  }
  return stored;
}
