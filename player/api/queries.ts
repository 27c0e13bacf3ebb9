import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AlertView } from '#contracts/alerts';
import type { CameraView } from '#contracts/camera';
import type { GroupView, LayoutView } from '#contracts/http';
import type { ActiveModel } from '#contracts/models';
import type { PolicyList, RemovedCameraView, RetentionQuestion } from '#contracts/recordings';
import { mergeFetched } from './alert-cache.ts';
import { useApi } from './context.tsx';
import type { ApiError } from './error.ts';
import { fetchOpenAlerts } from './open-alerts.ts';
import { queryKeys } from './query-keys.ts';

/** The lists that more than one place shows. The socket keeps them fresh, so they never go stale by time. */

export function useCameras(): UseQueryResult<readonly CameraView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.cameras,
    queryFn: ({ signal }) => api.cameras.list(signal),
    staleTime: Infinity,
  });
}

export function useGroups(): UseQueryResult<readonly GroupView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.groups,
    queryFn: ({ signal }) => api.groups.list(signal),
    staleTime: Infinity,
  });
}

export function useLayouts(): UseQueryResult<readonly LayoutView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.layouts,
    queryFn: ({ signal }) => api.layouts.list(signal),
    staleTime: Infinity,
  });
}

/** Every alert that is open, and those that were closed while this page looked. */
export function useAlerts(enabled: boolean): UseQueryResult<readonly AlertView[], ApiError> {
  const api = useApi();
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: queryKeys.alerts,
    async queryFn({ signal }): Promise<readonly AlertView[]> {
      const held = (key: readonly string[]): readonly AlertView[] => queryClient.getQueryData(key) ?? [];
      const before = held(queryKeys.alerts);
      const open = await fetchOpenAlerts((page) => api.alerts.list({ state: 'open', ...page }, signal));
      const list = mergeFetched(before, [...held(queryKeys.alerts), ...held(queryKeys.earlyAlerts)], open);
      // They are in the list now. Kept, they would come back after a gap as what they were.
      queryClient.removeQueries({ queryKey: queryKeys.earlyAlerts });
      return list;
    },
    enabled,
    staleTime: Infinity,
  });
}

/** What is recorded of which cameras. Not told by the socket: another person's change is seen at the next look. */
export function usePolicies(): UseQueryResult<PolicyList, ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.recordingPolicies,
    queryFn: ({ signal }) => api.recordingPolicies.list(signal),
  });
}

/** ms. An event tells of a new question at once; this is for answers that somebody else gave. */
const QUESTIONS_MS = 60_000;

/** Passes of retention that wait for a person; for those who manage the whole system. */
export function useRetentionQuestions(enabled: boolean): UseQueryResult<readonly RetentionQuestion[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.retentionQuestions,
    queryFn: ({ signal }) => api.storage.questions(signal),
    enabled,
    retry: false,
    // Whoever manages a part of the cameras alone is refused, each time.
    refetchInterval: ({ state }) => (state.error === null ? QUESTIONS_MS : false),
  });
}

/** Cameras that were removed and whose recordings are still there; for those who may look back. */
export function useRemovedCameras(enabled: boolean): UseQueryResult<readonly RemovedCameraView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.removedCameras,
    queryFn: ({ signal }) => api.recordings.removedCameras(signal),
    enabled,
  });
}

/** What objects are recognised with, for those who set up what is recognised. */
export function useActiveModel(enabled: boolean): UseQueryResult<ActiveModel, ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.activeModel,
    queryFn: ({ signal }) => api.models.active(signal),
    staleTime: Infinity,
    enabled,
  });
}
