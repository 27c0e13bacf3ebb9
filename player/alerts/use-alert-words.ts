import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertView } from '#contracts/alerts';
import type { CameraView } from '#contracts/camera';
import { useCameras } from '../api/queries.ts';
import { detectionSentence } from '../events/event-sentence.ts';

/** How alerts and their cameras are named on a page. */
export function useAlertWords(): {
  readonly cameras: ReadonlyMap<string, CameraView>;
  sentence(alert: AlertView): string;
  cameraName(cameraId: string): string;
} {
  const { t } = useTranslation(['events', 'faults', 'app']);
  const list = useCameras();
  const cameras = useMemo(() => new Map(list.data?.map((camera) => [camera.id, camera])), [list.data]);
  const cameraName = useCallback((id: string) => cameras.get(id)?.name ?? t('events:unknownCamera'), [cameras, t]);
  const sentence = useCallback(
    (alert: AlertView) =>
      detectionSentence(alert.eventType, alert.detection, { t, cameraName: cameraName(alert.cameraId) }),
    [t, cameraName],
  );
  return { cameras, sentence, cameraName };
}
