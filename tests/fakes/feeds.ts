import { type FeedDraft, type FeedView, feedInputSchema } from '#contracts/feeds';
import type { BatchFacts, Feeds, RowFacts } from '../../server/sectors/interfaces.ts';

export function fakeFeed(id: string, draft: Partial<FeedDraft> & { createdMs?: number } = {}): FeedView {
  const { createdMs = 0, ...more } = draft;
  const {
    pull: _pull,
    mqtt: _mqtt,
    ...input
  } = feedInputSchema.parse({
    ...{ name: `Nguồn ${id}`, sector: 'thu_tuc', ownerUnitId: 'province', way: 'push' },
    ...more,
  });
  return {
    ...{ ...input, id, version: 1, ownerName: 'Sở', pull: null, mqtt: null, state: 'ok', createdMs, token: null },
    ...{ lastAttemptMs: null, lastAcceptedMs: null, lastError: null, nextDueMs: null, lastHeartbeatMs: null },
  };
}

/** Feeds whose deliveries are what a test says. */
export function fakeFeeds(views: FeedView[]): Feeds & {
  delivered(batch: Partial<BatchFacts> & Pick<BatchFacts, 'id' | 'feedId' | 'receivedMs'>, rows?: RowFacts[]): void;
  changed(view: FeedView): void;
  undone(batchId: string): void;
  beats: number[];
} {
  const batches: BatchFacts[] = [];
  const rows: RowFacts[] = [];
  const beats: number[] = [];
  const listeners = new Set<(batch: BatchFacts) => void>();
  const saves = new Set<(feedId: string) => void>();
  const changes = new Set<(change: { feedId: string }) => void>();
  const within = (feedId: string, fromMs: number, toMs: number) =>
    batches.filter((one) => one.feedId === feedId && one.receivedMs >= fromMs && one.receivedMs < toMs);
  return {
    beats,
    feeds: () => views,
    feed: (id) => views.find((one) => one.id === id),
    batches: async (...range) => within(...range),
    async badRows(feedId, fromMs, toMs, limit) {
      const known = new Set(within(feedId, fromMs, toMs).map(({ id }) => id));
      return rows.filter(({ batchId }) => known.has(batchId)).slice(0, limit);
    },
    heartbeats: async (_feed, fromMs, toMs) => beats.filter((at) => at >= fromMs && at < toMs),
    onDelivered(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onSaved(listener) {
      saves.add(listener);
      return () => saves.delete(listener);
    },
    onChanged(listener) {
      changes.add(listener);
      return () => changes.delete(listener);
    },
    delivered(batch, bad = []) {
      const whole: BatchFacts = {
        ...{ sha256: batch.id, received: 0, accepted: 0, repaired: 0, revised: 0, duplicate: 0, quarantined: 0 },
        ...{ rejected: 0, skewMs: null, ...batch },
      };
      batches.push(whole);
      rows.push(...bad);
      for (const listener of listeners) listener(whole);
    },
    undone(batchId) {
      batches.splice(
        batches.findIndex(({ id }) => id === batchId),
        1,
      );
    },
    changed(view) {
      views.splice(
        views.findIndex(({ id }) => id === view.id),
        1,
        view,
      );
      for (const listener of saves) listener(view.id);
      for (const listener of changes) listener({ feedId: view.id });
    },
  };
}
