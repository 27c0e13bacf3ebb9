import type { QueryClient } from '@tanstack/react-query';
import type { CameraDetails, CameraView } from '#contracts/camera';
import type { StreamStateChange } from '#contracts/events';
import { queryKeys } from './query-keys.ts';

/** Puts what the socket tells into the list of cameras; before the list was fetched there is nothing to change. */
export function putCamera(queryClient: QueryClient, camera: CameraView): void {
  queryClient.setQueryData<readonly CameraView[]>(queryKeys.cameras, (list) => list && withCamera(list, camera));
  void queryClient.invalidateQueries({ queryKey: queryKeys.camera(camera.id) });
}

export function removeCamera(queryClient: QueryClient, id: string): void {
  queryClient.setQueryData<readonly CameraView[]>(queryKeys.cameras, (list) =>
    list?.filter((camera) => camera.id !== id),
  );
  queryClient.removeQueries({ queryKey: queryKeys.camera(id) });
}

export function putStreamState(queryClient: QueryClient, change: StreamStateChange): void {
  queryClient.setQueryData<readonly CameraView[]>(queryKeys.cameras, (list) =>
    list?.map((camera) => (camera.id === change.cameraId ? withStreamState(camera, change) : camera)),
  );
  queryClient.setQueryData<CameraDetails>(
    queryKeys.camera(change.cameraId),
    (camera) => camera && withStreamState(camera, change),
  );
}

export function withCamera(list: readonly CameraView[], camera: CameraView): CameraView[] {
  const others = list.filter((other) => other.id !== camera.id);
  return [...others, camera].sort((a, b) => a.number - b.number);
}

export function withStreamState<T extends CameraView>(camera: T, change: StreamStateChange): T {
  const { cameraId: _, ...status } = change;
  const known = camera.streams.some((stream) => stream.role === change.role);
  const streams = known
    ? camera.streams.map((stream) => (stream.role === change.role ? { ...stream, ...status } : stream))
    : [...camera.streams, { ...UNKNOWN_STREAM, ...status }];
  return { ...camera, streams };
}

const UNKNOWN_STREAM = {
  detail: '',
  starts: 0,
  codec: null,
  audioCodec: null,
  width: null,
  height: null,
  frameRate: null,
  bitrate: null,
  way: null,
  clockOffsetMs: null,
};
