import type { Adapter, AdapterContext } from '../adapter.ts';
import type { AddressGuard } from '../address-guard.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';

export interface RtspAdapterDeps extends AdapterContext {
  readonly ingest: Ingest;
  readonly guard: AddressGuard;
}

/** Cameras that speak RTSP, read by FFmpeg. */
export declare function createRtspAdapter(deps: RtspAdapterDeps): Adapter;
