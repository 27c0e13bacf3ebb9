import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AlertView, IncidentDetails } from '#contracts/alerts';
import { refreshIncidents } from '../api/alert-cache.ts';
import type { Api } from '../api/api.ts';
import { useApi } from '../api/context.tsx';
import { useAlerts } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';

export function useIncident(incidentId: string) {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.incident(incidentId),
    queryFn: ({ signal }) => api.incidents.get(incidentId, signal),
  });
}

/** Its alerts as far as they are known and may be seen, closed ones too: the list of all alerts has the open ones alone. */
export function useIncidentAlerts({ alertIds }: Pick<IncidentDetails, 'alertIds'>): readonly AlertView[] {
  const api = useApi();
  const { data: listed = [] } = useAlerts(true);
  const known = new Map(listed.map((alert) => [alert.id, alert]));
  const fetched = useQueries({
    queries: alertIds.map((id) => ({
      // The lines of the alerts ask for the same.
      queryKey: queryKeys.alert(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => api.alerts.get(id, signal),
      enabled: !known.has(id),
      retry: false,
    })),
  });
  return alertIds.flatMap((id, at) => known.get(id) ?? fetched[at]?.data ?? []);
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
