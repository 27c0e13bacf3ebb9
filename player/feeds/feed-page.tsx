import { Drawer, Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearch } from 'wouter';
import type { Quality } from '#contracts/quality';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useSectors, useUnits } from '../api/sector-queries.ts';
import { canForUnit } from '../app/can-everywhere.ts';
import { batchLink, feedLink, sectorLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { SyntheticMark } from '../sectors/figure-parts.tsx';
import { QualityBars } from '../sectors/quality-bars.tsx';
import { useWords } from '../sectors/texts.ts';
import { AgeText } from '../ui/age-text.tsx';
import { useDates } from '../ui/dates.ts';
import { FactList } from '../ui/fact-list.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { BatchDetail } from './batch-detail.tsx';
import { BatchList } from './batch-list.tsx';
import { failureWords } from './failure-words.ts';
import { FeedButtons } from './feed-buttons.tsx';
import { FeedGridForm } from './feed-grid.tsx';
import { FeedStateText } from './feed-state.tsx';
import { UploadPanel } from './upload-panel.tsx';

const FailingRows = lazy(() => import('../sectors/failing-rows.tsx'));

/** One feed: how it stands, to deliver by hand, and everything that came. */
export default function FeedPage({ feedId }: { feedId: string }) {
  const { t } = useTranslation(['feeds', 'sectors', 'app']);
  const words = useWords();
  const dates = useDates();
  const api = useApi();
  const { can, user } = useSession();
  const units = useUnits(can('feed.manage'));
  const [, navigate] = useLocation();
  const batchId = new URLSearchParams(useSearch()).get('batch');
  const [failing, setFailing] = useState<Quality | null>(null);
  const feed = useQuery({ queryKey: queryKeys.feed(feedId), queryFn: ({ signal }) => api.feeds.get(feedId, signal) });
  const sectors = useSectors(can('sector.read'));
  const quality = useQuery({
    queryKey: [...queryKeys.figures, 'quality', 'feed', feedId],
    queryFn: ({ signal }) => api.quality.list({ window: 'week', feed: feedId }, signal),
    enabled: can('sector.read'),
    refetchInterval: 30_000,
  });
  if (feed.isError) return <PageError error={feed.error} retry={() => void feed.refetch()} />;
  if (feed.data === undefined) return <Loading />;
  const view = feed.data;
  const scores = quality.data?.find(({ unitId }) => unitId === null);
  const sector = sectors.data?.find(({ key }) => key === view.sector);
  const mayPush = can('feed.push');
  const owner = { sector: view.sector, unitId: view.ownerUnitId };
  const mayManage = view.way !== 'builtin' && canForUnit(user, 'feed.manage', owner, units.data ?? []);
  return (
    <Page title={view.name} hint={view.ownerName} actions={mayManage && <FeedButtons feed={view} />}>
      {view.lastError !== null && view.state === 'failing' && (
        <Notice kind="bad" title={t('failing')}>
          {dates.full(view.lastError.atMs)}: {failureWords(view.lastError, t)}
        </Notice>
      )}
      <Panel title={t('standing')}>
        <Stack gap="md">
          <FactList
            facts={[
              [t('state'), <FeedStateText key="state" state={view.state} />],
              [
                t('sectors:queue.sector'),
                sector === undefined ? (
                  view.sector
                ) : (
                  <Link key="sector" href={sectorLink(sector.key)}>
                    {words(sector.name)}
                  </Link>
                ),
              ],
              [t('way'), t(`ways.${view.way}`)],
              [
                t('lastAccepted'),
                view.lastAcceptedMs === null ? t('app:common.never') : <AgeText key="last" ms={view.lastAcceptedMs} />,
              ],
              [t('nextDue'), view.nextDueMs === null ? '' : dates.full(view.nextDueMs)],
              [t('heartbeat'), view.lastHeartbeatMs === null ? '' : <AgeText key="beat" ms={view.lastHeartbeatMs} />],
              [
                t('tokenName'),
                view.token === null
                  ? ''
                  : `${view.token.hint}… · ${t('tokenEnds', { time: dates.full(view.token.expiresMs) })}`,
              ],
              [t('address'), view.pull?.url ?? view.mqtt?.url],
              [
                t('reportingUnits'),
                scores === undefined || scores.units.b === 0 ? '' : `${scores.units.a}/${scores.units.b}`,
              ],
              ['', view.synthetic ? <SyntheticMark key="synthetic" /> : ''],
            ]}
          />
          {scores !== undefined && <QualityBars scores={scores.scores} large onOpen={setFailing} />}
        </Stack>
      </Panel>
      <Tabs
        defaultValue={
          view.way === 'manual' && mayPush ? 'grid' : view.way === 'upload' && mayPush ? 'upload' : 'batches'
        }
        keepMounted={false}
      >
        <Tabs.List>
          {mayPush && view.way !== 'builtin' && <Tabs.Tab value="upload">{t('tabs.upload')}</Tabs.Tab>}
          {mayPush && view.carries === 'observations' && view.way !== 'builtin' && (
            <Tabs.Tab value="grid">{t('tabs.grid')}</Tabs.Tab>
          )}
          <Tabs.Tab value="batches">{t('tabs.batches')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="upload" pt="md">
          <UploadPanel feed={view} />
        </Tabs.Panel>
        <Tabs.Panel value="grid" pt="md">
          <FeedGridForm feed={view} />
        </Tabs.Panel>
        <Tabs.Panel value="batches" pt="md">
          <BatchList feedId={feedId} onOpen={(id) => navigate(batchLink(feedId, id), { replace: true })} />
        </Tabs.Panel>
      </Tabs>
      <Drawer
        opened={batchId !== null}
        onClose={() => navigate(feedLink(feedId), { replace: true })}
        position="right"
        size="60rem"
        title={t('batch.title')}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {batchId !== null && <BatchDetail batchId={batchId} feedId={feedId} />}
      </Drawer>
      <Drawer
        opened={failing !== null}
        onClose={() => setFailing(null)}
        position="right"
        size="56rem"
        title={failing === null ? '' : t('sectors:failing.title', { quality: t(`sectors:quality.names.${failing}`) })}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {failing !== null && (
          <Suspense fallback={<Loading />}>
            <FailingRows quality={failing} feed={feedId} />
          </Suspense>
        )}
      </Drawer>
    </Page>
  );
}
