import { ActionIcon, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CameraView } from '#contracts/camera';
import type { MapPoint } from '#contracts/places';
import { useNearCameras } from '../api/sector-queries.ts';
import type { WallClient } from '../media/wall-client.ts';
import { CameraPicture } from './camera-picture.tsx';
import classes from './live.module.css';

/** The nearest cameras to what is selected, live under the wall for as long as it is; the cells above stay as they are. */
export function ContextRow(props: {
  place: MapPoint;
  cameras: readonly CameraView[];
  wall: WallClient;
  onCall: (cameraId: string) => void;
  onClose: () => void;
}) {
  const { place, cameras, wall, onCall, onClose } = props;
  const { t } = useTranslation(['live', 'app']);
  const near = useNearCameras(place);
  const shown =
    near.data?.flatMap((one) => {
      const camera = cameras.find(({ id }) => id === one.cameraId);
      return camera === undefined ? [] : [{ camera, ...one }];
    }) ?? [];
  return (
    <section className={classes.context} aria-label={t('context.label')} data-context={shown.length}>
      {near.data !== undefined && shown.length === 0 && <p className={classes.hint}>{t('context.none')}</p>}
      {shown.map(({ camera, distanceMetres, faces }) => (
        <figure key={camera.id} className={classes.contextCamera} onDoubleClick={() => onCall(camera.id)}>
          <CameraPicture camera={camera} wall={wall} beside={shown.length} />
          <figcaption>
            {t('context.distance', { count: Math.round(distanceMetres) })}
            {faces === true && ` · ${t('context.faces')}`}
          </figcaption>
        </figure>
      ))}
      <Tooltip label={t('context.close')}>
        <ActionIcon
          className={classes.contextClose}
          size="sm"
          variant="default"
          aria-label={t('context.close')}
          onClick={onClose}
        >
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </section>
  );
}
