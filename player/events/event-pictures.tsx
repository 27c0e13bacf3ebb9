import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EVENT_MOMENTS, type EventMoment } from '#contracts/events';
import classes from './event-pictures.module.css';

/** The last picture before an event beside one of it: what has changed is seen at a glance. */
export function EventPictures({ cameraId, name }: { cameraId: string; name: string }) {
  return (
    <div className={classes.pictures}>
      {EVENT_MOMENTS.map((moment) => (
        <Moment key={`${name} ${moment}`} cameraId={cameraId} name={name} moment={moment} />
      ))}
    </div>
  );
}

function Moment({ cameraId, name, moment }: { cameraId: string; name: string; moment: EventMoment }) {
  const { t } = useTranslation('events');
  const [missing, setMissing] = useState(false);
  const source = `/api/cameras/${encodeURIComponent(cameraId)}/event-pictures/${encodeURIComponent(name)}/${moment}`;
  return (
    <figure className={classes.moment}>
      <figcaption>{t(`moments.${moment}`)}</figcaption>
      {missing ? (
        <p className={classes.missing}>{t('pictureNotKept')}</p>
      ) : (
        <img src={source} alt={t(`momentsOf.${moment}`)} onError={() => setMissing(true)} />
      )}
    </figure>
  );
}
