import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AreaFigures, Figure, Indicator } from '#contracts/sectors';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import type { Fill } from '../map/draw-map.ts';
import mapClasses from '../map/map.module.css';
import { fillsOf, type Shades, shadesOf, stepsOf } from '../map/shades.ts';
import { useFromNow } from '../ui/now.tsx';
import { isStale, numberText, withUnit } from './figure-words.ts';
import { useLocale, useWords } from './texts.ts';

const NONE: readonly Figure[] = [];

/** A figure of every commune. */
export function useAreaFigures(indicator: Indicator | undefined) {
  const api = useApi();
  return useQuery<AreaFigures>({
    queryKey: [...queryKeys.figuresOf(indicator?.sector ?? ''), 'areas', indicator?.code],
    queryFn: ({ signal }) => api.sectors.areas(indicator?.code ?? '', signal),
    enabled: indicator !== undefined && indicator.level === 'commune',
  });
}

/** The shades of the map; areas turn grey by themselves as their figures grow old. */
export function useAreaFills(indicator: Indicator | undefined): {
  readonly fills: ReadonlyMap<string, Fill> | null;
  readonly shades: Shades | null;
} {
  const locale = useLocale();
  const words = useWords();
  const figures = useAreaFigures(indicator).data?.figures ?? NONE;
  const staleCodes = useFromNow((now) =>
    figures
      .filter((figure) => isStale(figure, now))
      .map(({ areaCode }) => areaCode)
      .join(' '),
  );
  return useMemo(() => {
    if (indicator === undefined || figures.length === 0) return { fills: null, shades: null };
    const stale = new Set(staleCodes.split(' '));
    const unit = words(indicator.unit);
    return {
      fills: fillsOf(
        figures,
        ({ areaCode }) => stale.has(areaCode),
        ({ value }) =>
          value === null ? '–' : withUnit(numberText(value, indicator.decimals, locale), unit.length <= 3 ? unit : ''),
      ),
      shades: shadesOf(figures),
    };
  }, [indicator, figures, staleCodes, locale, words]);
}

export function MapLegend({ indicator, shades }: { indicator: Indicator; shades: Shades | null }) {
  const { t } = useTranslation('sectors');
  const locale = useLocale();
  const words = useWords();
  if (indicator.level !== 'commune') return <p className={mapClasses.legend}>{t('map.provinceOnly')}</p>;
  if (shades === null) return null;
  const text = (value: number): string => numberText(value, indicator.decimals, locale);
  return (
    <ul className={mapClasses.legend} aria-label={t('map.legend')}>
      {stepsOf(shades).map(({ from, to, shade }) => (
        <li key={shade}>
          <span
            className={mapClasses.swatch}
            style={{
              background: `color-mix(in srgb, var(--tn-accent) ${Math.round(12 + 78 * shade)}%, var(--tn-raised))`,
            }}
          />
          {from === to ? text(from) : `${text(from)}–${text(to)}`}
        </li>
      ))}
      <li>{words(indicator.unit)}</li>
      <li>
        <span className={mapClasses.swatch} data-none />
        {t('noValue')}
      </li>
    </ul>
  );
}
