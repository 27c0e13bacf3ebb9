import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/context.tsx';
import { type EventList, merge } from '../api/event-cache.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';

const PAGE = 100;

/** The queue of events: a first page by HTTP, new ones by the socket (api/connection.ts), older ones on demand. */
export function useEvents() {
  const api = useApi();
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: queryKeys.events,
    queryFn: async ({ signal }): Promise<EventList> => {
      const events = await api.events.list({ limit: PAGE }, signal);
      // What the socket brought while the page was on its way must not get lost.
      const held = queryClient.getQueryData<EventList>(queryKeys.events);
      return merge(
        { events: [...events].sort((a, b) => b.sequence - a.sequence), more: events.length === PAGE },
        held?.events ?? [],
      );
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const older = useAction({
    async run() {
      const list = queryClient.getQueryData<EventList>(queryKeys.events);
      const before = list?.events.at(-1)?.sequence;
      if (before === undefined) return;
      const events = await api.events.list({ before, limit: PAGE });
      queryClient.setQueryData<EventList>(
        queryKeys.events,
        (now) => now && { ...olderAdded(now, events), more: events.length === PAGE },
      );
    },
  });
  return { query, loadOlder: () => older.mutate(undefined), loadingOlder: older.isPending };
}

/** Somebody who reads old events may hold more than the bound of the live queue. */
function olderAdded(list: EventList, older: EventList['events']): EventList {
  const held = new Set(list.events.map((event) => event.sequence));
  const fresh = older.filter((event) => !held.has(event.sequence));
  return { ...list, events: [...list.events, ...fresh].sort((a, b) => b.sequence - a.sequence) };
}
