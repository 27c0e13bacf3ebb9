import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RuleQuality, RuleSuggestion } from '#contracts/alerts';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useCameras } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { cameraLabel } from '../ui/camera-label.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { clockText } from './alert-order.ts';

const DAYS = [1, 7, 30, 90, 365] as const;

/** How often each rule was right, and what would make it right more often. */
export default function AlertQualityPage() {
  const { t } = useTranslation('alerts');
  const api = useApi();
  const [days, setDays] = useState<number>(30);
  const list = useQuery({
    queryKey: [...queryKeys.alertQuality, days],
    queryFn: ({ signal }) => api.alerts.quality(days, signal),
  });
  const columns = useColumns();
  return (
    <Page
      title={t('quality.title')}
      hint={t('quality.hint')}
      actions={
        <Select
          aria-label={t('quality.days')}
          data={DAYS.map((count) => ({ value: String(count), label: t('quality.lastDays', { count }) }))}
          value={String(days)}
          allowDeselect={false}
          onChange={(value) => value !== null && setDays(Number(value))}
        />
      }
    >
      {list.isPending && <Loading />}
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.data?.length === 0 && (
        <EmptyState icon={IconChartBar} title={t('quality.empty')}>
          {t('quality.emptyHint')}
        </EmptyState>
      )}
      {list.data !== undefined && list.data.length > 0 && (
        <DataTable
          label={t('quality.title')}
          columns={columns}
          rows={list.data}
          rowKey={(row) => `${row.cameraId} ${row.ruleId}`}
          initialSort="precision"
        />
      )}
    </Page>
  );
}

function useColumns(): readonly Column<RuleQuality>[] {
  const { t, i18n } = useTranslation('alerts');
  const cameras = useCameras();
  return useMemo(() => {
    const names = new Map(cameras.data?.map((camera) => [camera.id, cameraLabel(camera)]));
    const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
    const clock = (ms: number | null): string => (ms === null ? '–' : clockText(ms));
    return [
      {
        key: 'rule',
        role: 'title',
        header: t('quality.rule'),
        cell: (row) => row.ruleName,
        sortBy: (row) => row.ruleName,
      },
      {
        key: 'camera',
        header: t('quality.camera'),
        cell: (row) => names.get(row.cameraId) ?? t('cameraGone'),
        sortBy: (row) => names.get(row.cameraId) ?? '',
      },
      {
        key: 'opened',
        header: t('quality.opened'),
        numeric: true,
        cell: (row) => number.format(row.opened),
        sortBy: (row) => row.opened,
      },
      {
        key: 'precision',
        header: t('quality.precision'),
        numeric: true,
        cell: (row) => (row.precision === null ? t('quality.notYet') : percent.format(row.precision)),
        sortBy: (row) => row.precision ?? 2,
      },
      {
        key: 'verdicts',
        header: t('quality.verdicts'),
        numeric: true,
        cell: (row) => `${row.true} / ${row.false} / ${row.nuisance}`,
      },
      {
        key: 'perHour',
        header: t('quality.perHour'),
        numeric: true,
        cell: (row) => (row.perOperatorHour === null ? '–' : number.format(row.perOperatorHour)),
        sortBy: (row) => row.perOperatorHour ?? -1,
      },
      {
        key: 'acknowledge',
        header: t('quality.acknowledge'),
        numeric: true,
        cell: (row) => `${clock(row.acknowledgeP50Ms)} / ${clock(row.acknowledgeP95Ms)}`,
        sortBy: (row) => row.acknowledgeP50Ms ?? -1,
      },
      {
        key: 'suggestion',
        role: 'actions',
        header: t('quality.suggestion'),
        cell: (row) => (row.suggestion === null ? null : <Suggestion suggestion={row.suggestion} />),
      },
    ];
  }, [cameras.data, t, i18n.language]);
}

function Suggestion({ suggestion }: { suggestion: RuleSuggestion }) {
  const { t } = useTranslation('alerts');
  const { can } = useSession();
  const api = useApi();
  const dates = useDates();
  const queryClient = useQueryClient();
  const { appliedMs } = suggestion;
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: queryKeys.alertQuality });
  const change = useAction({
    run: () =>
      appliedMs === null ? api.alerts.applySuggestion(suggestion.id) : api.alerts.undoSuggestion(suggestion.id),
    done: t(appliedMs === null ? 'quality.appliedDone' : 'quality.undoneDone'),
    after: refresh,
  });
  return (
    <Stack gap={4} align="flex-start" maw="26rem">
      <Text size="sm">
        <Change change={suggestion.change} />
      </Text>
      <Text size="sm" c="dimmed">
        {appliedMs === null
          ? t('quality.effect', { wrong: suggestion.wrongAvoided, lost: suggestion.trueLost })
          : t('quality.applied', { time: dates.full(appliedMs) })}
      </Text>
      {can('camera.configure') && (
        <Group>
          <Button
            size="compact-sm"
            variant={appliedMs === null ? 'filled' : 'default'}
            loading={change.isPending}
            onClick={() => change.mutate(undefined)}
          >
            {t(appliedMs === null ? 'quality.apply' : 'quality.undo')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Change({ change }: { change: RuleSuggestion['change'] }) {
  const { t, i18n } = useTranslation('alerts');
  const percent = new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 0 });
  const say = (share: number): string => percent.format(share);
  return change.kind === 'exclude'
    ? t('quality.exclude', {
        ...{ left: say(change.left), top: say(change.top) },
        ...{ right: say(change.right), bottom: say(change.bottom) },
      })
    : t(`quality.${change.kind}`, { from: say(change.from), to: say(change.to) });
}
