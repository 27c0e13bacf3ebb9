import { Button, Drawer, Group, Select } from '@mantine/core';
import { IconDownload, IconListNumbers } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from 'wouter';
import { type LeagueRow, QUALITIES, QUALITY_WINDOWS, type Quality, type QualityWindow } from '#contracts/quality';
import type { TargetResult } from '#contracts/sectors';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useSectors } from '../api/sector-queries.ts';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { matches } from '../ui/fold.ts';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { QualityBars } from './quality-bars.tsx';
import classes from './sectors.module.css';
import { useWords } from './texts.ts';

const FailingRows = lazy(() => import('./failing-rows.tsx'));

/** Which units deliver well and which do not, the worst first; to be taken into a meeting as a table. */
export default function LeaguePage() {
  const { t, i18n } = useTranslation(['sectors', 'app']);
  const words = useWords();
  const api = useApi();
  const asked = new URLSearchParams(useSearch());
  const sectors = useSectors();
  const [sector, setSector] = useState<string | null>(asked.get('sector'));
  const [window, setWindow] = useState<QualityWindow>('week');
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<{ row: LeagueRow; quality: Quality } | null>(null);
  const league = useQuery({
    queryKey: [...queryKeys.figures, 'league', window, sector ?? ''],
    queryFn: ({ signal }) => api.quality.league({ window, sector: sector ?? undefined }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  const results = useQuery({
    queryKey: [...queryKeys.figures, 'targetResults', sector ?? ''],
    queryFn: ({ signal }) => api.sectors.targetResults({ sector: sector ?? undefined }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  const aims = new Map(results.data?.map((result) => [result.unitId, result]));
  if (league.isError) return <PageError error={league.error} retry={() => void league.refetch()} />;
  if (league.data === undefined) return <Loading />;
  const only = asked.get('unit');
  const names = new Map(sectors.data?.map(({ key, name }) => [key, words(name)]));
  const rows = league.data
    .map((row, at) => ({ ...row, rank: at + 1 }))
    .filter(({ unitName, unitId }) => matches(unitName, search) && (only === null || search !== '' || unitId === only));
  const percent = (row: LeagueRow, quality: Quality): number => {
    const { a, b } = row.scores[quality];
    return b === 0 ? Number.NaN : (100 * a) / b;
  };

  // The server's file has both numbers of each score, for whoever computes on.
  const file = new URLSearchParams({
    window,
    language: i18n.language === 'en' ? 'en' : 'vi',
    ...(sector === null ? {} : { sector }),
  });

  const columns: readonly Column<LeagueRow & { rank: number }>[] = [
    { key: 'rank', header: t('league.rank'), numeric: true, sortBy: ({ rank }) => rank, cell: ({ rank }) => rank },
    {
      key: 'unit',
      header: t('league.unit'),
      role: 'title',
      sortBy: ({ unitName }) => unitName,
      cell: ({ unitName }) => unitName,
    },
    {
      key: 'sectors',
      header: t('league.sectors'),
      cell: (row) => row.sectors.map((key) => names.get(key) ?? key).join(', '),
    },
    {
      key: 'scores',
      header: t('quality.label'),
      sortBy: (row) =>
        Math.min(...QUALITIES.map((quality) => percent(row, quality)).filter((value) => !Number.isNaN(value))),
      cell: (row) => (
        <div className={classes.rowBars}>
          <QualityBars scores={row.scores} onOpen={(quality) => setOpen({ row, quality })} />
        </div>
      ),
    },
    ...(aims.size === 0
      ? []
      : [
          {
            key: 'targets',
            header: t('league.targets'),
            numeric: true,
            sortBy: ({ unitId }: LeagueRow) => shareOf(aims.get(unitId)),
            cell: ({ unitId }: LeagueRow) => <Aims result={aims.get(unitId)} />,
          },
        ]),
    { key: 'grade', header: t('league.grade'), cell: ({ grade }) => t(`quality.grades.${grade}`) },
    { key: 'before', header: t('league.change'), cell: (row) => <Change row={row} /> },
  ];
  return (
    <Page
      title={t('league.title')}
      hint={t('league.hint')}
      actions={
        <Button
          variant="default"
          component="a"
          href={`/api/quality/league.csv?${file}`}
          download={`${t('league.file')}-${new Date().toISOString().slice(0, 10)}.csv`}
          leftSection={<IconDownload size={16} />}
        >
          {t('league.export')}
        </Button>
      }
    >
      <Group gap="sm">
        <Select
          aria-label={t('queue.sector')}
          placeholder={t('queue.allSectors')}
          clearable
          data={sectors.data?.map(({ key, name }) => ({ value: key, label: words(name) })) ?? []}
          value={sector}
          onChange={setSector}
        />
        <Select
          aria-label={t('window.label')}
          data={QUALITY_WINDOWS.map((value) => ({ value, label: t(`window.${value}`) }))}
          value={window}
          allowDeselect={false}
          onChange={(value) => setWindow(QUALITY_WINDOWS.find((known) => known === value) ?? 'week')}
        />
        <SearchField label={t('league.search')} value={search} onChange={setSearch} />
      </Group>
      {rows.length === 0 ? (
        <EmptyState icon={IconListNumbers} title={t('league.empty')}>
          {t('league.emptyHint')}
        </EmptyState>
      ) : (
        <DataTable label={t('league.title')} columns={columns} rows={rows} rowKey={({ unitId }) => unitId} />
      )}
      <Drawer
        opened={open !== null}
        onClose={() => setOpen(null)}
        position="right"
        size="56rem"
        title={open === null ? '' : `${open.row.unitName} · ${t(`quality.names.${open.quality}`)}`}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {open !== null && (
          <Suspense fallback={<Loading />}>
            <FailingRows quality={open.quality} unit={open.row.unitId} {...(sector === null ? {} : { sector })} />
          </Suspense>
        )}
      </Drawer>
    </Page>
  );
}

/** Of the worst of the four, against a week earlier. */
function Change({ row }: { row: LeagueRow }) {
  const { t } = useTranslation('sectors');
  const worst = (scores: LeagueRow['scores']): number | null => {
    const counted = QUALITIES.flatMap((quality) =>
      scores[quality].b === 0 ? [] : [scores[quality].a / scores[quality].b],
    );
    return counted.length === 0 ? null : Math.min(...counted);
  };
  const [now, before] = [worst(row.scores), worst(row.before)];
  if (now === null || before === null) return '–';
  const points = Math.round((now - before) * 1000) / 10;
  if (points === 0) return t('trend.flat');
  return (
    <span style={{ color: points > 0 ? 'var(--tn-live)' : 'var(--tn-down)', whiteSpace: 'nowrap' }}>
      {points > 0 ? '▲ +' : '▼ −'}
      {Math.abs(points)}
    </span>
  );
}

/** Those without targets stand behind all that have some. */
function shareOf(result: TargetResult | undefined): number {
  return result === undefined ? 2 : result.reached / result.of;
}

function Aims({ result }: { result: TargetResult | undefined }) {
  const { t } = useTranslation('sectors');
  if (result === undefined) return <span className={classes.dim}>–</span>;
  const { reached, of } = result;
  return (
    <span className={classes.target} data-reached={reached === of} title={t('league.targetsOf', { reached, of })}>
      <span>
        {reached}/{of}
      </span>
    </span>
  );
}
