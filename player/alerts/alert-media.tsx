import { useTranslation } from 'react-i18next';
import type { AlertView } from '#contracts/alerts';
import type { CameraView } from '#contracts/camera';
import { useSession } from '../app/session.tsx';
import { CameraPicture } from '../live/camera-picture.tsx';
import type { WallClient } from '../media/wall-client.ts';
import { ClipLoop } from '../playback/clip-loop.tsx';
import classes from './alerts.module.css';
import { Snapshot } from './snapshot.tsx';

/** ms. A picture needs a moment around it to be understood. */
const LEAST_CLIP_MS = 4000;

/** The moment as it was seen, as it went, and how it looks there now. */
export function AlertMedia(props: { alert: AlertView; camera: CameraView | undefined; wall: WallClient }) {
  const { alert, camera, wall } = props;
  const { t } = useTranslation('alerts');
  const { can } = useSession();
  const { fromMs, toMs } = alert.detection;
  const mayLookBack = can('camera.playback');
  return (
    <div className={classes.media}>
      <figure className={classes.figure}>
        <figcaption>{t('media.snapshot')}</figcaption>
        {mayLookBack ? (
          <Snapshot key={alert.id} cameraId={alert.cameraId} detection={alert.detection} />
        ) : (
          <p className={classes.missing}>{t('noSnapshotRight')}</p>
        )}
      </figure>
      <figure className={classes.figure}>
        <figcaption>{t('media.live')}</figcaption>
        {camera === undefined ? (
          <p className={classes.missing}>{t('cameraGone')}</p>
        ) : (
          <CameraPicture key={camera.id} camera={camera} wall={wall} beside={2} />
        )}
      </figure>
      {mayLookBack && (
        <figure className={classes.figure}>
          <figcaption>{t('media.clip')}</figcaption>
          <ClipLoop
            key={alert.id}
            cameraId={alert.cameraId}
            fromMs={fromMs}
            toMs={Math.max(toMs, fromMs + LEAST_CLIP_MS)}
          />
        </figure>
      )}
    </div>
  );
}
