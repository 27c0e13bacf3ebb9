import { messageOf, systemCodeOf } from '#base/errors';
import { CameraFault } from './adapter.ts';

/** A failure of a socket to a device, as a fault. */
export function faultOfConnection(error: unknown): CameraFault {
  if (error instanceof CameraFault) return error;
  const code = systemCodeOf(error) ?? '';
  if (code === 'ECONNREFUSED') {
    return new CameraFault('unreachable', 'the device refuses the connection: nothing listens on this port', error);
  }
  if (code === 'ETIMEDOUT') return new CameraFault('timeout', 'the device does not answer', error);
  return new CameraFault('unreachable', `no connection to the device (${code || messageOf(error)})`, error);
}
