import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { FeedWay } from '#contracts/feeds';
import type { SectorEvents } from '../interfaces.ts';
import type { NewFeedEvent } from './check-event.ts';

/**
 * Events of feeds on their way to the queue. They are written in the transaction of their batch and told afterwards; what
 * was not told when the program ended is told when it starts again.
 */
export interface EventBox {
  /** In the caller's transaction: for each, in order, whether it is new, changed, or said already. */
  put(
    queries: Queries,
    batch: { id: string; feedId: string; receivedMs: number; way: FeedWay },
    events: readonly NewFeedEvent[],
  ): Promise<readonly ('new' | 'revised' | 'same')[]>;
  /** In the caller's transaction: what another delivery said counts; what only this one told is over. */
  takeBack(queries: Queries, batchId: string): Promise<number>;
  /** Tells what waits. Never rejects. */
  tell(): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly feedId: string;
  readonly itemId: string;
  readonly hash: string;
  readonly event: string;
  /** 0: the queue has never been told that it is open, and is to be. */
  readonly opened: number;
}

interface FeedOfEvent {
  readonly sector: string;
  readonly synthetic: boolean;
  readonly ownerUnitId: string;
}

/** In place of the hash of what was taken back: sent again, it is new. */
const UNDONE = 'undone';
const RETRY_MS = 30_000;
const PAGE = 200;
/** Of an event: how many of its newest states are kept for when one of them is taken back. */
const MOST_VERSIONS = 10;
/** Deliveries that say the same and are kept: a list that is sent again and again must not be written anew each time. */
const MOST_REPEATS = 3;

