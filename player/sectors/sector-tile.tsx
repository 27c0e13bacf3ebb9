import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Indicator, SectorTile, SectorView } from '#contracts/sectors';
import { SEVERITIES } from '#contracts/severity';
import { sectorLink } from '../app/links.ts';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { Curve } from './curve.tsx';
import { BandMark, FigureAge, FigureValue, SyntheticMark, TargetText, TrendText, useIsStale } from './figure-parts.tsx';
import { QualityBars } from './quality-bars.tsx';
import { SectorIcon } from './sector-icon.tsx';
import classes from './sectors.module.css';
import { useWords } from './texts.ts';

interface TileProps {
  readonly sector: SectorView;
  /** `undefined`: not told yet. */
  readonly tile: SectorTile | undefined;
  readonly headline: Indicator | undefined;
}

/** Nobody has delivered anything: neither a value nor anything that could be counted. */
export function isEmpty(tile: SectorTile | undefined): boolean {
  return tile === undefined || (tile.newestMs === null && (tile.headline?.value ?? null) === null);
}

/** One sector at a glance: its headline, how good and how old that is, and what is open. `small` is for the strip. */
export function SectorTileCard({ sector, tile, headline, small = false }: TileProps & { small?: boolean }) {
  const { t } = useTranslation('sectors');
  const words = useWords();
  const figure = tile?.headline ?? null;
  const stale = useIsStale(figure);
  const empty = isEmpty(tile);
  return (
    <Link
      href={sectorLink(sector.key)}
      className={classes.tile}
      data-sector={sector.key}
      data-small={small}
      data-state={empty ? 'empty' : stale ? 'stale' : (figure?.state ?? 'missing')}
      data-revision={tile?.revision ?? ''}
    >
      <span className={classes.tileHead}>
        <SectorIcon sector={sector.key} size={small ? 15 : 18} />
        <span className={classes.tileName}>{words(sector.name)}</span>
        {tile !== undefined && <OpenEvents tile={tile} />}
      </span>
      {empty || figure === null || headline === undefined ? (
        <span className={classes.tileEmpty}>{t(small ? 'empty.short' : 'empty.tile')}</span>
      ) : (
        <>
          <span className={classes.tileMain}>
            <span className={classes.tileValue}>
              <FigureValue figure={figure} indicator={headline} />
              <BandMark figure={figure} />
            </span>
            {!small && tile !== undefined && <Curve values={tile.curve} />}
          </span>
          {!small && <span className={classes.tileWhat}>{words(headline.name)}</span>}
          <span className={classes.tileFoot}>
            <TrendText figure={figure} indicator={headline} short={small} />
            {!small && <TargetText figure={figure} indicator={headline} />}
            <FigureAge figure={figure} short={small} />
          </span>
        </>
      )}
      {tile !== undefined && !empty && <QualityBars scores={tile.scores} />}
      {tile?.synthetic === true && <SyntheticMark />}
    </Link>
  );
}

/** How many events are open, with the mark of the worst. */
function OpenEvents({ tile }: { tile: SectorTile }) {
  const { t } = useTranslation('sectors');
  const open = SEVERITIES.filter((severity) => (tile.openEvents[severity] ?? 0) > 0);
  const count = open.reduce((sum, severity) => sum + (tile.openEvents[severity] ?? 0), 0);
  const worst = open.at(-1);
  if (worst === undefined) return null;
  return (
    <span className={classes.openEvents} title={t('openEvents', { count })}>
      <SeverityMark severity={worst} size={13} />
      {count}
    </span>
  );
}
