import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { CameraView } from '#contracts/camera';
import type { GroupView, LayoutView } from '#contracts/http';
import type { RemovedCameraView } from '#contracts/recordings';
import { useApi } from './context.tsx';
import type { ApiError } from './error.ts';
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

/** Cameras that were removed and whose recordings are still there; for those who may look back. */
export function useRemovedCameras(enabled: boolean): UseQueryResult<readonly RemovedCameraView[], ApiError> {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.removedCameras,
    queryFn: ({ signal }) => api.recordings.removedCameras(signal),
    enabled,
  });
}
