import type { QueryClient } from '@tanstack/react-query';
import type { AlertDetails, AlertView } from '#contracts/alerts';
import { queryKeys } from './query-keys.ts';

/** Closed ones that the page keeps, so that no row vanishes from under a hand. */
export const MOST_CLOSED = 200;
/** Told before the list was fetched; more than that and the list itself has them. */
const MOST_EARLY = 200;

/** Puts what the socket, or an answer, tells into every place that shows alerts. An older version changes nothing. */
export function putAlert(queryClient: QueryClient, alert: AlertView): void {
  const list = queryClient.getQueryData<readonly AlertView[]>(queryKeys.alerts);
  if (list === undefined) {
    queryClient.setQueryData<readonly AlertView[]>(queryKeys.earlyAlerts, (early) =>
      withAlert(early ?? [], alert).slice(-MOST_EARLY),
    );
  } else {
    queryClient.setQueryData(queryKeys.alerts, withAlert(list, alert));
  }
  const key = queryKeys.alert(alert.id);
  const details = queryClient.getQueryData<AlertDetails>(key);
  if (details !== undefined && details.version < alert.version) {
    queryClient.setQueryData<AlertDetails>(key, { ...details, ...alert });
    // Its steps come with the details alone.
    void queryClient.invalidateQueries({ queryKey: key });
  }
  if (alert.state === 'closed') void queryClient.invalidateQueries({ queryKey: queryKeys.closedAlerts });
}

/** After a gap in what the socket told. */
export function refreshAlerts(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: queryKeys.alerts });
  void queryClient.invalidateQueries({ queryKey: queryKeys.closedAlerts });
  void queryClient.invalidateQueries({ queryKey: queryKeys.handovers });
}

/** When other alerts may be seen than before: what is not for these eyes any more must not stay on the page. */
export function forgetAlerts(queryClient: QueryClient): void {
  queryClient.removeQueries({ queryKey: queryKeys.earlyAlerts });
  // With the details of each.
  void queryClient.resetQueries({ queryKey: queryKeys.alerts });
  void queryClient.resetQueries({ queryKey: queryKeys.closedAlerts });
  void queryClient.invalidateQueries({ queryKey: queryKeys.handovers });
}

/** The topic names what changed and nothing of it: details are for those who may see each part. */
export function refreshIncidents(queryClient: QueryClient): void {
  void queryClient.invalidateQueries({ queryKey: queryKeys.incidents });
}

export function withAlert(list: readonly AlertView[], alert: AlertView): readonly AlertView[] {
  const known = list.find(({ id }) => id === alert.id);
  if (known !== undefined && known.version >= alert.version) return list;
  return bounded([...list.filter(({ id }) => id !== alert.id), alert]);
}

/**
 * A fetched list of open alerts, joined with what was told while it was on its way. `before` is what was held when it
 * was asked for, `now` what is held when it comes: what is open in both and not in the list has been closed unseen.
 */
export function mergeFetched(
  before: readonly AlertView[],
  now: readonly AlertView[],
  fetched: readonly AlertView[],
): readonly AlertView[] {
  const inReply = new Set(fetched.map(({ id }) => id));
  const asked = new Map(before.map(({ id, version }) => [id, version]));
  const kept = now.filter(
    ({ id, version, state }) => inReply.has(id) || state === 'closed' || asked.get(id) !== version,
  );
  const newest = new Map(fetched.map((alert) => [alert.id, alert]));
  for (const alert of kept) {
    const known = newest.get(alert.id);
    if (known === undefined || known.version < alert.version) newest.set(alert.id, alert);
  }
  return bounded([...newest.values()]);
}

function bounded(list: readonly AlertView[]): readonly AlertView[] {
  const closed = list.filter(({ state }) => state === 'closed');
  if (closed.length <= MOST_CLOSED) return list;
  const oldest = [...closed]
    .sort((a, b) => (a.closedMs ?? 0) - (b.closedMs ?? 0))
    .slice(0, closed.length - MOST_CLOSED)
    .map(({ id }) => id);
  const leave = new Set(oldest);
  return list.filter(({ id }) => !leave.has(id));
}
