import { Button } from '@mantine/core';
import { IconArrowLeft, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AlertDetails, AlertView } from '#contracts/alerts';
import type { CameraView } from '#contracts/camera';
import type { WallClient } from '../media/wall-client.ts';
import { Loading } from '../ui/loading.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { AlertButtons } from './alert-buttons.tsx';
import { AlertClock } from './alert-clock.tsx';
import type { AlertCommand, Rights } from './alert-commands.ts';
import { AlertFacts } from './alert-facts.tsx';
import { AlertMedia } from './alert-media.tsx';
import { AlertSteps } from './alert-steps.tsx';
import classes from './alerts.module.css';

/** One alert in full. On a phone it takes the whole screen, with big buttons under the thumb. */
export function AlertCard(props: {
  alert: AlertView | AlertDetails;
  sentence: string;
  camera: CameraView | undefined;
  wall: WallClient;
  rights: Rights;
  userId: string;
  busy: boolean;
  phone: boolean;
  run: (command: AlertCommand) => void;
  back: () => void;
}) {
  const { alert, camera, phone } = props;
  const { t } = useTranslation(['alerts', 'app']);
  const buttons = (
    <AlertButtons
      alert={alert}
      rights={props.rights}
      userId={props.userId}
      busy={props.busy}
      big={phone}
      run={props.run}
    />
  );
  return (
    <article className={classes.card} aria-label={t('number', { number: alert.number })} data-card={alert.id}>
      <header className={classes.cardHead}>
        {phone && (
          <Button
            size="compact-md"
            variant="subtle"
            leftSection={<IconArrowLeft size={18} aria-hidden />}
            onClick={props.back}
          >
            {t('back')}
          </Button>
        )}
        <div className={classes.cardTitle}>
          <SeverityMark severity={alert.severity} size={22} />
          <h2>{props.sentence}</h2>
        </div>
        <div className={classes.standing} data-state={alert.state}>
          <span className={classes.number}>#{alert.number}</span>
          <strong>{t(`states.${alert.state}`)}</strong>
          <span>{t(`app:severities.${alert.severity}`)}</span>
          <Standing alert={alert} userId={props.userId} />
          <AlertClock alert={alert} />
        </div>
      </header>
      <div className={classes.cardBody}>
        {!phone && buttons}
        <AlertMedia alert={alert} camera={camera} wall={props.wall} />
        <div className={classes.below}>
          <section aria-label={t('details')}>
            <h3>{t('details')}</h3>
            <AlertFacts alert={alert} camera={camera} />
          </section>
          <section aria-label={t('steps')}>
            <h3>{t('steps')}</h3>
            {'steps' in alert ? <AlertSteps steps={alert.steps} /> : <Loading />}
          </section>
        </div>
      </div>
      {phone && <footer className={classes.thumb}>{buttons}</footer>}
    </article>
  );
}

/** Who has it, who closed it, or whom it is being told to. */
function Standing({ alert, userId }: { alert: AlertView; userId: string }) {
  const { t } = useTranslation('alerts');
  if (alert.state === 'closed')
    return alert.closedBy === null ? null : <span>{t('closedBy', { name: alert.closedBy.name })}</span>;
  if (alert.owner === null) return <span>{t('levelNow', { level: t(`levels.${alert.level}`) })}</span>;
  const mine = alert.owner.id === userId;
  return (
    <>
      <span className={classes.owner} data-mine={mine}>
        <IconUser size={14} aria-hidden />
        <span>{mine ? t('ownerYou') : t('owner', { name: alert.owner.name })}</span>
      </span>
      {alert.unit !== null && <span>{t('unit', { unit: alert.unit })}</span>}
    </>
  );
}
