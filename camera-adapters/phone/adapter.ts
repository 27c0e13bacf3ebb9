import { type Adapter, type AdapterContext, CameraFault } from '../adapter.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';
import { failedProbe } from '../probe.ts';
import type { PhoneIngest } from './phone-ingest.ts';

export interface PhoneAdapterDeps extends AdapterContext {
  readonly phones: PhoneIngest;
  readonly ffmpeg: Ingest;
}

/**
 * Phones that send their camera from a browser. What they send is read from its beginning once: when a run ends, the
 * sender begins again, and `PhoneIngest.onPublish` is the moment to dial.
 */
export function createPhoneAdapter({ phones, ffmpeg }: PhoneAdapterDeps): Adapter {
  return {
    kind: 'phone',
    roles: () => ['main'],

    async run({ cameraId, role, sink, signal }) {
      if (signal.aborted) return;
      const stream = phones.take(cameraId);
      if (stream === null) throw new CameraFault('waitingForPublisher', 'no phone sends its camera with this link');
      const { format, pieces } = stream;
      try {
        await ffmpeg.run({ name: `${cameraId}/${role}`, input: { kind: 'piped', ...format, pieces }, sink, signal });
      } catch (error) {
        if (phones.publishing(cameraId)) throw error;
        throw new CameraFault('waitingForPublisher', 'the phone left', error);
      } finally {
        stream.giveUp();
      }
    },

    /** Before a camera is saved it has no link: there is nothing to test. */
    async probe() {
      return { ...failedProbe(null, 0), detail: 'ready: the camera is seen when a phone opens its link' };
    },
  };
}
