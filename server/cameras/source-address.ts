import { Fault } from '#base/errors';
import type { CameraKind, CameraSource } from '#contracts/camera';
import type { FieldFault } from '#contracts/http';

/** Addresses in a camera's source: which there are, what they may look like, and no login inside them (pure). */

export const SCHEMES: Readonly<Record<CameraKind, readonly string[]>> = {
  rtsp: ['rtsp:', 'rtsps:'],
  onvif: ['http:', 'https:'],
  http: ['http:', 'https:'],
  rtmp: [],
  phone: [],
  virtual: [],
};

export interface SourceAddress {
  /** Path of the field in a request, `source.mainUrl`. */
  readonly path: string;
  readonly url: string;
}

export function addressesOf(source: CameraSource): readonly SourceAddress[] {
  switch (source.kind) {
    case 'rtsp': {
      const main = { path: 'source.mainUrl', url: source.mainUrl };
      return source.subUrl === null ? [main] : [main, { path: 'source.subUrl', url: source.subUrl }];
    }
    case 'onvif':
      return [{ path: 'source.deviceUrl', url: source.deviceUrl }];
    case 'http':
      return [{ path: 'source.url', url: source.url }];
    case 'rtmp':
    case 'phone':
    case 'virtual':
      return [];
  }
}

/** The hosts that the camera's password may be sent to; lower case, without ports. */
export function hostsOf(source: CameraSource): ReadonlySet<string> {
  return new Set(addressesOf(source).flatMap(({ url }) => parsed(url)?.hostname.toLowerCase() ?? []));
}

/** Host and port that an ONVIF device answers at, as `URL.host` writes them; `null` for what is no ONVIF device. */
export function deviceHostOf(source: CameraSource): string | null {
  return source.kind === 'onvif' ? (parsed(source.deviceUrl)?.host ?? null) : null;
}

export interface SplitSource {
  /** Without password and without user-info in its addresses. */
  readonly source: CameraSource;
  /** `undefined`: none was given, neither in its field nor in an address. */
  readonly password: string | undefined;
}

/** Moves user-info out of the addresses and the password out of the source; what has a field of its own wins. */
export function splitSource(given: CameraSource): SplitSource {
  const faults = addressesOf(given).flatMap((address) => faultOf(address, SCHEMES[given.kind]) ?? []);
  if (faults.length > 0) {
    throw new Fault('invalid', 'camera.badAddress', faults[0]?.message ?? 'bad address', { fields: faults });
  }
  if (!('password' in given) && !('username' in given)) return { source: given, password: undefined };

  const login = addressesOf(given).flatMap(({ url }) => loginIn(url) ?? [])[0];
  const { password, ...open } = given;
  const source = {
    ...withBareAddresses(open),
    username: given.username === '' ? (login?.username ?? '') : given.username,
  };
  return { source, password: password ?? login?.password };
}

function withBareAddresses<S extends CameraSource>(source: S): S {
  switch (source.kind) {
    case 'rtsp':
      return { ...source, mainUrl: bare(source.mainUrl), subUrl: source.subUrl === null ? null : bare(source.subUrl) };
    case 'onvif':
      return { ...source, deviceUrl: bare(source.deviceUrl) };
    case 'http':
      return { ...source, url: bare(source.url) };
    default:
      return source;
  }
}

function faultOf({ path, url }: SourceAddress, schemes: readonly string[]): FieldFault | undefined {
  const address = parsed(url);
  // Spaces and control characters would be dropped in silence by one parser and kept by the next.
  if (address === undefined || /[\s\p{Cc}\\]/u.test(url) || address.hostname === '') {
    return { path, code: 'notAnAddress', message: 'this is not an address' };
  }
  if (!schemes.includes(address.protocol)) {
    const allowed = schemes.map((scheme) => `${scheme}//`).join(' or ');
    return { path, code: 'scheme', message: `the address must begin with ${allowed}` };
  }
  return undefined;
}

function loginIn(url: string): { username: string; password: string } | undefined {
  const { username, password } = new URL(url);
  if (username === '' && password === '') return undefined;
  return { username: decoded(username), password: decoded(password) };
}

function bare(url: string): string {
  const address = new URL(url);
  if (address.username === '' && address.password === '') return url;
  address.username = '';
  address.password = '';
  return address.href;
}

function parsed(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** A stray `%` in a password is meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
