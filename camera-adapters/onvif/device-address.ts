import { CameraFault } from '../adapter.ts';

/** `AddressGuard.check`: rejects with `CameraFault` when the server may not call this address. */
export type CheckAddress = (
  url: string,
  schemes: readonly string[],
  signal?: AbortSignal,
) => Promise<{ readonly url: URL; readonly address: string }>;

/** Where a device is, checked. */
export interface DeviceAddress {
  readonly url: URL;
  readonly address: string;
}

/**
 * Where a service of the device is. A device behind address translation tells an address that only it can reach, and a
 * hostile one may tell somebody else's: what it says is taken only when it names the host that we called; otherwise
 * only its path is taken.
 */
export function serviceUrl(device: URL, told: string): URL {
  const url = new URL(device);
  const said = parsed(told);
  if (said === undefined) return url;
  if (said.hostname === device.hostname && said.protocol === device.protocol) url.port = said.port;
  url.pathname = said.pathname;
  url.search = said.search;
  return url;
}

/**
 * The address of a stream or a still: the path, port and scheme that the device tells, always on the host that was
 * registered and checked. So the camera's password never goes to another host, and cameras behind address translation
 * work; a device whose streams lie on another machine is registered by that machine's address.
 */
export function onDevice(device: URL, told: string, schemes: readonly string[]): URL {
  const url = parsed(told.trim());
  if (url === undefined || !schemes.includes(url.protocol)) {
    throw new CameraFault('notACamera', 'the device tells an address that is none');
  }
  url.hostname = device.hostname;
  url.username = '';
  url.password = '';
  return url;
}

function parsed(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
