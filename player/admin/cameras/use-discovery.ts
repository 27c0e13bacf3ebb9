import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DiscoveryProgress } from '#contracts/http';
import { useApi, useConnection } from '../../api/context.tsx';

/** ms between two looks at a search, for when the socket is gone. */
const POLL_MS = 2000;

/** A search by its id: told by the socket, asked for by HTTP, so that it survives a reload and a lost line. */
export function useDiscovery(jobId: string | null): { job: DiscoveryProgress | null; error: unknown } {
  const api = useApi();
  const connection = useConnection();
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: ['discovery', jobId],
    queryFn: ({ signal }) => api.discoveries.get(jobId ?? '', signal),
    enabled: jobId !== null,
    refetchInterval: ({ state }) => (state.data !== undefined && isRunning(state.data) ? POLL_MS : false),
  });
  useEffect(
    () => connection.onDiscovery((progress) => queryClient.setQueryData(['discovery', progress.id], progress)),
    [connection, queryClient],
  );
  return { job: query.data ?? null, error: query.error };
}

function isRunning(job: DiscoveryProgress): boolean {
  return job.state === 'running' || job.registration?.state === 'running';
}
