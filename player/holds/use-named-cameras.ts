import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCameras, useRemovedCameras } from '../api/queries.ts';
import { useSession } from '../app/session.tsx';

export interface NamedCamera {
  readonly id: string;
  readonly number: number;
  /** Says so itself where the camera was removed. */
  readonly name: string;
}

/** Every camera that this person may look back at, those that were removed among them. */
export function useNamedCameras(): ReadonlyMap<string, NamedCamera> {
  const { t } = useTranslation('holds');
  const { can } = useSession();
  const cameras = useCameras();
  const removed = useRemovedCameras(can('camera.playback'));
  return useMemo(
    () =>
      new Map<string, NamedCamera>([
        ...(removed.data ?? []).map(
          ({ id, number, name }) => [id, { id, number, name: t('removedCamera', { name }) }] as const,
        ),
        ...(cameras.data ?? []).map((camera) => [camera.id, camera] as const),
      ]),
    [cameras.data, removed.data, t],
  );
}
