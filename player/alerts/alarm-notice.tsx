import { Button } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.tsx';
import { useAlarmSettings } from './alarm-settings.ts';
import { alarmSound } from './alarm-sound.ts';
import classes from './alerts.module.css';

/** Says that the alarm would not be heard, where it is wanted and the browser blocks it. */
export function AlarmNotice() {
  const { t } = useTranslation('alerts');
  const { user } = useSession();
  const [{ sound }] = useAlarmSettings(user.id);
  const state = useSyncExternalStore(alarmSound.subscribe, alarmSound.state);
  if (!sound || state !== 'blocked') return null;
  return (
    <div className={classes.blocked} role="status">
      {t('soundBlocked')}
      <Button size="compact-xs" variant="default" onClick={() => void alarmSound.unlock()}>
        {t('soundBlockedAction')}
      </Button>
    </div>
  );
}
