import { useTranslation } from 'react-i18next';
import { useNumbers } from '../../ui/use-numbers.ts';
import classes from './rules.module.css';

/** A person as tall as a rule wants them, beside the picture's own people. */
export function HeightMark({ percent }: { percent: number }) {
  const { t } = useTranslation('admin');
  const numbers = useNumbers();
  return (
    <div className={classes.heightMark} style={{ height: `${percent}%` }} data-height-mark>
      <svg viewBox="0 0 40 100" preserveAspectRatio="xMidYMax meet" aria-hidden="true">
        <path d="M20 0a8 8 0 0 1 0 17a8 8 0 0 1 0-17M9 20h22q5 0 5 6v28h-6V32h-2v68h-7V62h-2v38h-7V32h-2v22H4V26q0-6 5-6z" />
      </svg>
      <span className={classes.heightLabel}>{t('rules.heightMark', { percent: numbers(percent) })}</span>
    </div>
  );
}
