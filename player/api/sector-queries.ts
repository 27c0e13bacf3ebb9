import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import type { DirectiveView } from '#contracts/directives';
import type { FeedView } from '#contracts/feeds';
import type { AreaView, MapView, UnitView } from '#contracts/places';
import type { NearCamera, SectorEventView } from '#contracts/sector-events';
import type { Indicator, SectorTile, SectorView } from '#contracts/sectors';
import { useApi } from './context.tsx';
import type { ApiError } from './error.ts';
import { queryKeys } from './query-keys.ts';
import { mergeFetchedEvents, withTile } from './sector-cache.ts';

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

/** As many as one answer holds; whoever has more of them open works from the top. */
const MOST_EVENTS = 500;

/** Every event of the sectors that is open, and those that ended while this page looked. */
export function useSectorEvents(enabled: boolean): UseQueryResult<readonly SectorEventView[], ApiError> {
  const api = useApi();
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: queryKeys.sectorEvents,
    async queryFn({ signal }): Promise<readonly SectorEventView[]> {
      const held = (key: readonly string[]): readonly SectorEventView[] => queryClient.getQueryData(key) ?? [];
      const before = held(queryKeys.sectorEvents);
      const open = await api.sectorEvents.list({ state: 'open', limit: MOST_EVENTS }, signal);
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

/** The nearest cameras that the person may see; those that face the place first. */
export function useNearCameras(
  place: { readonly latitude: number; readonly longitude: number } | null,
): UseQueryResult<readonly NearCamera[], ApiError> {
  const api = useApi();
  const { latitude = 0, longitude = 0 } = place ?? {};
  return useQuery({
    queryKey: queryKeys.nearCameras(latitude, longitude),
    queryFn: ({ signal }) => api.sectorEvents.nearCameras({ latitude, longitude, limit: 4 }, signal),
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

export function useDirectives(
  state: 'open' | 'over',
  enabled = true,
): UseQueryResult<readonly DirectiveView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.directiveList(state),
    queryFn: ({ signal }) => api.directives.list({ state, limit: 200 }, signal),
    staleTime: Infinity,
    enabled,
  });
}
