import { Button } from '@mantine/core';
import { IconGavel } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ReleasedHold } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { useSettled } from '../ui/use-settled.ts';
import type { HoldFilter } from './hold-rows.ts';
import { useHoldColumns } from './hold-table.tsx';

const PAGE = 50;

/** Holds that were released: what they held, and which two people let it go. */
export function HoldHistory({ filter }: { filter: HoldFilter }) {
  const { t } = useTranslation(['holds', 'app']);
  const api = useApi();
  const dates = useDates();
  const shared = useHoldColumns();
  const text = useSettled(filter.text, 300).trim() || undefined;
  const cameraId = filter.cameraId ?? undefined;
  const history = useInfiniteQuery({
    queryKey: [...queryKeys.holds, 'history', { text, cameraId }],
    queryFn: ({ pageParam, signal }) => api.holds.history({ text, cameraId, ...pageParam, limit: PAGE }, signal),
    initialPageParam: {} as { beforeMs?: number; beforeId?: string },
    getNextPageParam: (page) => {
      const last = page.at(-1);
      return page.length < PAGE || last === undefined ? undefined : { beforeMs: last.releasedMs, beforeId: last.id };
    },
  });
  if (history.error !== null) return <PageError error={history.error} retry={() => void history.refetch()} />;
  if (history.data === undefined) return <Loading />;
  const rows = history.data.pages.flat();
  if (rows.length === 0) {
    const filtered = text !== undefined || cameraId !== undefined;
    return <EmptyState icon={IconGavel} title={t(filtered ? 'nothingFound' : 'noHistory')} />;
  }
  const columns: readonly Column<ReleasedHold>[] = [
    ...shared,
    {
      key: 'released',
      header: t('released'),
      cell: ({ releaseAskedBy, releasedBy, releasedMs }) =>
        `${t('releasedBy', { first: releaseAskedBy ?? '', second: releasedBy })}, ${dates.full(releasedMs)}`,
      sortBy: ({ releasedMs }) => releasedMs,
    },
  ];
  return (
    <>
      <DataTable label={t('history')} columns={columns} rows={rows} rowKey={({ id }) => id} pageSize={Infinity} />
      {history.hasNextPage && (
        <Button variant="default" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('app:common.more')}
        </Button>
      )}
    </>
  );
}
