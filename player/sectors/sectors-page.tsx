import { Button, Select } from '@mantine/core';
import { IconDeviceTv, IconListNumbers, IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { DIRECTIVES_PATH, directiveLink, FEEDS_PATH, SECTORS_PATH, sectorLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { useOpenDirectives } from '../directives/use-open-directives.ts';
import { MapPanel } from '../map/map-panel.tsx';
import { AgeText } from '../ui/age-text.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { useFromNow, useNow } from '../ui/now.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { MapLegend, useAreaFills } from './area-fills.tsx';
import { isStale } from './figure-words.ts';
import { QualityBars } from './quality-bars.tsx';
import { isEmpty, SectorTileCard } from './sector-tile.tsx';
import classes from './sectors.module.css';
import { useWords } from './texts.ts';
import { type TileRow, useSectorTiles } from './use-sector-tiles.ts';

/** The province at a glance: every sector, honestly fresh; where it is well and where not; who must be spoken to. */
export default function SectorsPage() {
  const { t } = useTranslation(['sectors', 'app']);
  const { can } = useSession();
  const { rows, error, retry } = useSectorTiles();
  if (error !== null) return <PageError error={error} retry={retry} />;
  if (rows === undefined) return <Loading />;
  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <>
          <Button
            component={Link}
            href={`${SECTORS_PATH}/league`}
            variant="default"
            leftSection={<IconListNumbers size={16} />}
          >
            {t('league.title')}
          </Button>
          <Button
            component={Link}
            href="/kiosk"
            variant="default"
            leftSection={<IconDeviceTv size={16} />}
            visibleFrom="sm"
          >
            {t('kiosk.open')}
          </Button>
        </>
      }
    >
      {rows.length === 0 ? (
        <EmptyState icon={IconPlugConnected} title={t('empty.title')}>
          {t('empty.hint')}
        </EmptyState>
      ) : (
        <>
          <Freshness rows={rows} />
          <ul className={classes.tiles} aria-label={t('title')}>
            {rows.map((row) => (
              <li key={row.sector.key}>
                <SectorTileCard {...row} />
              </li>
            ))}
          </ul>
          {rows.every(({ tile }) => isEmpty(tile)) && can('feed.manage') && (
            <EmptyState
              icon={IconPlugConnected}
              title={t('empty.noFeeds')}
              actions={
                <Button component={Link} href={`${FEEDS_PATH}/new`}>
                  {t('empty.connect')}
                </Button>
              }
            >
              {t('empty.noFeedsHint')}
            </EmptyState>
          )}
          <div className={classes.overview}>
            <HeadlineMap rows={rows} />
            <WorstUnits />
            <OpenDirectives />
          </div>
        </>
      )}
    </Page>
  );
}

/** One sentence for the whole: nobody has to look at ten ages to see that two of them are old. */
function Freshness({ rows }: { rows: readonly TileRow[] }) {
  const { t } = useTranslation('sectors');
  const words = useWords();
  const stale = useFromNow((now) =>
    rows
      .filter(({ tile }) => tile?.headline != null && isStale(tile.headline, now))
      .map(({ sector }) => words(sector.name))
      .join(', '),
  );
  const empty = rows.filter(({ tile }) => isEmpty(tile)).length;
  return (
    <p role="status" style={{ margin: 0, color: 'var(--tn-dim)' }}>
      {stale === '' ? t('freshness.all', { count: rows.length - empty }) : t('freshness.stale', { sectors: stale })}
      {empty > 0 && ` ${t('freshness.empty', { count: empty })}`}
    </p>
  );
}

function HeadlineMap({ rows }: { rows: readonly TileRow[] }) {
  const { t } = useTranslation('sectors');
  const words = useWords();
  const [, navigate] = useLocation();
  const choices = useMemo(() => rows.flatMap(({ headline }) => headline ?? []), [rows]);
  const [wanted, setWanted] = useState<string | null>(null);
  const telling = rows.find(
    ({ tile, headline }) => headline?.level === 'commune' && tile?.headline?.value != null,
  )?.headline;
  const indicator = choices.find(({ code }) => code === wanted) ?? telling ?? choices[0];
  const { fills, shades } = useAreaFills(indicator);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Panel title={t('map.title')}>
      <div className={classes.controlRow}>
        <Select
          size="xs"
          flex={1}
          aria-label={t('map.indicator')}
          data={choices.map(({ code, name }) => ({ value: code, label: words(name) }))}
          value={indicator?.code ?? null}
          allowDeselect={false}
          onChange={setWanted}
        />
        {chosen !== null && indicator !== undefined && (
          <Button
            size="xs"
            variant="default"
            onClick={() => navigate(sectorLink(indicator.sector, { area: chosen, figure: indicator.code }))}
          >
            {t('map.openArea')}
          </Button>
        )}
      </div>
      <div className={classes.mapBox}>
        <MapPanel label={t('map.title')} fills={fills} chosen={chosen} onChoose={setChosen} />
      </div>
      {indicator !== undefined && <MapLegend indicator={indicator} shades={shades} />}
    </Panel>
  );
}

/** So many stand on the page; all of them are in the league table. */
const MOST_UNITS = 8;

function WorstUnits() {
  const { t } = useTranslation('sectors');
  const api = useApi();
  const league = useQuery({
    queryKey: [...queryKeys.figures, 'league', 'week', ''],
    queryFn: ({ signal }) => api.quality.league({ window: 'week' }, signal),
    refetchInterval: 60_000,
  });
  const worst = league.data?.filter(({ grade }) => grade === 'amber' || grade === 'red').slice(0, MOST_UNITS) ?? [];
  return (
    <Panel title={t('league.worst')}>
      {league.isPending && <Loading />}
      {league.data !== undefined && worst.length === 0 && (
        <p className={classes.dim}>{t(league.data.length === 0 ? 'league.empty' : 'league.allGood')}</p>
      )}
      <ul className={classes.list}>
        {worst.map((row) => (
          <li key={row.unitId}>
            <Link
              className={classes.row}
              href={`${SECTORS_PATH}/league?unit=${encodeURIComponent(row.unitId)}`}
              style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}
            >
              <span className={classes.rowTitle}>{row.unitName}</span>
              <QualityBars scores={row.scores} />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function OpenDirectives() {
  const { t } = useTranslation('sectors');
  const { directives, may } = useOpenDirectives();
  const now = useNow();
  if (!may) return null;
  return (
    <Panel title={t('directives.open')}>
      {directives?.length === 0 && <p className={classes.dim}>{t('directives.none')}</p>}
      <ul className={classes.list}>
        {directives?.slice(0, MOST_UNITS).map((directive) => (
          <li key={directive.id}>
            <Link
              className={classes.row}
              href={directiveLink(directive.id)}
              style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}
            >
              <span className={classes.rowTitle}>{directive.title}</span>
              <span className={classes.rowFoot} style={{ gridColumn: 1 }}>
                <span>{directive.unitName}</span>
                <span>{t(`directives.states.${directive.state}`)}</span>
                {directive.dueMs < now ? (
                  <b style={{ color: 'var(--tn-down)' }}>{t('directives.overdue')}</b>
                ) : (
                  <AgeText ms={directive.givenMs} />
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {(directives?.length ?? 0) > 0 && <Link href={DIRECTIVES_PATH}>{t('directives.all')}</Link>}
    </Panel>
  );
}
