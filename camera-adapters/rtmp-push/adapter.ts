import type { Adapter, AdapterContext } from '../adapter.ts';
import type { Ingest } from '../ffmpeg/ingest.ts';
import type { RtmpIngest } from './ingest.ts';

export interface RtmpAdapterDeps extends AdapterContext {
  readonly ingest: RtmpIngest;
  readonly ffmpeg: Ingest;
}

/** Cameras that publish to us by RTMP. */
export declare function createRtmpAdapter(deps: RtmpAdapterDeps): Adapter;
