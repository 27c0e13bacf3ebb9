import { showNotification } from '@mantine/notifications';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '../api/context.tsx';
import classes from './banner.module.css';

/** Says that what is shown may be old, from the moment the line is gone until it is back. */
export function ConnectionBanner() {
  const { t } = useTranslation('app');
  const connection = useConnection();
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  const wasLost = useRef(false);
  useEffect(() => {
    if (state === 'connected' && wasLost.current) showNotification({ message: t('connection.back'), autoClose: 3000 });
    if (state === 'lost') wasLost.current = true;
    if (state === 'connected' || state === 'off') wasLost.current = false;
  }, [state, t]);
  if (state !== 'lost') return null;
  return (
    <div className={classes.lost} role="alert">
      <IconPlugConnectedX size={18} aria-hidden />
      <strong>{t('connection.lost')}</strong>
      <span>{t('connection.lostHint')}</span>
    </div>
  );
}
