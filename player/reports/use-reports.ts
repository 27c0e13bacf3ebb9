import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReportAct, ReportDetails } from '#contracts/reports';
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
export function useReportAction({ id: reportId, version }: Pick<ReportDetails, 'id' | 'version'>, after?: () => void) {
  const api = useApi();
  const queryClient = useQueryClient();
  return useAction({
    async run(act: ReportAct) {
      try {
        // A note overwrites nothing and is right for any version.
        return await api.reports.act(reportId, act, act.act === 'note' ? undefined : version);
      } catch (error) {
        // Somebody else may have been faster: what they did is shown, and it can be tried again.
        void queryClient.invalidateQueries({ queryKey: queryKeys.report(reportId) });
        throw error;
      }
    },
    after(report) {
      queryClient.setQueryData(queryKeys.report(reportId), report);
      void queryClient.invalidateQueries({ queryKey: queryKeys.reports });
      after?.();
    },
  });
}
