import type { CameraView } from '#contracts/camera';
import type { RemovedCameraView } from '#contracts/recordings';

/** What the page needs of a camera; one that was removed still has its recordings. */
export type PlaybackCamera = Pick<CameraView, 'id' | 'number' | 'name' | 'streams' | 'hasMasks'>;

/** `name` says that it was removed. */
export function pastCamera({ id, number, hasMasks }: RemovedCameraView, name: string): PlaybackCamera {
  return { id, number, name, hasMasks, streams: [] };
}
