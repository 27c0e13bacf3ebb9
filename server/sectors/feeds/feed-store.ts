import type { Database, Queries } from '#base/database';
import type { SecretBox } from '#base/secrets';
import { type FeedInput, feedInputSchema } from '#contracts/feeds';

/** Feeds as a table; secrets stand in a column of their own, sealed. */
export interface StoredFeed {
  readonly id: string;
  readonly version: number;
  /** Without secrets. */
  readonly input: FeedInput;
  readonly secrets: FeedSecrets;
  readonly tokenId: string | null;
  readonly lastAttemptMs: number | null;
  readonly lastAcceptedMs: number | null;
  readonly lastError: { readonly atMs: number; readonly code: string; readonly message: string } | null;
  readonly lastHeartbeatMs: number | null;
  readonly pullState: PullState;
  readonly createdMs: number;
}
export interface FeedSecrets {
  readonly pull?: string;
  readonly mqtt?: string;
}
/** Owner of our own feed, as long as nobody has said which unit that is. */
export const NO_UNIT = '-';

/** What the other side told us to ask with, and how often it failed in a row. */
export interface PullState {
  readonly etag?: string;
  readonly lastModified?: string;
  /** Of the last body. */
  readonly sha256?: string;
  readonly failures?: number;
}

interface Row {
  readonly id: string;
  readonly version: number;
  readonly settings: string;
  readonly secrets: Uint8Array;
  readonly token_id: string | null;
  readonly last_attempt_ms: number | null;
  readonly last_accepted_ms: number | null;
  readonly last_error_ms: number | null;
  readonly last_error_code: string | null;
  readonly last_error: string | null;
  readonly last_heartbeat_ms: number | null;
  readonly pull_state: string;
  readonly created_ms: number;
}

/** What happens to a feed while it delivers; members that are left out stay. */
export interface FeedNews {
  readonly lastAttemptMs?: number;
  /** `null`: what was accepted was taken back, all of it. */
  readonly lastAcceptedMs?: number | null;
  readonly lastHeartbeatMs?: number;
  readonly lastError?: StoredFeed['lastError'];
  readonly pullState?: PullState;
}

export type FeedStore = ReturnType<typeof createFeedStore>;

