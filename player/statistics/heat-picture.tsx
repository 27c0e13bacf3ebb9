import { Slider, Stack, Text } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HeatMap } from '#contracts/statistics';
import { useNumbers } from '../ui/use-numbers.ts';
import { busyColor, hottestOf, shareOf } from './heat.ts';
import classes from './statistics.module.css';

const STEPS = [0, 0.25, 0.5, 0.75, 1] as const;

/** Where something moved, over the camera's picture; warmer is longer. */
export function HeatPicture({ cameraId, heat }: { cameraId: string; heat: HeatMap }) {
  const { t } = useTranslation('statistics');
  const [strength, setStrength] = useState(70);
  const [missing, setMissing] = useState(false);
  const id = useId();
  const time = useTimeWords();
  const numbers = useNumbers();
  const hottest = hottestOf(heat);
  if (hottest === undefined) return <Text c="dimmed">{t('heatNothing')}</Text>;
  const { columns, rows, seconds } = heat;
  const sentence = t('heatCell', {
    time: time(hottest.seconds),
    x: numbers(Math.round((100 * (hottest.column + 0.5)) / columns)),
    y: numbers(Math.round((100 * (hottest.row + 0.5)) / rows)),
  });
  return (
    <Stack gap="sm">
      <div className={classes.heat} data-missing={missing}>
        {!missing && (
          <img
            src={`/live/${encodeURIComponent(cameraId)}/snapshot.jpg?width=1280`}
            alt=""
            onError={() => setMissing(true)}
          />
        )}
        <svg
          viewBox={`0 0 ${columns} ${rows}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${t('heat')}. ${sentence}`}
          style={{ opacity: strength / 100 }}
        >
          <defs>
            {/* Cells are a grid; what moved in them was not. */}
            <filter id={id}>
              <feGaussianBlur stdDeviation="0.45" />
            </filter>
          </defs>
          <g filter={`url(#${CSS.escape(id)})`}>
            {seconds.map((value, at) => {
              const share = shareOf(value, hottest.seconds);
              if (share === 0) return null;
              const [x, y] = [at % columns, Math.floor(at / columns)];
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell has nothing but its place.
              return <rect key={at} x={x} y={y} width={1.02} height={1.02} fill={busyColor(share)} />;
            })}
          </g>
        </svg>
      </div>
      <Text size="sm">{sentence}</Text>
      <div className={classes.scale}>
        <Text size="sm" c="dimmed">
          {t('heatScale')}
        </Text>
        <ol>
          {STEPS.map((share) => (
            <li key={share}>
              <i style={{ background: share === 0 ? 'transparent' : busyColor(share) }} />
              {share === 0 ? t('none') : time(hottest.seconds * share ** 2)}
            </li>
          ))}
        </ol>
      </div>
      <div className={classes.strength}>
        <Text size="sm" c="dimmed">
          {t('heatStrength')}
        </Text>
        <Slider
          flex={1}
          min={20}
          max={100}
          label={null}
          thumbLabel={t('heatStrength')}
          value={strength}
          onChange={setStrength}
        />
      </div>
    </Stack>
  );
}

function useTimeWords(): (seconds: number) => string {
  const { t } = useTranslation('statistics');
  const numbers = useNumbers();
  return (seconds) => {
    if (seconds < 90) return t('seconds', { value: numbers(rounded(seconds)) });
    if (seconds < 5400) return t('minutes', { value: numbers(rounded(seconds / 60)) });
    return t('hours', { value: numbers(rounded(seconds / 3600)) });
  };
}

const rounded = (value: number): number => (value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
