import { ActionIcon, Tooltip } from '@mantine/core';
import { IconDeviceTv } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { useAlerts } from '../api/queries.ts';
import { alertLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { AgeText } from '../ui/age-text.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { AlarmNotice } from './alarm-notice.tsx';
import { AlertClock } from './alert-clock.tsx';
import { byUrgency, concerns, isOpen } from './alert-order.ts';
import classes from './alert-strip.module.css';
import { useAlertWords } from './use-alert-words.ts';

/** What fits beside a wall; the rest is on the page of alerts. */
const MOST_SHOWN = 20;

/** Open alerts of one's roles, beside the wall. Takes a fixed room, so that nothing around it ever moves. */
export function AlertStrip({ onShow }: { onShow: (cameraId: string) => void }) {
  const { t } = useTranslation('alerts');
  const { user } = useSession();
  const alerts = useAlerts(true);
  const words = useAlertWords();
  const open = useMemo(() => {
    const roles = user.grants.map(({ role }) => role);
    return (alerts.data ?? []).filter((alert) => isOpen(alert) && concerns(alert, roles)).sort(byUrgency);
  }, [alerts.data, user.grants]);
  return (
    <section className={classes.strip} aria-label={t('strip.title')}>
      <header className={classes.header}>
        <h2>{t('strip.title')}</h2>
        <span className={classes.count}>{open.length}</span>
        <Link href="/alerts">{t('strip.all')}</Link>
      </header>
      <AlarmNotice />
      {open.length === 0 ? (
        <p className={classes.none}>{t('strip.none')}</p>
      ) : (
        <ul className={classes.list}>
          {open.slice(0, MOST_SHOWN).map((alert) => (
            <li key={alert.id} data-alert={alert.id} data-state={alert.state}>
              <Link href={alertLink(alert.id)} className={classes.row}>
                <SeverityMark severity={alert.severity} />
                <span className={classes.sentence}>{words.sentence(alert)}</span>
                <span className={classes.foot}>
                  <AgeText ms={alert.openedMs} />
                  <AlertClock alert={alert} short />
                  {alert.owner !== null && <span className={classes.owner}>{alert.owner.name}</span>}
                </span>
              </Link>
              <Tooltip label={t('strip.show', { camera: words.cameraName(alert.cameraId) })}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('strip.show', { camera: words.cameraName(alert.cameraId) })}
                  onClick={() => onShow(alert.cameraId)}
                >
                  <IconDeviceTv size={18} aria-hidden />
                </ActionIcon>
              </Tooltip>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
