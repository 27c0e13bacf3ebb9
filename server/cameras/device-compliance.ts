import { type Camera, usernameOf } from './camera.ts';
import type { CameraCredentials } from './interfaces.ts';

/**
 * QCVN 135:2024/BTTTT as far as the register can tell: a device that we look after has a certificate, and no longer the
 * password that it came with (§2.1 there; ETSI EN 303 645, 5.1).
 */
export interface DeviceCompliance {
  /** A device, not a phone or an invented camera. */
  isDevice(camera: Camera): boolean;
  hasDefaultPassword(camera: Camera): boolean;
  complies(camera: Camera): boolean;
}

/** What the makers' manuals and the lists of attackers name first. */
const DEFAULTS: ReadonlySet<string> = new Set([
  ...['', '0000', '00000', '000000', '00000000', '1111', '111111', '11111111', '123', '1234', '12345', '123456'],
  ...['1234567', '12345678', '123456789', '1234567890', '4321', '4444', '54321', '654321', '666666', '888888', '9999'],
  ...['999999', 'abc123', 'abcd1234', 'admin', 'admin1', 'admin12', 'admin123', 'admin1234', 'admin12345', 'camera'],
  ...['changeme', 'default', 'fliradmin', 'guest', 'hik12345', 'hikvision', 'ikwb', 'ikwd', 'ipcam', 'jvc', 'meinsm'],
  ...['pass', 'pass1234', 'password', 'root', 'service', 'supervisor', 'system', 'tljwpbo6', 'toor', 'ubnt', 'user'],
  ...['viewer', 'xc3511', 'xmhdipc', 'zlxx.'],
]);

export function createDeviceCompliance(credentials: (camera: Camera) => CameraCredentials): DeviceCompliance {
  /** Opening a secret costs something, and this is asked again and again. */
  const known = new WeakMap<Camera, boolean>();

  function hasDefaultPassword(camera: Camera): boolean {
    const before = known.get(camera);
    if (before !== undefined) return before;
    const found = isDefault(camera);
    known.set(camera, found);
    return found;
  }

  function isDefault(camera: Camera): boolean {
    const { kind } = camera.source;
    // What publishes to us has a key of our own making; who asks for no login at all has said so.
    if (!isDevice(camera) || kind === 'rtmp') return false;
    if (kind === 'onvif' && camera.source.authentication === 'none') return false;
    if (usernameOf(camera.source) === '' && camera.sealedSecret === null) return false;
    const { username, password } = credentials(camera);
    return DEFAULTS.has(password.toLowerCase()) || password.toLowerCase() === username.toLowerCase();
  }

  return {
    isDevice,
    hasDefaultPassword,
    complies: (camera) => camera.certificate !== '' && !hasDefaultPassword(camera),
  };
}

function isDevice({ source }: Camera): boolean {
  return source.kind !== 'phone' && source.kind !== 'virtual';
}
