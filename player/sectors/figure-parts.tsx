import {
  IconAlertTriangle,
  IconArrowDownRight,
  IconArrowRight,
  IconArrowUpRight,
  IconClock,
  IconClockExclamation,
  IconExclamationCircle,
  IconTarget,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Figure, Indicator } from '#contracts/sectors';
import { AgeText } from '../ui/age-text.tsx';
import { useDates } from '../ui/dates.ts';
import { useFromNow } from '../ui/now.tsx';
import { changeText, isStale, numberText, trendOf, withUnit } from './figure-words.ts';
import classes from './sectors.module.css';
import { useLocale, useWords } from './texts.ts';

const ARROWS = { up: IconArrowUpRight, down: IconArrowDownRight, flat: IconArrowRight };

export function useIsStale(figure: Figure | null): boolean {
  return useFromNow((now) => figure !== null && isStale(figure, now));
}

/** The value with its unit; grey as soon as it is older than it may be. */
export function FigureValue({ figure, indicator }: { figure: Figure; indicator: Indicator }) {
  const { t } = useTranslation('sectors');
  const words = useWords();
  const locale = useLocale();
  const stale = useIsStale(figure);
  if (figure.value === null)
    return (
      <span className={classes.value} data-state="missing">
        {figure.denominator === 0 ? t('nothingToDivide') : t('noValue')}
      </span>
    );
  return (
    <span className={classes.value} data-state={stale ? 'stale' : 'fresh'}>
      <b>{numberText(figure.value, indicator.decimals, locale)}</b> <small>{words(indicator.unit)}</small>
    </span>
  );
}

/** Against the same period before: an arrow, a sign, a number. */
export function TrendText({
  figure,
  indicator,
  short = false,
}: {
  figure: Figure;
  indicator: Indicator;
  short?: boolean;
}) {
  const { t } = useTranslation('sectors');
  const locale = useLocale();
  const words = useWords();
  const dates = useDates();
  const trend = trendOf(figure, indicator);
  if (trend === null || figure.before === null) return null;
  const Arrow = ARROWS[trend.direction];
  const change =
    trend.direction === 'flat'
      ? t('trend.flat')
      : trend.change === null
        ? t('trend.fromNothing')
        : `${changeText(trend.change, locale)}\u202f${trend.inPoints ? t('trend.points') : '%'}`;
  const was = t('trend.was', {
    value: withUnit(numberText(figure.before.value, indicator.decimals, locale), words(indicator.unit)),
    time: dates.full(figure.before.period.startMs),
  });
  return (
    <span className={classes.trend} data-good={trend.good ?? 'none'} title={was}>
      <Arrow size={14} stroke={2} aria-hidden />
      {change}
      {!short && <span className={classes.dim}>{t('trend.same')}</span>}
    </span>
  );
}

/** How old the value is that counts: it rises by itself, and says when that is too old. */
export function FigureAge({ figure, short = false }: { figure: Figure; short?: boolean }) {
  const { t } = useTranslation('sectors');
  const stale = useIsStale(figure);
  if (figure.phenomenonMs === null) return null;
  const Icon = stale ? IconClockExclamation : IconClock;
  return (
    <span className={classes.age} data-stale={stale}>
      <Icon size={13} aria-hidden />
      {stale && !short && <span>{t('stale')}</span>}
      <AgeText ms={figure.phenomenonMs} bare={short} />
    </span>
  );
}

export function TargetText({ figure, indicator }: { figure: Figure; indicator: Indicator }) {
  const { t } = useTranslation('sectors');
  const locale = useLocale();
  const words = useWords();
  if (figure.target === null) return null;
  const reached =
    figure.value === null || indicator.better === 'none'
      ? null
      : indicator.better === 'up'
        ? figure.value >= figure.target
        : figure.value <= figure.target;
  const target = withUnit(numberText(figure.target, indicator.decimals, locale), words(indicator.unit));
  return (
    <span className={classes.target} data-reached={reached ?? 'none'}>
      <IconTarget size={13} aria-hidden />
      {t('target.value', { value: target })}
      {reached !== null && <span>{t(reached ? 'target.reached' : 'target.missed')}</span>}
    </span>
  );
}

/** How the rules judge it; nothing where it is as it should be. */
export function BandMark({ figure, withWord = false }: { figure: Figure; withWord?: boolean }) {
  const { t } = useTranslation('sectors');
  if (figure.band !== 'warn' && figure.band !== 'critical') return null;
  const Icon = figure.band === 'critical' ? IconExclamationCircle : IconAlertTriangle;
  const word = t(`bands.${figure.band}`);
  return (
    <span className={classes.band} data-band={figure.band} title={word}>
      <Icon
        size={15}
        role={withWord ? undefined : 'img'}
        aria-label={withWord ? undefined : word}
        aria-hidden={withWord}
      />
      {withWord && word}
    </span>
  );
}

/** Made by a program that plays a department: said wherever its figures are shown. */
export function SyntheticMark({ short = false }: { short?: boolean }) {
  const { t } = useTranslation('sectors');
  return (
    <span className={classes.synthetic} title={t('syntheticHint')}>
      {t(short ? 'syntheticShort' : 'synthetic')}
    </span>
  );
}
