import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { AlertView } from '#contracts/alerts';
import { useApi } from '../api/context.tsx';
import { useAlerts } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { type AlertFilter, byClosing, byUrgency, isOpen, passes } from './alert-order.ts';

const PAGE = 100;

/** The alerts that a filter lets through, in their order: open ones as the socket tells them, closed ones by page. */
export function useAlertList(filter: AlertFilter, userId: string) {
  const api = useApi();
  const open = useAlerts(true);
  const wantsClosed = filter.which === 'closed';
  const closed = useInfiniteQuery({
    queryKey: [...queryKeys.closedAlerts, filter.cameraId],
    queryFn: ({ signal, pageParam }) =>
      api.alerts.list(
        {
          state: 'closed',
          limit: PAGE,
          ...(filter.cameraId === null ? {} : { cameraId: filter.cameraId }),
          ...(pageParam === 0 ? {} : { before: pageParam }),
        },
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.number),
    enabled: wantsClosed,
  });
  const pages = closed.data?.pages;
  const all = useMemo(() => {
    const known = new Map<string, AlertView>();
    for (const alert of [...(wantsClosed ? (pages?.flat() ?? []) : []), ...(open.data ?? [])]) {
      const other = known.get(alert.id);
      if (other === undefined || other.version <= alert.version) known.set(alert.id, alert);
    }
    return known;
  }, [open.data, pages, wantsClosed]);
  const passing = useMemo(
    () => [...all.values()].filter((alert) => passes(alert, filter, userId)).sort(wantsClosed ? byClosing : byUrgency),
    [all, filter, userId, wantsClosed],
  );
  const counts = useMemo(() => {
    const alerts = open.data?.filter(isOpen) ?? [];
    return {
      open: alerts.length,
      new: alerts.filter(({ state }) => state === 'new').length,
      mine: alerts.filter(({ owner }) => owner?.id === userId).length,
    };
  }, [open.data, userId]);
  return {
    all,
    passing,
    counts,
    query: wantsClosed ? closed : open,
    more:
      wantsClosed && closed.hasNextPage
        ? { load: () => void closed.fetchNextPage(), loading: closed.isFetchingNextPage }
        : null,
  };
}
