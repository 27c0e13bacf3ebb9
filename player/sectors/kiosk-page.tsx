import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearch } from 'wouter';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useDates } from '../ui/dates.ts';
import { Loading } from '../ui/loading.tsx';
import { useNow } from '../ui/now.tsx';
import { QualityBars } from './quality-bars.tsx';
import { FigureCard } from './sector-page.tsx';
import { SectorTileCard } from './sector-tile.tsx';
import classes from './sectors.module.css';
import { useSectorTexts, useWords } from './texts.ts';
import { type TileRow, useSectorTiles } from './use-sector-tiles.ts';

/** Seconds that a page of the playlist stays; `?seconds=30` in the address says otherwise. */
const STAYS_S = 20;
/** ms. A screen that nobody touches begins anew once a day, and takes what was updated in the meantime. */
const RELOAD_MS = 24 * 3_600_000;

/** For a screen on the wall: the overview, then each sector in turn, without anything to press. */
export default function KioskPage() {
  useSectorTexts();
  const { t } = useTranslation('sectors');
  const seconds = Math.max(5, Number(new URLSearchParams(useSearch()).get('seconds')) || STAYS_S);
  const { rows } = useSectorTiles();
  const [at, setAt] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setAt((now) => now + 1), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  useEffect(() => {
    const timer = setTimeout(() => window.location.reload(), RELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  if (rows === undefined) return <Loading />;
  const shown = rows[(at % (rows.length + 1)) - 1];
  return (
    <main className={classes.kiosk} data-kiosk={shown?.sector.key ?? 'overview'}>
      {shown === undefined ? (
        <>
          <Head title={t('title')} />
          <ul className={classes.tiles}>
            {rows.map((row) => (
              <li key={row.sector.key}>
                <SectorTileCard {...row} />
              </li>
            ))}
          </ul>
        </>
      ) : (
        <KioskSector row={shown} />
      )}
    </main>
  );
}

function Head({ title }: { title: string }) {
  const dates = useDates();
  const now = useNow();
  return (
    <div className={classes.kioskHead}>
      <h1>{title}</h1>
      <span>{dates.full(now)}</span>
    </div>
  );
}

function KioskSector({ row: { sector } }: { row: TileRow }) {
  const words = useWords();
  const api = useApi();
  const page = useQuery({
    queryKey: [...queryKeys.figuresOf(sector.key), 'page', null],
    queryFn: ({ signal }) => api.sectors.page(sector.key, {}, signal),
    placeholderData: keepPreviousData,
  });
  const view = page.data?.sector.key === sector.key ? page.data : undefined;
  return (
    <>
      <Head title={words(sector.name)} />
      {view !== undefined && (
        <>
          <QualityBars scores={view.scores} large />
          <ul className={classes.figures}>
            {view.figures.map((figure) => {
              const indicator = view.indicators.find(({ code }) => code === figure.indicator);
              if (indicator === undefined) return null;
              return (
                <li key={figure.indicator}>
                  <FigureCard
                    indicator={indicator}
                    figure={figure}
                    curve={view.curves[figure.indicator]?.map(({ value }) => value) ?? []}
                  />
                </li>
              );
            })}
          </ul>
        </>
      )}
    </>
  );
}
