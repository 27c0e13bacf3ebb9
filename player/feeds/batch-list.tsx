import { Button, Center } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#contracts/feeds';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { CountsText } from './counts-text.tsx';

const PAGE = 50;

/** Every delivery, the newest first. */
export function BatchList({ feedId, onOpen }: { feedId: string; onOpen: (batchId: string) => void }) {
  const { t } = useTranslation(['feeds', 'sectors', 'app']);
  const api = useApi();
  const dates = useDates();
  const batches = useInfiniteQuery({
    queryKey: queryKeys.batches(feedId),
    queryFn: ({ signal, pageParam }) => api.feeds.batches(feedId, { beforeMs: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.receivedMs),
    refetchInterval: 15_000,
  });
  if (batches.isError) return <ErrorNotice error={batches.error} retry={() => void batches.refetch()} />;
  if (batches.data === undefined) return <Loading />;
  const rows = batches.data.pages.flat();
  if (rows.length === 0)
    return (
      <EmptyState icon={IconInbox} title={t('batch.empty')}>
        {t('batch.emptyHint')}
      </EmptyState>
    );
  const columns: readonly Column<BatchView>[] = [
    {
      key: 'received',
      header: t('sectors:sources.received'),
      role: 'title',
      cell: (batch) => (
        <Button size="compact-sm" variant="subtle" onClick={() => onOpen(batch.id)}>
          {dates.full(batch.receivedMs)}
        </Button>
      ),
    },
    { key: 'sender', header: t('sectors:sources.sender'), cell: ({ sender }) => sender },
    { key: 'way', header: t('way'), cell: ({ way, format }) => `${t(`ways.${way}`)} · ${format}` },
    {
      key: 'rows',
      header: t('batch.rows'),
      cell: (batch) =>
        batch.refused !== null ? (
          <span style={{ color: 'var(--tn-down)' }}>{t('batch.refused')}</span>
        ) : (
          <CountsText counts={batch.counts} />
        ),
    },
    {
      key: 'undone',
      header: t('state'),
      cell: ({ undoneMs, undoneBy }) =>
        undoneMs === null ? '' : t('batch.undoneBy', { name: undoneBy ?? '', time: dates.full(undoneMs) }),
    },
  ];
  return (
    <>
      <DataTable label={t('tabs.batches')} columns={columns} rows={rows} rowKey={({ id }) => id} />
      {batches.hasNextPage && (
        <Center mt="sm">
          <Button variant="default" loading={batches.isFetchingNextPage} onClick={() => void batches.fetchNextPage()}>
            {t('app:common.more')}
          </Button>
        </Center>
      )}
    </>
  );
}
