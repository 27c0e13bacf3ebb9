import { useTranslation } from 'react-i18next';
import type { DeviceClock } from '#contracts/camera';
import { useDates } from '../../ui/dates.ts';

/** ms; what is less cannot be told from the half second to which a clock is read. */
const CLOCK_ALARM_MS = 1000;

/** How far a camera's clock is off, and how old that knowledge is. */
export function ClockText({ clock }: { clock: DeviceClock }) {
  const { t, i18n } = useTranslation('admin');
  const dates = useDates();
  const { offsetMs, measuredMs } = clock;
  const seconds = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(Math.abs(offsetMs) / 1000);
  const state =
    Math.abs(offsetMs) <= CLOCK_ALARM_MS
      ? t('cameras.clockRight')
      : t(offsetMs > 0 ? 'cameras.clockAhead' : 'cameras.clockBehind', { seconds });
  return (
    <>
      {state}
      <br />
      {t('cameras.clockMeasured', { time: dates.full(measuredMs) })}
    </>
  );
}
