import { skipToken, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DirectiveView } from '#contracts/directives';
import type { FeedView } from '#contracts/feeds';
import type { AreaView, MapView, UnitView } from '#contracts/places';
import type { NearCamera, SectorEventView } from '#contracts/sector-events';
import type { Indicator, SectorTile, SectorView } from '#contracts/sectors';
import { useApi } from './context.tsx';
import type { ApiError } from './error.ts';
import { queryKeys } from './query-keys.ts';
import { MOST_EVENTS, type MoreEvents, mergeFetchedEvents, readOpenEvents, withTile } from './sector-cache.ts';

/** What more than one place shows of sectors. The socket keeps them fresh, so they never go stale by time. */

export function useSectors(enabled = true): UseQueryResult<readonly SectorView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.sectorList,
    queryFn: ({ signal }) => api.sectors.list(signal),
    staleTime: Infinity,
    enabled,
  });
}

export function useTiles(enabled = true): UseQueryResult<readonly SectorTile[], ApiError> {
  const api = useApi();
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: queryKeys.tiles,
    async queryFn({ signal }) {
      const fetched = await api.sectors.tiles(signal);
      // What the socket told in the meantime may be newer than the answer.
      const held = queryClient.getQueryData<readonly SectorTile[]>(queryKeys.tiles) ?? [];
      const known = new Set(fetched.map(({ sector }) => sector));
      return held.filter(({ sector }) => known.has(sector)).reduce(withTile, fetched);
    },
    staleTime: Infinity,
    enabled,
  });
}

export function useIndicators(enabled = true): UseQueryResult<readonly Indicator[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.indicators,
    queryFn: ({ signal }) => api.sectors.indicators(signal),
    staleTime: Infinity,
    enabled,
  });
}

export function useAreas(): UseQueryResult<readonly AreaView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.areas,
    queryFn: ({ signal }) => api.places.areas(signal),
    staleTime: Infinity,
  });
}

/** `notFound` while nobody has imported a map. */
export function useMap(): UseQueryResult<MapView, ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.map,
    queryFn: ({ signal }) => api.places.map(signal),
    staleTime: Infinity,
    retry: false,
  });
}

export function useUnits(enabled = true): UseQueryResult<readonly UnitView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.units,
    queryFn: ({ signal }) => api.places.units(signal),
    staleTime: Infinity,
    enabled,
  });
}

/** The events of the sectors that are open, the newest, and those that ended while this page looked. */
export function useSectorEvents(enabled: boolean): UseQueryResult<readonly SectorEventView[], ApiError> {
  const api = useApi();
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: queryKeys.sectorEvents,
    async queryFn({ signal }): Promise<readonly SectorEventView[]> {
      const held = (key: readonly string[]): readonly SectorEventView[] => queryClient.getQueryData(key) ?? [];
      const before = held(queryKeys.sectorEvents);
      const pages = queryClient.getQueryData<MoreEvents>(queryKeys.moreSectorEvents)?.pages ?? 1;
      const { events: open, more } = await readOpenEvents(
        (number) => api.sectorEvents.list({ state: 'open', limit: MOST_EVENTS, before: number }, signal),
        pages,
      );
      queryClient.setQueryData<MoreEvents>(queryKeys.moreSectorEvents, more);
      const list = mergeFetchedEvents(
        before,
        [...held(queryKeys.sectorEvents), ...held(queryKeys.earlySectorEvents)],
        open,
      );
      queryClient.removeQueries({ queryKey: queryKeys.earlySectorEvents });
      return list;
    },
    enabled,
    staleTime: Infinity,
  });
}

/** Those below the list that `useSectorEvents` began; `more` is false where that was all. */
export function useMoreSectorEvents(): {
  readonly more: boolean;
  readonly loading: boolean;
  readonly error: ApiError | null;
  load(): void;
} {
  const api = useApi();
  const queryClient = useQueryClient();
  const { data } = useQuery<MoreEvents>({
    queryKey: queryKeys.moreSectorEvents,
    queryFn: skipToken,
    staleTime: Infinity,
  });
  const next = useMutation<void, ApiError>({
    async mutationFn() {
      const now = queryClient.getQueryData<MoreEvents>(queryKeys.moreSectorEvents);
      if (now === undefined || now.before === null) return;
      const { events, more } = await readOpenEvents(
        (before) => api.sectorEvents.list({ state: 'open', limit: MOST_EVENTS, before }),
        1,
        now.before,
      );
      queryClient.setQueryData<readonly SectorEventView[]>(queryKeys.sectorEvents, (held = []) =>
        mergeFetchedEvents([], held, events),
      );
      queryClient.setQueryData<MoreEvents>(queryKeys.moreSectorEvents, { pages: now.pages + 1, before: more.before });
    },
  });
  return {
    more: data !== undefined && data.before !== null,
    loading: next.isPending,
    error: next.error,
    load: () => next.mutate(),
  };
}

/** The nearest cameras that the person may see; those that face the place first. */
export function useNearCameras(
  place: {
    readonly latitude: number;
    readonly longitude: number;
    readonly radiusMetres?: number;
    readonly limit?: number;
  } | null,
): UseQueryResult<readonly NearCamera[], ApiError> {
  const api = useApi();
  const { latitude = 0, longitude = 0, radiusMetres, limit = 4 } = place ?? {};
  return useQuery({
    queryKey: queryKeys.nearCameras(latitude, longitude, radiusMetres),
    queryFn: ({ signal }) =>
      api.sectorEvents.nearCameras(
        { latitude, longitude, limit, ...(radiusMetres === undefined ? {} : { radiusMetres }) },
        signal,
      ),
    enabled: place !== null,
  });
}

export function useFeeds(enabled = true): UseQueryResult<readonly FeedView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.feedList,
    queryFn: ({ signal }) => api.feeds.list(signal),
    enabled,
  });
}

export interface DirectiveFilter {
  /** Given by whoever asks. */
  readonly mine: boolean;
  readonly overdue: boolean;
  readonly unit: string | null;
}
export const NO_FILTER: DirectiveFilter = { mine: false, overdue: false, unit: null };

export function useDirectives(
  state: 'open' | 'over',
  { filter = NO_FILTER, enabled = true }: { filter?: DirectiveFilter; enabled?: boolean } = {},
): UseQueryResult<readonly DirectiveView[], ApiError> {
  const api = useApi();
  const { mine, overdue, unit } = filter;
  return useQuery({
    queryKey: [...queryKeys.directiveList(state), filter],
    queryFn: ({ signal }) =>
      api.directives.list({ ...{ state, mine, overdue, limit: 200 }, unit: unit ?? undefined }, signal),
    staleTime: Infinity,
    enabled,
  });
}
