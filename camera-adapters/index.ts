import type { StillDecoder } from '#contracts/media';
import type { CamerasConfig } from '../config/schema.ts';
import type { Adapter, AdapterContext } from './adapter.ts';
import type { AddressGuard } from './address-guard.ts';
import type { Ingest } from './ffmpeg/ingest.ts';
import { createHttpAdapter } from './http-still/http-adapter.ts';
import { createOnvifAdapter } from './onvif/adapter.ts';
import { createPhoneAdapter } from './phone/adapter.ts';
import type { PhoneIngest } from './phone/phone-ingest.ts';
import { createRtmpAdapter } from './rtmp-push/adapter.ts';
import type { RtmpIngest } from './rtmp-push/ingest.ts';
import type { DirectIngest } from './rtsp/direct-ingest.ts';
import { createRtspAdapter } from './rtsp/rtsp-adapter.ts';
import type { Scenes } from './simulator/scenes.ts';
import { createVirtualAdapter } from './virtual/virtual-adapter.ts';

export interface AdaptersDeps extends AdapterContext {
  /** One FFmpeg for one stream. */
  readonly ingest: Ingest;
  /** RTSP by our own client. */
  readonly direct: DirectIngest;
  readonly config: CamerasConfig;
  readonly guard: AddressGuard;
  readonly stills: StillDecoder;
  /** Where publishers send to. */
  readonly rtmp: RtmpIngest;
  /** Where phones send to. */
  readonly phones: PhoneIngest;
  /** What virtual cameras draw. */
  readonly scenes: () => Promise<Scenes>;
}

/** All ways in, one line each. */
export function createAdapters(deps: AdaptersDeps): readonly Adapter[] {
  const rtsp = createRtspAdapter(deps);
  return [
    rtsp,
    createOnvifAdapter({ ...deps, rtsp, checkAddress: deps.guard.check }),
    createRtmpAdapter({ ...deps, ingest: deps.rtmp, ffmpeg: deps.ingest }),
    createPhoneAdapter({ ...deps, ffmpeg: deps.ingest }),
    createHttpAdapter(deps),
    createVirtualAdapter(deps),
  ];
}
