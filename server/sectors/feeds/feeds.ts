import type { BatchStore } from '../intake/batch-store.ts';
import type { Intake } from '../intake/intake.ts';
import type { Feeds } from '../interfaces.ts';
import type { FeedRegister } from './feed-register.ts';
import type { FeedStore } from './feed-store.ts';

/** What the rest of the house knows of deliveries: the scores count by it. */
export function createFeeds({
  register,
  store,
  batches,
  intake,
}: {
  register: FeedRegister;
  store: Pick<FeedStore, 'heartbeats'>;
  batches: Pick<BatchStore, 'facts' | 'badRows'>;
  intake: Pick<Intake, 'onDelivered'>;
}): Feeds {
  return {
    feeds: () => register.list().map(register.view),
    feed(id) {
      const found = register.find(id);
      return found === undefined ? undefined : register.view(found);
    },
    batches: batches.facts,
    badRows: batches.badRows,
    heartbeats: store.heartbeats,
    onDelivered: intake.onDelivered,
    onSaved: register.onSaved,
    onChanged: register.onChanged,
  };
}
