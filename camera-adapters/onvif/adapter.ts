import type { Adapter, AdapterContext } from '../adapter.ts';
import type { CheckAddress } from './device-address.ts';

export interface OnvifAdapterDeps extends AdapterContext {
  /** Reads the stream whose address the device gave. */
  readonly rtsp: Adapter;
  readonly checkAddress: CheckAddress;
}

/** Cameras that speak ONVIF: the device says where its streams are, the RTSP adapter reads them. */
export declare function createOnvifAdapter(deps: OnvifAdapterDeps): Adapter;
