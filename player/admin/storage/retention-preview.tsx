import { Button, Group, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlannedDisk, PlannedStream, RetentionPlan } from '#contracts/recordings';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { useDates } from '../../ui/dates.ts';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { useBytes } from '../../ui/use-bytes.ts';
import { keyOfStream, useStreamColumns } from './stored-streams.tsx';

const PAGE = 50;

/** With the server's time when the answer came. */
export interface ToldPlan extends RetentionPlan {
  readonly atMs: number;
}

/** The dry run: what the next pass of retention would delete, by disk and camera, and why. */
export function RetentionPreview(props: {
  plan: ToldPlan | undefined;
  error: Error | null;
  busy: boolean;
  run: () => void;
}) {
  const { t } = useTranslation('admin');
  const { plan, error, busy, run } = props;
  return (
    <Panel title={t('storage.plan')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('storage.planHint')}</Text>
        <Group>
          <Button variant="default" loading={busy} onClick={run}>
            {t(plan === undefined ? 'storage.planRun' : 'storage.planAgain')}
          </Button>
        </Group>
        {error !== null && <ErrorNotice error={error} retry={run} />}
        {plan !== undefined && <Plan plan={plan} />}
      </Stack>
    </Panel>
  );
}

function Plan({ plan }: { plan: ToldPlan }) {
  const { t } = useTranslation('admin');
  const dates = useDates();
  const nothing = plan.disks.every(({ streams }) => streams.length === 0);
  return (
    <Stack gap="md" data-retention-plan>
      {nothing && <Notice kind="good" title={t('storage.planNothing')} />}
      {plan.disks.map((disk) => (
        <DiskPlan key={disk.diskId} disk={disk} />
      ))}
      <Text c="dimmed">{t('storage.planAt', { time: dates.time(plan.atMs) })}</Text>
    </Stack>
  );
}

function DiskPlan({ disk }: { disk: PlannedDisk }) {
  const { t } = useTranslation('admin');
  const bytes = useBytes();
  const streamColumns = useStreamColumns<PlannedStream>();
  const columns = useMemo((): readonly Column<PlannedStream>[] => {
    const [camera, stream, ...rest] = streamColumns;
    const why: Column<PlannedStream> = {
      key: 'why',
      header: t('storage.why'),
      sortBy: (row) => row.why,
      cell: (row) => t(`storage.reasons.${row.why}`),
    };
    return [camera, stream, why, ...rest].filter((column) => column !== undefined);
  }, [streamColumns, t]);
  const { path, streams } = disk;
  const of = bytes(disk.existingBytes);
  if (streams.length === 0) return <Text>{t('storage.planNothingOn', { path, bytes: of })}</Text>;
  const total = streams.reduce((sum, row) => sum + row.bytes, 0);
  return (
    <Stack gap="xs">
      <strong>{t('storage.planDisk', { path, bytes: bytes(total), of })}</strong>
      {disk.neededBytes > 0 && <Text>{t('storage.planNeeds', { bytes: bytes(disk.neededBytes) })}</Text>}
      {disk.asks && <Notice kind="warn" title={t('storage.planAsks')} />}
      <DataTable
        label={t('storage.planTable', { path })}
        columns={columns}
        rows={streams}
        rowKey={(row) => `${row.why} ${keyOfStream(row)}`}
        initialSort="size"
        pageSize={PAGE}
      />
    </Stack>
  );
}
