import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { IncidentDetails } from '#contracts/alerts';
import { refreshIncidents } from '../api/alert-cache.ts';
import type { Api } from '../api/api.ts';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';

export function useIncident(incidentId: string) {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.incident(incidentId),
    queryFn: ({ signal }) => api.incidents.get(incidentId, signal),
  });
}

/** Puts an answer where pages look for it; the lists fetch themselves anew. */
export function useKeepIncident(): (incident: IncidentDetails) => void {
  const queryClient = useQueryClient();
  return (incident) => {
    queryClient.setQueryData(queryKeys.incident(incident.id), incident);
    refreshIncidents(queryClient);
  };
}

/** One change after the other, each of which answers with the whole incident. */
export function useIncidentAction(done?: string) {
  const { incidents } = useApi();
  const keep = useKeepIncident();
  return useAction({
    run: (change: (incidents: Api['incidents']) => Promise<IncidentDetails>) => change(incidents),
    done,
    after: keep,
  });
}
