import { IconAlertTriangle, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReportView } from '#contracts/reports';
import { useAgeWords } from '../ui/age-text.tsx';
import { useDates } from '../ui/dates.ts';
import { useFromNow } from '../ui/now.tsx';
import classes from './reports.module.css';

/** How long is left, or how late it is, counting by itself. */
export function DueText({ report }: { report: Pick<ReportView, 'dueMs' | 'state' | 'extension'> }) {
  const { t } = useTranslation('reports');
  const dates = useDates();
  const age = useAgeWords();
  const { dueMs, state, extension } = report;
  const waits = state === 'received' || state === 'verified' || state === 'assigned' || state === 'inProgress';
  const text = useFromNow((now) => {
    if (dueMs === null || !waits) return '';
    return now > dueMs ? t('overdue', { age: age(now - dueMs, true) }) : t('dueIn', { age: age(dueMs - now, true) });
  });
  const late = useFromNow((now) => dueMs !== null && waits && now > dueMs);
  if (dueMs === null || text === '') return <span className={classes.dim}>–</span>;
  const Icon = late ? IconAlertTriangle : IconClock;
  return (
    <span className={classes.due} data-late={late} title={dates.full(dueMs)}>
      <Icon size={14} aria-hidden />
      {text}
      {extension !== null && <span className={classes.dim}>({t('extendedMark')})</span>}
    </span>
  );
}
