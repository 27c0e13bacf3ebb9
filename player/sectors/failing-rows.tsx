import { Group, Pagination, SegmentedControl, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { type FailingRow, QUALITY_WINDOWS, type Quality, type QualityWindow } from '#contracts/quality';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useFeeds, useIndicators, useUnits } from '../api/sector-queries.ts';
import { batchLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { useDates } from '../ui/dates.ts';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { numberText, scoreText } from './figure-words.ts';
import { failureParts } from './machine-words.ts';
import { useLocale, useWords } from './texts.ts';

const PAGE = 100;

/** What counted against a score: both numbers, and every row behind them. */
export default function FailingRows(props: { quality: Quality; sector?: string; feed?: string; unit?: string }) {
  const { quality, sector, feed, unit } = props;
  const { t } = useTranslation('sectors');
  const api = useApi();
  const locale = useLocale();
  const [window, setWindow] = useState<QualityWindow>('week');
  const [page, setPage] = useState(1);
  const query = { quality, window, sector, feed, unit };
  const failing = useQuery({
    queryKey: [...queryKeys.figuresOf(sector ?? ''), 'failing', query, page],
    queryFn: ({ signal }) => api.quality.failing({ ...query, skip: (page - 1) * PAGE, limit: PAGE }, signal),
    placeholderData: keepPreviousData,
  });
  const columns = useColumns();
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t(`quality.explain.${quality}`)}
      </Text>
      <SegmentedControl
        size="xs"
        aria-label={t('window.label')}
        data={QUALITY_WINDOWS.map((value) => ({ value, label: t(`window.${value}`) }))}
        value={window}
        onChange={(value) => {
          setPage(1);
          setWindow(QUALITY_WINDOWS.find((known) => known === value) ?? 'week');
        }}
      />
      {failing.isError && <ErrorNotice error={failing.error} retry={() => void failing.refetch()} />}
      {failing.isPending && <Loading />}
      {failing.data !== undefined && (
        <>
          <Text fw={600}>
            {failing.data.score.b === 0
              ? t('quality.none')
              : t(quality === 'live' ? 'failing.scoreLive' : 'failing.score', {
                  percent: scoreText(failing.data.score, locale),
                  a: numberText(failing.data.score.a, 0, locale),
                  b: numberText(failing.data.score.b, 0, locale),
                })}
          </Text>
          {failing.data.rows.length === 0 ? (
            <Notice
              kind={failing.data.score.b === 0 ? 'info' : 'good'}
              title={t(failing.data.score.b === 0 ? 'failing.nothingCounts' : 'failing.none')}
            />
          ) : (
            <DataTable
              label={t('failing.label')}
              columns={columns}
              rows={failing.data.rows}
              rowKey={(row) =>
                `${row.code} ${row.atMs} ${row.feedId} ${row.unitId} ${row.areaCode} ${row.indicator} ${row.batchId} ${row.row} ${row.periodStartMs}`
              }
            />
          )}
          {failing.data.total > PAGE && (
            <Group justify="center">
              <Pagination size="sm" total={Math.ceil(failing.data.total / PAGE)} value={page} onChange={setPage} />
            </Group>
          )}
        </>
      )}
    </Stack>
  );
}

function useColumns(): readonly Column<FailingRow>[] {
  const { t } = useTranslation(['sectors', 'app']);
  const { can } = useSession();
  const words = useWords();
  const dates = useDates();
  const locale = useLocale();
  const areas = useAreas();
  const units = useUnits();
  const indicators = useIndicators();
  const feeds = useFeeds(can('feed.push') || can('feed.manage'));
  const names = useMemo(
    () => ({
      area: new Map(areas.data?.map(({ code, name }) => [code, name])),
      unit: new Map(units.data?.map(({ id, name }) => [id, name])),
      indicator: new Map(indicators.data?.map(({ code, name }) => [code, name])),
      feed: new Map(feeds.data?.map(({ id, name }) => [id, name])),
    }),
    [areas.data, units.data, indicators.data, feeds.data],
  );
  const indicatorName = (code: string): string => {
    const name = names.indicator.get(code);
    return name === undefined ? code : words(name);
  };
  return [
    { key: 'code', header: t('failing.why'), role: 'title', cell: ({ code }) => t(`failures.${code}`) },
    {
      key: 'where',
      header: t('failing.where'),
      cell: ({ unitId, areaCode }) =>
        [
          unitId === null ? '' : (names.unit.get(unitId) ?? unitId),
          areaCode === null ? '' : (names.area.get(areaCode) ?? areaCode),
        ]
          .filter((part) => part !== '')
          .join(' · '),
    },
    {
      key: 'indicator',
      header: t('failing.indicator'),
      cell: ({ indicator }) => (indicator === null ? '' : indicatorName(indicator)),
    },
    {
      key: 'value',
      header: t('sources.value'),
      numeric: true,
      cell: ({ value, detail }) =>
        [
          value === null ? '' : numberText(value, Number.isInteger(value) ? 0 : 2, locale),
          ...failureParts({ detail }, t, locale),
        ]
          .filter((part) => part !== '')
          .join(' · '),
    },
    { key: 'at', header: t('failing.when'), sortBy: ({ atMs }) => -atMs, cell: ({ atMs }) => dates.full(atMs) },
    {
      key: 'batch',
      header: t('sources.batch'),
      cell: ({ feedId, batchId, row }) =>
        batchId === null ? (
          (names.feed.get(feedId) ?? '')
        ) : (
          <Link href={batchLink(feedId, batchId)}>
            {t('sources.row', { batch: batchId.slice(0, 8), row: row ?? '–' })}
          </Link>
        ),
    },
  ];
}
