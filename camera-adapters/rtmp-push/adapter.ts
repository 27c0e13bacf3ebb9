import { type Adapter, type AdapterContext, CameraFault } from '../adapter.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';
import { failedProbe } from '../probe.ts';
import type { RtmpIngest } from './ingest.ts';

export interface RtmpAdapterDeps extends AdapterContext {
  readonly ingest: RtmpIngest;
  readonly ffmpeg: Ingest;
}

/**
 * Cameras that publish to us by RTMP. A run without a publisher is refused at once, so that the camera's page says what
 * is missing; `RtmpIngest.onPublish` is the moment to dial again instead of waiting for the next attempt.
 */
export function createRtmpAdapter(deps: RtmpAdapterDeps): Adapter {
  const { ingest, ffmpeg } = deps;
  return {
    kind: 'rtmp',
    roles: () => ['main'],

    async run({ cameraId, role, sink, signal }) {
      if (signal.aborted) return;
      const url = ingest.playUrl(cameraId);
      if (url === null) throw notReceived();
      if (!ingest.publishing(cameraId)) {
        throw new CameraFault('waitingForPublisher', 'nobody publishes with the key of this camera');
      }
      try {
        await ffmpeg.run({ name: `${cameraId}/${role}`, input: { kind: 'rtmp', url }, sink, signal });
      } catch (error) {
        if (ingest.publishing(cameraId)) throw error;
        throw new CameraFault('waitingForPublisher', 'the publisher left', error);
      }
    },

    /** Before a camera is saved it has no key, so nobody can publish: all that can be said is whether RTMP is received. */
    async probe() {
      const ready = { ...failedProbe(null, 0), detail: 'ready: the camera is seen when it publishes with its key' };
      return ingest.port() === null ? failedProbe(notReceived(), 0) : ready;
    },
  };
}

function notReceived(): CameraFault {
  return new CameraFault('internal', 'this server receives no RTMP now');
}
