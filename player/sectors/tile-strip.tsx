import { ActionIcon, Tooltip } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { sectorLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { BandMark, FigureValue, useIsStale } from './figure-parts.tsx';
import { SectorIcon } from './sector-icon.tsx';
import { isEmpty, SectorTileCard } from './sector-tile.tsx';
import classes from './sectors.module.css';
import { useSectorTexts, useWords } from './texts.ts';
import { type TileRow, useSectorTiles } from './use-sector-tiles.ts';

/** On a low screen the wall needs the height more. */
const LOW = '(min-width: 720px) and (max-height: 759px)';

/** The sectors under the camera wall, one row that can be folded to a line; a phone swipes through it. */
export default function TileStrip() {
  useSectorTexts();
  const { t } = useTranslation('sectors');
  const { user } = useSession();
  const low = useMediaQuery(LOW, false, { getInitialValueInEffect: false });
  const [folded, setFolded] = useLocalStorage<boolean | null>({
    key: `tamnhin.sectors.folded.${user.id}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const { rows } = useSectorTiles();
  // Nothing that fails here may take room from the pictures; the page of the sectors says what is wrong.
  if (rows === undefined || rows.length === 0) return null;
  const isFolded = folded ?? low;
  const label = t(isFolded ? 'strip.unfold' : 'strip.fold');
  const Icon = isFolded ? IconChevronUp : IconChevronDown;
  return (
    <section className={classes.strip} data-folded={isFolded} aria-label={t('strip.label')} data-strip>
      <ul className={classes.stripTiles}>
        {rows.map((row) => (
          <li key={row.sector.key}>{isFolded ? <FoldedTile {...row} /> : <SectorTileCard {...row} small />}</li>
        ))}
      </ul>
      <Tooltip label={label}>
        <ActionIcon
          className={classes.fold}
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={label}
          aria-expanded={!isFolded}
          onClick={() => setFolded(!isFolded)}
        >
          <Icon size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </section>
  );
}

function FoldedTile({ sector, tile, headline }: TileRow) {
  const words = useWords();
  const figure = tile?.headline ?? null;
  const stale = useIsStale(figure);
  const empty = isEmpty(tile);
  return (
    <Link
      href={sectorLink(sector.key)}
      className={classes.folded}
      data-sector={sector.key}
      data-state={empty ? 'empty' : stale ? 'stale' : 'fresh'}
      title={words(sector.name)}
    >
      <SectorIcon sector={sector.key} size={14} />
      <span className={classes.hiddenName}>{words(sector.name)}</span>
      {figure !== null && headline !== undefined && !empty ? (
        <>
          <FigureValue figure={figure} indicator={headline} />
          <BandMark figure={figure} />
        </>
      ) : (
        <span>–</span>
      )}
    </Link>
  );
}
