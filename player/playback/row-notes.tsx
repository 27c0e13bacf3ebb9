import { useTranslation } from 'react-i18next';
import { Notice } from '../ui/notice.tsx';
import classes from './playback.module.css';
import type { CameraTimes } from './use-timelines.ts';

/** Why the timelines are empty, or what their colours mean. */
export function RowNotes({ rows }: { rows: readonly CameraTimes[] }) {
  const { t } = useTranslation('playback');
  if (rows.length === 0 || rows.some(({ timeline }) => timeline === undefined)) return null;
  if (rows.every(({ timeline }) => timeline?.spans.length === 0)) {
    const recording = rows.some(({ timeline }) => timeline?.recording === true);
    return (
      <div className={classes.why}>
        <Notice kind="info" title={t('nothing')}>
          {t(recording ? 'nothingYet' : 'nothingWhy')}
        </Notice>
      </div>
    );
  }
  const marks = [
    ['recorded', '--tn-quiet'],
    ['event', '--tn-down'],
    ['bookmark', '--tn-live'],
    ['hold', '--tn-warn'],
  ] as const;
  return (
    <div className={classes.legend}>
      {marks.map(([name, colour]) => (
        <span key={name} style={{ '--mark': `var(${colour})` }}>
          {t(`legend.${name}`)}
        </span>
      ))}
    </div>
  );
}
