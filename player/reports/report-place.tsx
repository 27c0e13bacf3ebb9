import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportDetails } from '#contracts/reports';
import { useCameras } from '../api/queries.ts';
import { useNearCameras } from '../api/sector-queries.ts';
import { useSession } from '../app/session.tsx';
import { CameraPicture } from '../live/camera-picture.tsx';
import { useWallClient } from '../live/use-wall-client.ts';
import { MapPanel } from '../map/map-panel.tsx';
import { Panel } from '../ui/page.tsx';
import classes from './reports.module.css';

/** Live pictures beside the words: more would only be smaller. */
const MOST_CAMERAS = 2;

/** Where it is, and what the nearest cameras see there now. */
export function ReportPlace({ report, title }: { report: ReportDetails; title: string }) {
  const { t } = useTranslation('reports');
  const { can } = useSession();
  const { id, place, emergency } = report;
  const at = useMemo(() => (place === null ? null : { latitude: place.latitude, longitude: place.longitude }), [place]);
  const marks = useMemo(
    () =>
      at === null
        ? []
        : [
            {
              id,
              kind: 'report' as const,
              severity: emergency ? ('severe' as const) : ('moderate' as const),
              title,
              ...at,
            },
          ],
    [id, emergency, title, at],
  );
  if (at === null) return null;
  return (
    <>
      <Panel title={t('map')}>
        <div className={classes.map}>
          <MapPanel label={t('map')} marks={marks} focus={at} chosenMark={id} />
        </div>
      </Panel>
      {can('camera.view') && <NearCameras place={at} />}
    </>
  );
}

function NearCameras({ place }: { place: { latitude: number; longitude: number } }) {
  const { t } = useTranslation('reports');
  const cameras = useCameras();
  const near = useNearCameras(place);
  const wall = useWallClient();
  const shown = (near.data ?? [])
    .flatMap((one) => {
      const camera = cameras.data?.find(({ id }) => id === one.cameraId);
      return camera === undefined ? [] : [{ ...one, camera }];
    })
    .slice(0, MOST_CAMERAS);
  if (near.data === undefined) return null;
  return (
    <Panel title={t('cameras')}>
      {shown.length === 0 && <Text c="dimmed">{t('noCameras')}</Text>}
      <div className={classes.cameras} data-near-cameras={shown.length}>
        {shown.map(({ camera, distanceMetres, faces }) => (
          <figure key={camera.id}>
            <CameraPicture camera={camera} wall={wall} beside={shown.length} />
            <figcaption className={classes.dim}>
              {t('distance', { meters: Math.round(distanceMetres) })}
              {faces === true && ` · ${t('faces')}`}
            </figcaption>
          </figure>
        ))}
      </div>
    </Panel>
  );
}
