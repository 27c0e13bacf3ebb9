import { SegmentedControl, Stack } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figure, Indicator } from '#contracts/sectors';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useAreas } from '../api/sector-queries.ts';
import { MapPanel } from '../map/map-panel.tsx';
import { matches } from '../ui/fold.ts';
import { Loading } from '../ui/loading.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { MapLegend, useAreaFigures, useAreaFills } from './area-fills.tsx';
import { BandMark, useIsStale } from './figure-parts.tsx';
import { numberText } from './figure-words.ts';
import classes from './sectors.module.css';
import { useLocale, useWords } from './texts.ts';

const SHOWN = ['worst', 'best', 'missing'] as const;

/** A figure by communes: on the map, and as bars from the worst on; who has not reported is a list of its own. */
export function FigureAreas(props: { indicator: Indicator; chosen: string; onArea: (code: string | null) => void }) {
  const { indicator, chosen, onArea } = props;
  const { t } = useTranslation('sectors');
  const areas = useAreas();
  const query = useAreaFigures(indicator);
  const { fills, shades } = useAreaFills(indicator);
  const words = useWords();
  const [shown, setShown] = useState<(typeof SHOWN)[number]>('worst');
  const [search, setSearch] = useState('');
  const names = useMemo(() => new Map(areas.data?.map(({ code, name }) => [code, name])), [areas.data]);
  if (query.isError) return <ErrorNotice error={query.error} retry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading />;
  const missing = query.data.figures.filter(({ value }) => value === null);
  const rows = (shown === 'missing' ? missing : ranked(query.data.figures, indicator, shown === 'best')).filter(
    ({ areaCode }) => matches(names.get(areaCode) ?? areaCode, search),
  );
  const most = Math.max(1e-9, ...query.data.figures.map(({ value }) => Math.abs(value ?? 0)));
  return (
    <Stack gap="sm">
      <div style={{ height: '20rem' }}>
        <MapPanel label={words(indicator.name)} fills={fills} chosen={chosen} onChoose={onArea} />
      </div>
      <MapLegend indicator={indicator} shades={shades} />
      <div className={classes.controlRow}>
        <SegmentedControl
          size="xs"
          aria-label={t('areas.order')}
          data={SHOWN.map((value) => ({
            value,
            label: value === 'missing' ? `${t('areas.missing')} ${missing.length}` : t(`areas.${value}`),
          }))}
          value={shown}
          onChange={(value) => setShown(SHOWN.find((known) => known === value) ?? 'worst')}
        />
        <SearchField label={t('areas.search')} value={search} onChange={setSearch} />
      </div>
      <ul className={classes.areaBars}>
        {rows.map((figure) => (
          <li key={figure.areaCode}>
            <AreaBar
              figure={figure}
              indicator={indicator}
              name={names.get(figure.areaCode) ?? figure.areaCode}
              share={Math.abs(figure.value ?? 0) / most}
              chosen={figure.areaCode === chosen}
              onChoose={() => onArea(figure.areaCode)}
            />
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function ranked(figures: readonly Figure[], { better }: Indicator, best: boolean): readonly Figure[] {
  const sign = (better === 'up' ? 1 : -1) * (best ? -1 : 1);
  return figures.filter(({ value }) => value !== null).toSorted((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)));
}

function AreaBar(props: {
  figure: Figure;
  indicator: Indicator;
  name: string;
  /** 0 to 1. */
  share: number;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { figure, indicator, name, share, chosen, onChoose } = props;
  const { t } = useTranslation('sectors');
  const locale = useLocale();
  const words = useWords();
  const stale = useIsStale(figure);
  return (
    <button
      type="button"
      className={classes.areaBar}
      data-area={figure.areaCode}
      data-stale={stale}
      aria-pressed={chosen}
      onClick={onChoose}
    >
      <span>{name}</span>
      <span className={classes.track} aria-hidden>
        <span style={{ width: `${Math.round(100 * share)}%` }} />
      </span>
      <span className={classes.number}>
        {figure.value === null ? t('noValue') : numberText(figure.value, indicator.decimals, locale)}{' '}
        {figure.value !== null && <small className={classes.dim}>{words(indicator.unit)}</small>}
        {stale && <small className={classes.dim}> {t('stale')}</small>}
      </span>
      <BandMark figure={figure} />
    </button>
  );
}
