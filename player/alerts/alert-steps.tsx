import { useTranslation } from 'react-i18next';
import type { AlertStep } from '#contracts/alerts';
import { AgeText, TimeText } from '../ui/age-text.tsx';
import classes from './alerts.module.css';

/** What was done, newest first: who looks wants to know how it stands. */
export function AlertSteps({ steps }: { steps: readonly AlertStep[] }) {
  const { t } = useTranslation('alerts');
  return (
    <ol className={classes.steps} reversed>
      {[...steps].reverse().map((entry) => (
        <li key={entry.sequence} data-step={entry.step.kind}>
          <span className={classes.stepTime}>
            <TimeText ms={entry.timeMs} /> · <AgeText ms={entry.timeMs} />
          </span>
          <span>
            <strong>{entry.by?.name ?? t('system')}</strong>
            {': '}
            <StepWords step={entry.step} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function StepWords({ step }: { step: AlertStep['step'] }) {
  const { t } = useTranslation('alerts');
  switch (step.kind) {
    case 'escalated':
      return t('step.escalated', { level: t(`levels.${step.level}`) });
    case 'claimed':
      return step.from === null ? t('step.claimed') : t('step.tookOver', { name: step.from.name });
    case 'dispatched':
      return t('step.dispatched', { unit: step.unit });
    case 'noted':
      return <span className={classes.words}>{step.text}</span>;
    case 'closed':
      return (
        <>
          {t('step.closed', { verdict: t(`verdicts.${step.verdict}`), reason: t(`reasons.${step.reason}`) })}
          {step.note !== '' && <span className={classes.words}>{` – ${step.note}`}</span>}
        </>
      );
    default:
      return t(`step.${step.kind}`);
  }
}
