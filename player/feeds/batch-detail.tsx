import { Button, Group, Select, Stack } from '@mantine/core';
import { IconArrowBackUp, IconDownload } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ROW_VERDICTS, type RowVerdictKind } from '#contracts/feeds';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { useDates } from '../ui/dates.ts';
import { FactList } from '../ui/fact-list.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { useBytes } from '../ui/use-bytes.ts';
import { CountsText } from './counts-text.tsx';
import { RowTable } from './row-table.tsx';

const PAGE = 200;

/** One delivery: what came of each row; it can be taken back as a whole. */
export function BatchDetail({ batchId, feedId }: { batchId: string; feedId: string }) {
  const { t } = useTranslation(['feeds', 'sectors', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const dates = useDates();
  const bytes = useBytes();
  const { can } = useSession();
  const [verdict, setVerdict] = useState<RowVerdictKind | null>(null);
  const [asking, setAsking] = useState(false);
  const batch = useQuery({
    queryKey: queryKeys.batch(batchId),
    queryFn: ({ signal }) => api.batches.get(batchId, signal),
  });
  const rows = useInfiniteQuery({
    queryKey: [...queryKeys.batch(batchId), 'rows', verdict],
    queryFn: ({ signal, pageParam }) =>
      api.batches.rows(batchId, { verdict: verdict ?? undefined, after: pageParam, limit: PAGE }, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)?.row),
  });
  const undo = useAction({
    run: () => api.batches.undo(batchId),
    done: t('batch.undoneDone'),
    after(view) {
      setAsking(false);
      queryClient.setQueryData(queryKeys.batch(batchId), view);
      void queryClient.invalidateQueries({ queryKey: queryKeys.batches(feedId) });
    },
  });
  if (batch.isError) return <ErrorNotice error={batch.error} retry={() => void batch.refetch()} />;
  if (batch.data === undefined) return <Loading />;
  const view = batch.data;
  return (
    <Stack gap="md" data-batch={batchId}>
      <FactList
        facts={[
          [t('sectors:sources.received'), dates.full(view.receivedMs)],
          [t('sectors:sources.sender'), view.sender],
          [t('way'), `${t(`ways.${view.way}`)} · ${view.format} · ${bytes(view.bytes)}`],
          [
            'SHA-256',
            <code key="sha" style={{ overflowWrap: 'anywhere' }}>
              {view.sha256}
            </code>,
          ],
          ['Idempotency-Key', view.idempotencyKey],
          [t('batch.rows'), view.refused === null ? <CountsText key="counts" counts={view.counts} /> : ''],
          [
            t('state'),
            view.undoneMs === null
              ? ''
              : t('batch.undoneBy', { name: view.undoneBy ?? '', time: dates.full(view.undoneMs) }),
          ],
        ]}
      />
      {view.refused !== null && (
        <Notice kind="bad" title={t('batch.refused')}>
          {view.refused.line !== null && `${t('row.lineNumber', { line: view.refused.line })}: `}
          {view.refused.message}
        </Notice>
      )}
      {view.refused === null && (
        <Group justify="space-between">
          <Select
            size="xs"
            clearable
            aria-label={t('row.verdict')}
            placeholder={t('row.allVerdicts')}
            data={ROW_VERDICTS.map((value) => ({ value, label: t(`verdicts.${value}`) }))}
            value={verdict}
            onChange={(value) => setVerdict(ROW_VERDICTS.find((known) => known === value) ?? null)}
          />
          {view.counts.rejected > 0 && (
            <Button
              size="xs"
              variant="default"
              component="a"
              href={`/api/batches/${encodeURIComponent(batchId)}/errors.csv`}
              download
              leftSection={<IconDownload size={16} />}
            >
              {t('batch.errors')}
            </Button>
          )}
          {view.undoneMs === null && (can('feed.manage') || can('feed.push')) && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconArrowBackUp size={16} />}
              onClick={() => setAsking(true)}
            >
              {t('batch.undo')}
            </Button>
          )}
        </Group>
      )}
      {rows.isError && <ErrorNotice error={rows.error} retry={() => void rows.refetch()} />}
      {rows.data !== undefined &&
        view.refused === null &&
        (rows.data.pages.flat().length === 0 ? (
          <Notice kind="good" title={t('row.noneBad')} />
        ) : (
          <RowTable rows={rows.data.pages.flat()} />
        ))}
      {rows.hasNextPage && (
        <Button variant="default" loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
          {t('app:common.more')}
        </Button>
      )}
      <ConfirmDialog
        opened={asking}
        title={t('batch.undoTitle')}
        action={t('batch.undo')}
        danger
        busy={undo.isPending}
        onConfirm={() => undo.mutate(undefined)}
        onClose={() => setAsking(false)}
      >
        {t('batch.undoText')}
      </ConfirmDialog>
    </Stack>
  );
}
