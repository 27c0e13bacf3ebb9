import { IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AlertView } from '#contracts/alerts';
import { ESCALATION_LEVELS } from '#contracts/escalation';
import { useFromNow } from '../ui/now.tsx';
import { clockText, untilEscalation } from './alert-order.ts';
import classes from './alerts.module.css';

/** ms before it goes up that the clock is drawn as urgent. */
const SOON_MS = 30_000;

/** Counts down to the next level; nothing where somebody has the alert. */
export function AlertClock({ alert, short = false }: { alert: AlertView; short?: boolean }) {
  const { t } = useTranslation('alerts');
  const left = useFromNow((now) => {
    const ms = untilEscalation(alert, now);
    return ms === null ? Number.NaN : Math.max(-1, Math.ceil(ms / 1000));
  });
  if (Number.isNaN(left)) return null;
  const next = ESCALATION_LEVELS[ESCALATION_LEVELS.indexOf(alert.level) + 1];
  const time = clockText(left * 1000);
  const level = next === undefined ? '' : t(`levels.${next}`);
  const words =
    left <= 0
      ? next === undefined
        ? t('repeatDue')
        : t('escalationDue', { level })
      : next === undefined
        ? t('repeatsIn', { time })
        : t('escalatesIn', { level, time });
  return (
    <span className={classes.clock} data-soon={left * 1000 <= SOON_MS} title={words}>
      <IconClock size={14} aria-hidden />
      {short ? <span aria-hidden>{time}</span> : words}
    </span>
  );
}
