import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReportAct } from '#contracts/reports';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';

export function useReport(reportId: string) {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.report(reportId),
    queryFn: ({ signal }) => api.reports.get(reportId, signal),
  });
}

export function useReportServices() {
  const api = useApi();
  return useQuery({
    queryKey: queryKeys.reportServices,
    queryFn: ({ signal }) => api.reports.services(signal),
    staleTime: 300_000,
  });
}

/** Does it, keeps the answer, and has the lists fetched anew. */
export function useReportAction(reportId: string, after?: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useAction({
    run: (act: ReportAct) => api.reports.act(reportId, act),
    after(report) {
      queryClient.setQueryData(queryKeys.report(reportId), report);
      void queryClient.invalidateQueries({ queryKey: queryKeys.reports });
      after?.();
    },
  });
}
