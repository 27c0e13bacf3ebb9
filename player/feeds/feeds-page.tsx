import { Button, Group, Select } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { FEED_STATES, type FeedView } from '#contracts/feeds';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useFeeds, useSectors } from '../api/sector-queries.ts';
import { FEEDS_PATH, feedLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { SyntheticMark } from '../sectors/figure-parts.tsx';
import { QualityBars } from '../sectors/quality-bars.tsx';
import { useWords } from '../sectors/texts.ts';
import { AgeText } from '../ui/age-text.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { matches } from '../ui/fold.ts';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { failureWords } from './failure-words.ts';
import { FeedStateText } from './feed-state.tsx';

/** Every way in which somebody delivers: how it stands, how old and how good it is. */
export default function FeedsPage() {
  const { t } = useTranslation(['feeds', 'sectors', 'app']);
  const words = useWords();
  const api = useApi();
  const { can } = useSession();
  const feeds = useFeeds();
  const sectors = useSectors(can('sector.read'));
  const quality = useQuery({
    queryKey: [...queryKeys.figures, 'quality', 'week'],
    queryFn: ({ signal }) => api.quality.list({ window: 'week' }, signal),
    enabled: can('sector.read'),
    refetchInterval: 30_000,
  });
  const [search, setSearch] = useState('');
  const [sector, setSector] = useState<string | null>(null);
  const names = useMemo(() => new Map(sectors.data?.map(({ key, name }) => [key, words(name)])), [sectors.data, words]);
  const scores = useMemo(
    () => new Map(quality.data?.filter(({ unitId }) => unitId === null).map((view) => [view.feedId, view])),
    [quality.data],
  );
  if (feeds.isError) return <PageError error={feeds.error} retry={() => void feeds.refetch()} />;
  if (feeds.data === undefined) return <Loading />;
  const add = can('feed.manage') && (
    <Button component={Link} href={`${FEEDS_PATH}/new`} leftSection={<IconPlus size={16} />}>
      {t('add')}
    </Button>
  );
  const rows = feeds.data.filter(
    (feed) => (sector === null || feed.sector === sector) && matches(`${feed.name} ${feed.ownerName}`, search),
  );
  const columns: readonly Column<FeedView>[] = [
    {
      key: 'name',
      header: t('name'),
      role: 'title',
      sortBy: ({ name }) => name,
      cell: (feed) => (
        <Group gap="xs">
          <Link href={feedLink(feed.id)}>{feed.name}</Link>
          {feed.synthetic && <SyntheticMark short />}
        </Group>
      ),
    },
    {
      key: 'sector',
      header: t('sectors:queue.sector'),
      sortBy: (feed) => names.get(feed.sector) ?? feed.sector,
      cell: (feed) => names.get(feed.sector) ?? feed.sector,
    },
    { key: 'owner', header: t('owner'), sortBy: ({ ownerName }) => ownerName, cell: ({ ownerName }) => ownerName },
    { key: 'way', header: t('way'), sortBy: ({ way }) => way, cell: ({ way }) => t(`ways.${way}`) },
    {
      key: 'state',
      header: t('state'),
      sortBy: ({ state }) => FEED_STATES.indexOf(state),
      cell: ({ state, lastError }) => (
        <>
          <FeedStateText state={state} />
          {state === 'failing' && lastError !== null && (
            <div style={{ color: 'var(--tn-dim)', fontSize: '0.75rem' }}>{failureWords(lastError, t)}</div>
          )}
        </>
      ),
    },
    {
      key: 'last',
      header: t('lastAccepted'),
      sortBy: ({ lastAcceptedMs }) => -(lastAcceptedMs ?? 0),
      cell: ({ lastAcceptedMs }) => (lastAcceptedMs === null ? t('app:common.never') : <AgeText ms={lastAcceptedMs} />),
    },
    {
      key: 'scores',
      header: t('sectors:quality.label'),
      cell: ({ id }) => {
        const view = scores.get(id);
        return view === undefined ? (
          '–'
        ) : (
          <div style={{ minWidth: '15rem' }}>
            <QualityBars scores={view.scores} />
          </div>
        );
      },
    },
  ];
  return (
    <Page title={t('app:navigation.feeds')} hint={t('hint')} actions={feeds.data.length > 0 ? add : undefined}>
      {feeds.data.length === 0 ? (
        <EmptyState icon={IconPlugConnected} title={t('empty')} actions={add}>
          {t(can('feed.manage') ? 'emptyManage' : 'emptyOther')}
        </EmptyState>
      ) : (
        <>
          <Group gap="sm">
            <SearchField label={t('search')} value={search} onChange={setSearch} />
            <Select
              aria-label={t('sectors:queue.sector')}
              placeholder={t('sectors:queue.allSectors')}
              clearable
              data={[...names].map(([value, label]) => ({ value, label }))}
              value={sector}
              onChange={setSector}
            />
          </Group>
          <DataTable
            label={t('app:navigation.feeds')}
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            initialSort="sector"
          />
        </>
      )}
    </Page>
  );
}
