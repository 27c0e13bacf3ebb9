import { useComputedColorScheme } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { FigureHistory, Indicator } from '#contracts/sectors';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useSession } from '../app/session.tsx';
import { useDates } from '../ui/dates.ts';
import { Loading } from '../ui/loading.tsx';
import { numberText, withUnit } from './figure-words.ts';
import { lengthOf, type Range } from './history-range.ts';
import classes from './sectors.module.css';
import { useLocale, useWords } from './texts.ts';

const HEIGHT = 260;

/** How a figure went, with its target; the last points stand below as a table as well. */
export default function HistoryChart(props: { indicator: Indicator; areaCode: string; range: Range }) {
  const { indicator, areaCode, range } = props;
  const { t } = useTranslation('sectors');
  const { serverNow } = useSession();
  const api = useApi();
  const history = useQuery({
    queryKey: [...queryKeys.figuresOf(indicator.sector), 'history', indicator.code, areaCode, range],
    queryFn: ({ signal }) => {
      const toMs = Math.round(serverNow());
      return api.sectors.history(indicator.code, { area: areaCode, fromMs: toMs - lengthOf(range), toMs }, signal);
    },
    placeholderData: keepPreviousData,
  });
  if (history.isError) return <ErrorNotice error={history.error} retry={() => void history.refetch()} />;
  if (history.data === undefined) return <Loading />;
  if (history.data.points.every(({ value }) => value === null)) return <p className={classes.dim}>{t('noHistory')}</p>;
  return (
    <>
      <Plot history={history.data} indicator={indicator} />
      <PointTable history={history.data} indicator={indicator} />
    </>
  );
}

function Plot({ history, indicator }: { history: FigureHistory; indicator: Indicator }) {
  const { t } = useTranslation('sectors');
  const box = useRef<HTMLDivElement>(null);
  const note = useRef<HTMLParagraphElement>(null);
  const scheme = useComputedColorScheme('dark');
  const locale = useLocale();
  const words = useWords();
  const dates = useDates();
  const unit = words(indicator.unit);
  const name = words(indicator.name);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    // Drawn anew with it: the colours are those of the scheme.
    element.dataset.scheme = scheme;
    const style = getComputedStyle(element);
    const colour = (token: string): string => style.getPropertyValue(`--tn-${token}`).trim();
    const axis = {
      stroke: colour('dim'),
      grid: { stroke: colour('hairline'), width: 1 },
      ticks: { stroke: colour('hairline'), width: 1 },
      font: '12px system-ui',
    };
    const { points } = history;
    const say = (at: number | null | undefined): void => {
      const point = points[at ?? points.length - 1];
      if (note.current === null || point === undefined) return;
      const value =
        point.value === null ? t('noValue') : withUnit(numberText(point.value, indicator.decimals, locale), unit);
      const target =
        point.target === null
          ? ''
          : ` · ${t('target.value', { value: withUnit(numberText(point.target, indicator.decimals, locale), unit) })}`;
      note.current.textContent = `${dates.full(point.startMs)}: ${value}${target}${point.revised ? ` · ${t('revised')}` : ''}`;
    };
    const plot = new UPlot(
      {
        width: Math.max(240, element.clientWidth),
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false },
        scales: { x: { time: true } },
        axes: [
          {
            ...axis,
            values: (_, splits) => splits.map((seconds) => dayText(seconds * 1000, history.every, locale)),
            space: 90,
          },
          {
            ...axis,
            size: 64,
            values: (_, splits) => splits.map((value) => numberText(value, Number.isInteger(value) ? 0 : 1, locale)),
          },
        ],
        series: [
          {},
          {
            stroke: colour('accent'),
            width: 2,
            points: {
              show: true,
              size: 6,
              stroke: colour('warn'),
              fill: colour('surface'),
              filter: () => points.flatMap(({ revised }, at) => (revised ? [at] : [])),
            },
          },
          { stroke: colour('dim'), width: 1.5, dash: [6, 4], points: { show: false } },
        ],
        hooks: { setCursor: [(self) => say(self.cursor.idx)] },
      },
      [
        points.map(({ startMs }) => startMs / 1000),
        points.map(({ value }) => value),
        points.map(({ target }) => target),
      ],
      element,
    );
    say(null);
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(240, element.clientWidth), height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [history, indicator, locale, dates, unit, t, scheme]);

  return (
    <figure style={{ margin: 0 }}>
      <div
        ref={box}
        className={classes.chart}
        role="img"
        aria-label={t('chartOf', { name })}
        data-chart={history.points.length}
      />
      <figcaption>
        <p ref={note} className={classes.dim} style={{ margin: '0.25rem 0' }} />
      </figcaption>
    </figure>
  );
}

function dayText(ms: number, every: FigureHistory['every'], locale: string): string {
  const within = every === 'minute' || every === 'fiveMinutes' || every === 'quarterHour' || every === 'hour';
  const coarse = every === 'month' || every === 'quarter' || every === 'year';
  return new Intl.DateTimeFormat(
    locale,
    within
      ? { day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit' }
      : coarse
        ? { month: '2-digit', year: 'numeric' }
        : { day: '2-digit', month: '2-digit' },
  ).format(ms);
}

const MOST_ROWS = 30;

function PointTable({ history, indicator }: { history: FigureHistory; indicator: Indicator }) {
  const { t } = useTranslation('sectors');
  const locale = useLocale();
  const dates = useDates();
  return (
    <details>
      <summary>{t('asTable')}</summary>
      <table>
        <tbody>
          {history.points
            .slice(-MOST_ROWS)
            .toReversed()
            .map(({ startMs, value, revised }) => (
              <tr key={startMs}>
                <th scope="row" style={{ fontWeight: 400, textAlign: 'start', paddingInlineEnd: '1rem' }}>
                  {dates.full(startMs)}
                </th>
                <td style={{ textAlign: 'end' }}>
                  {value === null ? '–' : numberText(value, indicator.decimals, locale)}
                </td>
                <td style={{ paddingInlineStart: '1rem' }}>{revised ? t('revised') : ''}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}
