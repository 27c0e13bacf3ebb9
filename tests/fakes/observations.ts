import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import type { NewObservation } from '../../server/sectors/interfaces.ts';
import { createObservations, type ObservationStore } from '../../server/sectors/observations/observations.ts';

/** A value of a day in Vietnam, `2026-11-26`; anything else by `more`. */
export function dayValue(
  indicator: string,
  areaCode: string,
  date: string,
  value: number | null,
  more: Partial<NewObservation> = {},
): NewObservation {
  const startMs = Date.parse(`${date}T00:00:00+07:00`);
  const endMs = startMs + 86_400_000;
  return {
    ...{ indicator, areaCode, value, unitId: null, dims: {}, period: { startMs, endMs } },
    ...{ reason: null, status: 'final', phenomenonMs: endMs, resultMs: null, row: 1, ...more },
  };
}

export interface DeliveringStore extends ObservationStore {
  /** As a feed does it: in a transaction of its own, and settled. */
  deliver(
    batchId: string,
    observations: readonly NewObservation[],
    more?: { feedId?: string; receivedMs?: number },
  ): Promise<readonly string[]>;
  takeBack(batchId: string): Promise<number>;
}

export async function createDeliveringStore(database: Database, clock: Clock): Promise<DeliveringStore> {
  const store = await createObservations({ database, clock, log: silentLogger() });
  return {
    ...store,
    async deliver(id, observations, { feedId = 'feed', receivedMs = clock.now() } = {}) {
      const batch = { id, feedId, receivedMs };
      const outcomes = await database.transaction((queries) => store.append(queries, batch, observations));
      store.settled({ feedId, batchId: id, receivedMs, cells: [] });
      return outcomes;
    },
    async takeBack(batchId) {
      const count = await database.transaction((queries) => store.undo(queries, batchId));
      store.settled({ feedId: 'feed', batchId, receivedMs: clock.now(), cells: [] });
      return count;
    },
  };
}