export function createEventBox({
  database,
  events,
  sectorOf,
  clock,
  log,
}: {
  database: Database;
  events: Pick<SectorEvents, 'open' | 'end'>;
  /** Of a feed; `undefined` once it was removed. */
  sectorOf: (feedId: string) => FeedOfEvent | undefined;
  clock: Clock;
  log: Logger;
}): EventBox {
  let telling: Promise<void> | undefined;
  let again = false;

  async function tellOne({ feedId, itemId, event: text, opened }: Waiting): Promise<void> {
    const feed = sectorOf(feedId);
    const event: NewFeedEvent & { takenBack?: true } = JSON.parse(text);
    const key = `feed:${feedId}:${itemId}`;
    if (feed === undefined) return;
    if (event.takenBack === true) {
      await events.end(key, 'the delivery was taken back');
      return;
    }
    // What was over before anybody was told of it has happened all the same: it is told, and ended at once.
    const first = event.over && opened === 0;
    const described = first ? await describedLast(feedId, itemId, event) : event;
    if (described !== undefined && (first || !event.over)) await open(key, feed, feedId, described);
    if (opened === 0 && described !== undefined) {
      await database.run(
        // One that was taken back in the meantime is new when it is sent again.
        `UPDATE feed_events SET opened = 1 WHERE feed_id = ? AND item_id = ? AND hash <> '${UNDONE}'`,
        ...[feedId, itemId],
      );
    }
    if (event.over) await events.end(key, 'its sender says that it is over');
  }

  /** Who says only that it is over has most likely said before what it was. */
  async function describedLast(feedId: string, itemId: string, event: NewFeedEvent): Promise<NewFeedEvent | undefined> {
    const says = ({ type, title }: NewFeedEvent): boolean => type !== '' && title !== '';
    if (says(event)) return event;
    const versions = await database.all<{ event: string }>(
      'SELECT event FROM feed_event_versions WHERE feed_id = ? AND item_id = ? ORDER BY number DESC',
      ...[feedId, itemId],
    );
    return versions.map(({ event: text }): NewFeedEvent => JSON.parse(text)).find(says);
  }

  async function open(key: string, feed: FeedOfEvent, feedId: string, event: NewFeedEvent): Promise<void> {
    await events.open({
      key,
      sector: feed.sector,
      type: event.type,
      title: { vi: event.title, en: event.title },
      detail: event.detail,
      ...(event.severity == null ? {} : { severity: event.severity }),
      occurredMs: event.timeMs,
      place: event.place,
      areaCode: event.areaCode,
      unitId: feed.ownerUnitId,
      source: { kind: 'feed', id: feedId },
      link: event.link,
      synthetic: feed.synthetic,
    });
  }

  async function tellAll(): Promise<void> {
    for (;;) {
      const waiting = await database.all<Waiting>(
        `SELECT feed_id AS feedId, item_id AS itemId, hash, event, opened FROM feed_events WHERE told = 0
         ORDER BY received_ms, item_id LIMIT ?`,
        PAGE,
      );
      if (waiting.length === 0) return;
      for (const one of waiting) {
        await tellOne(one);
        // One that changed in the meantime waits again.
        const sql = 'UPDATE feed_events SET told = 1 WHERE feed_id = ? AND item_id = ? AND hash = ?';
        await database.run(sql, one.feedId, one.itemId, one.hash);
      }
    }
  }

  function tell(): Promise<void> {
    again = true;
    telling ??= (async () => {
      try {
        while (again) {
          again = false;
          await tellAll();
        }
      } catch (error) {
        log.error({ reason: messageOf(error) }, 'events of feeds wait: the queue did not take them');
      } finally {
        telling = undefined;
      }
    })();
    return telling;
  }

  /** Before this, what is fetched as over is history: the list of another city says of years what was asked and done. */
  async function historyMs(queries: Queries, { feedId, way }: { feedId: string; way: FeedWay }): Promise<number> {
    if (way !== 'pull') return Number.NEGATIVE_INFINITY;
    const feed = await queries.get<{ createdMs: number }>(
      'SELECT created_ms AS createdMs FROM feeds WHERE id = ?',
      feedId,
    );
    return feed?.createdMs ?? Number.NEGATIVE_INFINITY;
  }

  /** What is fetched again and again mostly has no news; then nothing is to be written. */
  async function allKnown(queries: Queries, feedId: string, list: readonly NewFeedEvent[]): Promise<boolean> {
    for (const { id, hash } of list) {
      const known = await queries.get(
        'SELECT 1 FROM feed_events WHERE feed_id = ? AND item_id = ? AND hash = ?',
        ...[feedId, id, hash],
      );
      if (known === undefined) return false;
    }
    return true;
  }

  async function isSaidOften(queries: Queries, feedId: string, { id, hash }: NewFeedEvent): Promise<boolean> {
    const row = await queries.get<{ count: number }>(
      'SELECT COUNT(*) AS count FROM feed_event_versions WHERE feed_id = ? AND item_id = ? AND hash = ?',
      ...[feedId, id, hash],
    );
    return (row?.count ?? 0) >= MOST_REPEATS;
  }

  const stop = clock.every(RETRY_MS, () => void tell());

  return {
    async put(queries, batch, list) {
      if (batch.way === 'pull' && (await allKnown(queries, batch.feedId, list))) return list.map(() => 'same');
      const outcomes: ('new' | 'revised' | 'same')[] = [];
      const untilMs = await historyMs(queries, batch);
      for (const event of list) {
        const before = await queries.get<{ hash: string; batchId: string }>(
          'SELECT hash, batch_id AS batchId FROM feed_events WHERE feed_id = ? AND item_id = ?',
          ...[batch.feedId, event.id],
        );
        const outcome = before === undefined ? 'new' : before.hash === event.hash ? 'same' : 'revised';
        outcomes.push(outcome);
        if (outcome === 'same' && (before?.batchId === batch.id || (await isSaidOften(queries, batch.feedId, event)))) {
          continue;
        }
        const values = [batch.feedId, event.id, event.hash, batch.id, batch.receivedMs, JSON.stringify(event)] as const;
        if (outcome !== 'same') {
          const first = before === undefined || before.hash === UNDONE;
          await queries.run(
            `INSERT INTO feed_events (feed_id, item_id, hash, batch_id, received_ms, event, opened)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (feed_id, item_id) DO UPDATE SET hash = excluded.hash, batch_id = excluded.batch_id,
               received_ms = excluded.received_ms, event = excluded.event, told = 0,
               opened = MAX(opened, excluded.opened)`,
            ...values,
            first && event.over && event.timeMs < untilMs ? 1 : 0,
          );
        }
        // Also of what was known: it stays when the delivery is taken back that said it first.
        await queries.run(
          `INSERT INTO feed_event_versions (feed_id, item_id, hash, batch_id, received_ms, event)
           VALUES (?, ?, ?, ?, ?, ?)`,
          ...values,
        );
        await queries.run(
          `DELETE FROM feed_event_versions WHERE feed_id = ? AND item_id = ? AND number <= (
             SELECT number FROM feed_event_versions WHERE feed_id = ? AND item_id = ?
             ORDER BY number DESC LIMIT 1 OFFSET ?)`,
          ...[batch.feedId, event.id, batch.feedId, event.id, MOST_VERSIONS],
        );
      }
      return outcomes;
    },
    async takeBack(queries, batchId) {
      const rows = await queries.all<{ feedId: string; itemId: string; event: string }>(
        'SELECT feed_id AS feedId, item_id AS itemId, event FROM feed_events WHERE batch_id = ?',
        batchId,
      );
      await queries.run('DELETE FROM feed_event_versions WHERE batch_id = ?', batchId);
      for (const { feedId, itemId, event } of rows) {
        const before = await queries.get<{ hash: string; batchId: string; receivedMs: number; event: string }>(
          `SELECT hash, batch_id AS batchId, received_ms AS receivedMs, event FROM feed_event_versions
           WHERE feed_id = ? AND item_id = ? ORDER BY number DESC LIMIT 1`,
          ...[feedId, itemId],
        );
        if (before !== undefined) {
          await queries.run(
            // What another delivery said as well stands as it was told.
            `UPDATE feed_events SET hash = ?, batch_id = ?, received_ms = ?, event = ?,
               told = CASE WHEN hash = ? THEN told ELSE 0 END
             WHERE feed_id = ? AND item_id = ?`,
            ...[before.hash, before.batchId, before.receivedMs, before.event, before.hash, feedId, itemId],
          );
          continue;
        }
        const over = JSON.stringify({ ...JSON.parse(event), over: true, takenBack: true });
        await queries.run(
          'UPDATE feed_events SET event = ?, hash = ?, told = 0, opened = 0 WHERE feed_id = ? AND item_id = ?',
          ...[over, UNDONE, feedId, itemId],
        );
      }
      return rows.length;
    },
    tell,
    async close() {
      stop();
      await telling;
    },
  };
}
