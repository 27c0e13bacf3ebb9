import { useMemo } from 'react';
import { useAlerts } from '../api/queries.ts';
import { useSectorEvents } from '../api/sector-queries.ts';
import { useSession } from '../app/session.tsx';
import { itemOfAlert, itemOfEvent, type QueueFilter, type QueueItem, queueOf } from './queue-order.ts';

/** Alerts of cameras and events of sectors, as far as the person may see either. */
export function useQueue(filter: QueueFilter) {
  const { can } = useSession();
  const mayAlerts = can('alert.claim');
  const mayEvents = can('sector.read');
  const alerts = useAlerts(mayAlerts);
  const events = useSectorEvents(mayEvents);
  const passing = useMemo(
    () => queueOf(alerts.data ?? [], events.data ?? [], filter),
    [alerts.data, events.data, filter],
  );
  const all = useMemo<ReadonlyMap<string, QueueItem>>(
    () =>
      new Map(
        [...(alerts.data ?? []).map(itemOfAlert), ...(events.data ?? []).map(itemOfEvent)].map((item) => [
          item.id,
          item,
        ]),
      ),
    [alerts.data, events.data],
  );
  const error = (mayAlerts ? alerts.error : null) ?? (mayEvents ? events.error : null);
  return {
    passing,
    all,
    error,
    pending: (mayAlerts && alerts.isPending) || (mayEvents && events.isPending),
    retry() {
      if (mayAlerts) void alerts.refetch();
      if (mayEvents) void events.refetch();
    },
  };
}