export function createFeedStore(database: Database, secretBox: SecretBox) {
  return {
    async list(): Promise<readonly StoredFeed[]> {
      const rows = await database.all<Row>('SELECT * FROM feeds WHERE removed_ms IS NULL ORDER BY created_ms, id');
      return rows.map((row) => ({
        id: row.id,
        version: row.version,
        input: feedInputSchema.parse(JSON.parse(row.settings)),
        secrets: JSON.parse(secretBox.open(row.secrets)),
        tokenId: row.token_id,
        lastAttemptMs: row.last_attempt_ms,
        lastAcceptedMs: row.last_accepted_ms,
        lastError:
          row.last_error_ms === null
            ? null
            : { atMs: row.last_error_ms, code: row.last_error_code ?? '', message: row.last_error ?? '' },
        lastHeartbeatMs: row.last_heartbeat_ms,
        pullState: JSON.parse(row.pull_state),
        createdMs: row.created_ms,
      }));
    },

    /** The newest period that came, by feed and indicator. */
    async periods(): Promise<readonly { feedId: string; indicator: string; startMs: number }[]> {
      return database.all('SELECT feed_id AS feedId, indicator, start_ms AS startMs FROM feed_periods');
    },

    async save(feed: StoredFeed, by: string, nowMs: number): Promise<void> {
      const settings = JSON.stringify(feed.input);
      const secrets = secretBox.seal(JSON.stringify(feed.secrets));
      await database.transaction(async (queries) => {
        await queries.run(
          `INSERT INTO feeds (id, version, settings, secrets, pull_state, created_ms) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET version = excluded.version, settings = excluded.settings,
             secrets = excluded.secrets, pull_state = excluded.pull_state`,
          ...[feed.id, feed.version, settings, secrets, JSON.stringify(feed.pullState), feed.createdMs],
        );
        await queries.run(
          'INSERT INTO feed_versions (feed_id, version, saved_ms, saved_by, settings) VALUES (?, ?, ?, ?, ?)',
          ...[feed.id, feed.version, nowMs, by, settings],
        );
      });
    },

    async remove(id: string, nowMs: number): Promise<void> {
      await database.transaction(async (queries) => {
        await queries.run('DELETE FROM feed_inbox WHERE feed_id = ?', id);
        await queries.run(
          'UPDATE feeds SET removed_ms = ?, token_id = NULL, secrets = ? WHERE id = ?',
          ...[nowMs, secretBox.seal('{}'), id],
        );
      });
    },

    async setToken(id: string, tokenId: string | null): Promise<void> {
      await database.run('UPDATE feeds SET token_id = ? WHERE id = ?', tokenId, id);
    },

    async note(queries: Queries, id: string, news: FeedNews): Promise<void> {
      const { lastAttemptMs, lastAcceptedMs, lastHeartbeatMs, lastError, pullState } = news;
      const columns: [string, string | number | null][] = [];
      if (lastAttemptMs !== undefined) columns.push(['last_attempt_ms', lastAttemptMs]);
      if (lastAcceptedMs !== undefined) columns.push(['last_accepted_ms', lastAcceptedMs]);
      if (lastHeartbeatMs !== undefined) columns.push(['last_heartbeat_ms', lastHeartbeatMs]);
      if (lastError !== undefined) {
        columns.push(['last_error_ms', lastError?.atMs ?? null]);
        columns.push(['last_error_code', lastError?.code ?? null], ['last_error', lastError?.message ?? null]);
      }
      if (pullState !== undefined) columns.push(['pull_state', JSON.stringify(pullState)]);
      if (columns.length === 0) return;
      await queries.run(
        `UPDATE feeds SET ${columns.map(([name]) => `${name} = ?`).join(', ')} WHERE id = ?`,
        ...columns.map(([, value]) => value),
        id,
      );
    },

    async notePeriods(queries: Queries, id: string, newest: ReadonlyMap<string, number>): Promise<void> {
      for (const [indicator, startMs] of newest) {
        await queries.run(
          `INSERT INTO feed_periods (feed_id, indicator, start_ms) VALUES (?, ?, ?)
           ON CONFLICT (feed_id, indicator) DO UPDATE SET start_ms = MAX(start_ms, excluded.start_ms)`,
          ...[id, indicator, startMs],
        );
      }
    },

    /** `null`: of this indicator nothing that came counts any longer. */
    async setPeriods(queries: Queries, id: string, left: ReadonlyMap<string, number | null>): Promise<void> {
      for (const [indicator, startMs] of left) {
        const one = 'WHERE feed_id = ? AND indicator = ?';
        if (startMs === null) await queries.run(`DELETE FROM feed_periods ${one}`, id, indicator);
        else await queries.run(`UPDATE feed_periods SET start_ms = ? ${one}`, startMs, id, indicator);
      }
    },

    async noteHeartbeat(queries: Queries, id: string, atMs: number): Promise<void> {
      await queries.run('INSERT OR IGNORE INTO feed_heartbeats (feed_id, at_ms) VALUES (?, ?)', id, atMs);
    },

    async heartbeats(id: string, fromMs: number, toMs: number): Promise<readonly number[]> {
      const rows = await database.all<{ atMs: number }>(
        'SELECT at_ms AS atMs FROM feed_heartbeats WHERE feed_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms',
        ...[id, fromMs, toMs],
      );
      return rows.map(({ atMs }) => atMs);
    },

    async forgetHeartbeats(beforeMs: number): Promise<void> {
      await database.run('DELETE FROM feed_heartbeats WHERE at_ms < ?', beforeMs);
    },
  };
}
