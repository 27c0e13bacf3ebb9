import { IconCircleCheck, IconRepeat, IconUser } from '@tabler/icons-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertView } from '#contracts/alerts';
import { AgeText } from '../ui/age-text.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { AlertClock } from './alert-clock.tsx';
import classes from './alerts.module.css';

interface AlertRowProps {
  readonly alert: AlertView;
  readonly sentence: string;
  readonly mine: boolean;
  readonly selected: boolean;
  readonly onSelect: (alertId: string) => void;
}

/** One alert of the list: how bad, what, since when, who has it or how long until it goes up. */
export const AlertRow = memo(function AlertRow({ alert, sentence, mine, selected, onSelect }: AlertRowProps) {
  const { t } = useTranslation('alerts');
  const closed = alert.state === 'closed';
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        data-alert={alert.id}
        data-state={alert.state}
        data-severity={alert.severity}
        aria-current={selected}
        onClick={() => onSelect(alert.id)}
      >
        <SeverityMark severity={alert.severity} />
        <span className={classes.sentence}>{sentence}</span>
        <span className={classes.rowFoot}>
          <span className={classes.number}>#{alert.number}</span>
          {alert.count > 1 && (
            <span className={classes.badge} title={t('times', { count: alert.count })}>
              <IconRepeat size={12} aria-hidden />
              {alert.count}
            </span>
          )}
          <span className={classes.state}>
            {closed && <IconCircleCheck size={14} aria-hidden />}
            {closed && alert.verdict !== null ? t(`verdicts.${alert.verdict}`) : t(`states.${alert.state}`)}
          </span>
          {alert.owner !== null && !closed && (
            <span className={classes.owner} data-mine={mine}>
              <IconUser size={14} aria-hidden />
              <span>{mine ? t('ownerYou') : alert.owner.name}</span>
            </span>
          )}
          <AlertClock alert={alert} short />
          <span className={classes.age}>
            <AgeText ms={alert.openedMs} />
          </span>
        </span>
      </button>
    </li>
  );
});
