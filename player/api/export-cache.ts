import type { QueryClient } from '@tanstack/react-query';
import type { ExportView } from '#contracts/recordings';
import { queryKeys } from './query-keys.ts';

/** An export went on: the list shows it at once; one that the list does not hold makes it be fetched. */
export function putExport(queryClient: QueryClient, view: ExportView): void {
  const list = queryClient.getQueryData<readonly ExportView[]>(queryKeys.exports);
  if (list?.some(({ id }) => id === view.id) !== true) {
    void queryClient.invalidateQueries({ queryKey: queryKeys.exports });
    return;
  }
  queryClient.setQueryData(
    queryKeys.exports,
    list.map((known) => (known.id === view.id ? view : known)),
  );
}
