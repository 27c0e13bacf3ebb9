import { UnstyledButton } from '@mantine/core';
import { IconCameraOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RemovedCameraView } from '#contracts/recordings';
import { useDates } from '../ui/dates.ts';
import { matches } from '../ui/fold.ts';
import classes from './playback.module.css';

/** Cameras that are no longer registered, as long as something of them is recorded. */
export function RemovedCameras(props: {
  cameras: readonly RemovedCameraView[];
  query: string;
  shown: ReadonlySet<string>;
  onCall: (cameraId: string) => void;
}) {
  const { t } = useTranslation('playback');
  const dates = useDates();
  const found = props.cameras.filter(({ number, name }) => matches(`${number} ${name}`, props.query));
  if (found.length === 0) return null;
  return (
    <section aria-label={t('removedCameras')} data-removed-cameras>
      <h2 className={classes.removedTitle}>{t('removedCameras')}</h2>
      {found.map((camera) => (
        <UnstyledButton
          key={camera.id}
          className={classes.removedRow}
          data-shown={props.shown.has(camera.id)}
          data-camera-row={camera.id}
          title={t('removedHint', {
            time: dates.full(camera.removedMs),
            from: dates.full(camera.oldestMs),
            to: dates.full(camera.newestMs),
          })}
          onClick={() => props.onCall(camera.id)}
        >
          <IconCameraOff size={14} aria-hidden />
          <span className={classes.number}>{camera.number}</span>
          <span className={classes.name}>{camera.name}</span>
        </UnstyledButton>
      ))}
    </section>
  );
}
