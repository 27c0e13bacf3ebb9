import { Button, Drawer, Select } from '@mantine/core';
import { IconChevronRight, IconPlugConnected } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useSearch } from 'wouter';
import type { Quality } from '#contracts/quality';
import type { Figure, Indicator, SectorPage as SectorPageView } from '#contracts/sectors';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas } from '../api/sector-queries.ts';
import { FEEDS_PATH, SECTORS_PATH, sectorLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { MapPanel } from '../map/map-panel.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { Page, Panel } from '../ui/page.tsx';
import { MapLegend, useAreaFills } from './area-fills.tsx';
import { Curve } from './curve.tsx';
import { BandMark, FigureAge, FigureValue, SyntheticMark, TargetText, TrendText, useIsStale } from './figure-parts.tsx';
import { QualityBars } from './quality-bars.tsx';
import { SectorEvents } from './sector-events.tsx';
import { SectorIcon } from './sector-icon.tsx';
import { SectorUnits } from './sector-units.tsx';
import classes from './sectors.module.css';
import { useWords } from './texts.ts';

const FigurePanel = lazy(() => import('./figure-panel.tsx'));
const FailingRows = lazy(() => import('./failing-rows.tsx'));

/** A sector: its figures for an area, how they came, and what happens in it. */
export default function SectorPage({ sectorKey }: { sectorKey: string }) {
  const { t } = useTranslation(['sectors', 'app']);
  const words = useWords();
  const { can } = useSession();
  const api = useApi();
  const [, navigate] = useLocation();
  const query = new URLSearchParams(useSearch());
  const area = query.get('area');
  const openCode = query.get('figure');
  const [failing, setFailing] = useState<Quality | null>(null);
  const page = useQuery({
    queryKey: [...queryKeys.figuresOf(sectorKey), 'page', area],
    queryFn: ({ signal }) => api.sectors.page(sectorKey, { area: area ?? undefined }, signal),
    placeholderData: keepPreviousData,
  });
  const areas = useAreas();
  const go = useCallback(
    (next: { area?: string | null; figure?: string | null }) =>
      navigate(sectorLink(sectorKey, { area, figure: openCode, ...next }), { replace: true }),
    [navigate, sectorKey, area, openCode],
  );
  const shown = useMemo(() => figuresOf(page.data), [page.data]);
  const open = shown.find(({ indicator }) => indicator.code === openCode);
  const mapped = open?.indicator ?? shown.find(({ indicator }) => indicator.level === 'commune')?.indicator;

  if (page.isError) return <PageError error={page.error} retry={() => void page.refetch()} />;
  if (page.data === undefined) return <Loading />;
  const { sector, scores } = page.data;
  const communes = areas.data?.filter(({ level, validToMs }) => level === 'commune' && validToMs === null) ?? [];
  const nothing = shown.every(({ figure }) => figure.state === 'missing' && figure.value === null);
  return (
    <Page
      title={words(sector.name)}
      actions={
        <nav className={classes.crumbs} aria-label={t('area.label')}>
          <SectorIcon sector={sector.key} />
          <Link href={SECTORS_PATH}>{t('title')}</Link>
          <IconChevronRight size={14} aria-hidden />
          <Select
            size="xs"
            w="14rem"
            aria-label={t('area.label')}
            placeholder={t('area.province')}
            data={communes.map(({ code, name }) => ({ value: code, label: name }))}
            value={area}
            searchable
            clearable
            limit={200}
            filter={optionsFilter}
            onChange={(code) => go({ area: code })}
          />
          {shown.some(({ figure }) => figure.synthetic) && <SyntheticMark />}
        </nav>
      }
    >
      <QualityBars scores={scores} large onOpen={setFailing} />
      {nothing && (
        <EmptyState
          icon={IconPlugConnected}
          title={t('empty.sector')}
          actions={
            can('feed.manage') && (
              <Button component={Link} href={`${FEEDS_PATH}/new?sector=${encodeURIComponent(sectorKey)}`}>
                {t('empty.connect')}
              </Button>
            )
          }
        >
          {t(can('feed.manage') ? 'empty.sectorManage' : 'empty.sectorOther')}
        </EmptyState>
      )}
      <div className={classes.sectorPage}>
        <ul className={classes.figures} aria-label={t('figures')}>
          {shown.map(({ indicator, figure, curve }) => (
            <li key={indicator.code}>
              <FigureCard
                indicator={indicator}
                figure={figure}
                curve={curve}
                onOpen={() => go({ figure: indicator.code })}
              />
            </li>
          ))}
        </ul>
        <div className={classes.side}>
          <SectorEvents sector={sectorKey} area={area} />
          {mapped !== undefined && <AreaMap indicator={mapped} chosen={area} onChoose={(code) => go({ area: code })} />}
          <SectorUnits sector={sectorKey} />
        </div>
      </div>
      <Drawer
        opened={open !== undefined}
        onClose={() => go({ figure: null })}
        position="right"
        size="56rem"
        title={open === undefined ? '' : words(open.indicator.name)}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {open !== undefined && (
          <Suspense fallback={<Loading />}>
            <FigurePanel indicator={open.indicator} figure={open.figure} onArea={(code) => go({ area: code })} />
          </Suspense>
        )}
      </Drawer>
      <Drawer
        opened={failing !== null}
        onClose={() => setFailing(null)}
        position="right"
        size="56rem"
        title={failing === null ? '' : t('failing.title', { quality: t(`quality.names.${failing}`) })}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {failing !== null && (
          <Suspense fallback={<Loading />}>
            <FailingRows quality={failing} sector={sectorKey} />
          </Suspense>
        )}
      </Drawer>
    </Page>
  );
}

interface Shown {
  readonly indicator: Indicator;
  readonly figure: Figure;
  readonly curve: readonly (number | null)[];
}

function figuresOf(page: SectorPageView | undefined): readonly Shown[] {
  if (page === undefined) return [];
  const indicators = new Map(page.indicators.map((indicator) => [indicator.code, indicator]));
  return page.figures.flatMap((figure) => {
    const indicator = indicators.get(figure.indicator);
    return indicator === undefined
      ? []
      : [{ indicator, figure, curve: page.curves[figure.indicator]?.map(({ value }) => value) ?? [] }];
  });
}

/** One figure; the whole card opens where it comes from. */
export function FigureCard(props: Shown & { onOpen?: () => void }) {
  const { indicator, figure, curve, onOpen } = props;
  const { t } = useTranslation('sectors');
  const words = useWords();
  const stale = useIsStale(figure);
  const { delivered, obliged } = figure.reporting;
  return (
    <button
      type="button"
      className={classes.figure}
      data-figure={indicator.code}
      data-state={stale ? 'stale' : figure.state}
      data-band={figure.band ?? ''}
      onClick={onOpen}
    >
      <span className={classes.figureName}>
        {words(indicator.name)}
        <BandMark figure={figure} withWord />
      </span>
      <span className={classes.tileMain}>
        <span className={classes.tileValue}>
          <FigureValue figure={figure} indicator={indicator} />
        </span>
        <Curve values={curve} width={120} height={32} />
      </span>
      <span className={classes.tileFoot}>
        <TrendText figure={figure} indicator={indicator} />
        <TargetText figure={figure} indicator={indicator} />
      </span>
      <span className={classes.tileFoot}>
        <FigureAge figure={figure} />
        {obliged > 0 && (
          <span className={classes.age} data-stale={delivered < obliged}>
            {t('reporting', { delivered, obliged })}
          </span>
        )}
        {figure.unconfirmed && (
          <span className={classes.age} data-stale>
            {t('unconfirmed')}
          </span>
        )}
        {figure.status === 'provisional' && <span className={classes.age}>{t('statuses.provisional')}</span>}
      </span>
    </button>
  );
}

function AreaMap(props: { indicator: Indicator; chosen: string | null; onChoose: (code: string | null) => void }) {
  const { indicator, chosen, onChoose } = props;
  const { t } = useTranslation('sectors');
  const words = useWords();
  const { fills, shades } = useAreaFills(indicator);
  return (
    <Panel title={`${t('map.title')}: ${words(indicator.name)}`}>
      <div style={{ height: '20rem' }}>
        <MapPanel label={words(indicator.name)} fills={fills} chosen={chosen} onChoose={onChoose} />
      </div>
      <MapLegend indicator={indicator} shades={shades} />
    </Panel>
  );
}
