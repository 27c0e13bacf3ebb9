import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { hashSecret, randomSecret } from './random-secret.ts';

/** Where a request comes from, as the door established it (forwarded headers already judged). */
export interface Client {
  readonly address: string;
  readonly userAgent: string;
}

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly createdMs: number;
  readonly lastSeenMs: number;
  readonly expiresMs: number;
  readonly address: string;
  readonly userAgent: string;
}

/** Browser sessions: the cookie is a random secret, everything else stays on the server. */
export interface Sessions {
  begin(queries: Queries, userId: string, client: Client): Promise<{ cookie: string; session: Session }>;
  /** The session of a cookie, unless it ended or was idle for too long; being asked for keeps it from being idle. */
  find(cookie: string): Promise<Session | undefined>;
  /** As `find`, by its id and without counting as use. */
  get(id: string): Promise<Session | undefined>;
  list(userId: string): Promise<readonly Session[]>;
  /** False when there is none such. */
  end(queries: Queries, userId: string, id: string): Promise<boolean>;
  /** All of a person, but one if named. */
  endAll(queries: Queries, userId: string, except?: string): Promise<void>;
  /** Deletes what ended. */
  sweep(): Promise<void>;
}

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly created_ms: number;
  readonly last_seen_ms: number;
  readonly expires_ms: number;
  readonly address: string;
  readonly user_agent: string;
}

/** Use is written down at most this often: a wall asks many times a second. */
const SEEN_EVERY_MS = 60_000;
/** Per person; the oldest ends when there are more. */
const MAX_SESSIONS = 50;

export function createSessions(
  database: Database,
  clock: Clock,
  limits: { sessionMs: number; idleMs: number },
): Sessions {
  const seenEveryMs = Math.min(SEEN_EVERY_MS, limits.idleMs / 4);

  function alive(row: Row | undefined): Row | undefined {
    if (row === undefined) return undefined;
    const now = clock.now();
    return now < row.expires_ms && now - row.last_seen_ms < limits.idleMs ? row : undefined;
  }

  return {
    async begin(queries, userId, client) {
      const cookie = randomSecret();
      const now = clock.now();
      const session: Session = {
        id: randomUUID(),
        userId,
        createdMs: now,
        lastSeenMs: now,
        expiresMs: now + limits.sessionMs,
        address: client.address.slice(0, 64),
        userAgent: client.userAgent.slice(0, 256),
      };
      await queries.run(
        `DELETE FROM sessions WHERE id IN
         (SELECT id FROM sessions WHERE user_id = ? ORDER BY created_ms DESC, id LIMIT 1000 OFFSET ?)`,
        userId,
        MAX_SESSIONS - 1,
      );
      await queries.run(
        `INSERT INTO sessions (id, cookie_hash, user_id, created_ms, last_seen_ms, expires_ms, address, user_agent)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        session.id,
        hashSecret(cookie),
        userId,
        now,
        now,
        session.expiresMs,
        session.address,
        session.userAgent,
      );
      return { cookie, session };
    },

    async find(cookie) {
      const row = alive(await database.get<Row>('SELECT * FROM sessions WHERE cookie_hash = ?', hashSecret(cookie)));
      if (row === undefined) return undefined;
      const now = clock.now();
      if (now - row.last_seen_ms >= seenEveryMs) {
        await database.run('UPDATE sessions SET last_seen_ms = ? WHERE id = ?', now, row.id);
      }
      return sessionOf(row);
    },

    async get(id) {
      const row = alive(await database.get<Row>('SELECT * FROM sessions WHERE id = ?', id));
      return row && sessionOf(row);
    },

    async list(userId) {
      const rows = await database.all<Row>(
        'SELECT * FROM sessions WHERE user_id = ? ORDER BY last_seen_ms DESC, id',
        userId,
      );
      return rows.filter((row) => alive(row)).map(sessionOf);
    },

    async end(queries, userId, id) {
      return (await queries.run('DELETE FROM sessions WHERE user_id = ? AND id = ?', userId, id)).changes > 0;
    },

    async endAll(queries, userId, except = '') {
      await queries.run('DELETE FROM sessions WHERE user_id = ? AND id <> ?', userId, except);
    },

    async sweep() {
      const now = clock.now();
      await database.run('DELETE FROM sessions WHERE expires_ms <= ? OR last_seen_ms <= ?', now, now - limits.idleMs);
    },
  };
}

/**
 * What a state-changing request must carry beside its cookie. It follows from the cookie, so that the database holds
 * nothing that could be used, and tells nothing about it.
 */
export function csrfTokenOf(cookie: string): string {
  return createHash('sha256').update(`tamnhin csrf ${cookie}`).digest('base64url');
}

function sessionOf(row: Row): Session {
  return {
    id: row.id,
    userId: row.user_id,
    createdMs: row.created_ms,
    lastSeenMs: row.last_seen_ms,
    expiresMs: row.expires_ms,
    address: row.address,
    userAgent: row.user_agent,
  };
}
