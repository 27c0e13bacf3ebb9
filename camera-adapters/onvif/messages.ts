import { createHash, randomBytes } from 'node:crypto';
import onvif from 'onvif';
import type { CameraCredentials } from '../adapter.ts';
import { escapeXml } from './xml.ts';

/**
 * The requests, as the `onvif` package (0.8.3) writes them. Sending and reading is ours: the package guesses numbers
 * from text, reads a reply of any length for as long as it drips, reports `connect()` as done although the login
 * failed, and cannot be aborted. Its `_request` is where it hands over what it wrote; a test holds that.
 */

export type Service = 'device' | 'media' | 'media2' | 'ptz' | 'events';

export interface Outgoing {
  readonly service: Service;
  /** The whole envelope. */
  readonly xml: string;
  /** SOAP 1.2 action: namespace and name of the request. */
  readonly action: string;
}

export interface MessageOptions {
  /** `null` sends no WS-Security header at all: strict devices without passwords fault on any. */
  readonly login: CameraCredentials | null;
  /** ms since 1970 on the device's clock: it refuses requests that seem old. */
  readonly deviceNowMs: number;
  /** Profile T devices: media requests go to the second media service. */
  readonly media2?: boolean;
}

/** Asks the package for one request. Texts that come from outside must be escaped by the caller: it does not. */
export type Ask = (cam: InstanceType<typeof onvif.Cam>) => void;

export function write(ask: Ask, options: MessageOptions): Outgoing {
  const { login, deviceNowMs } = options;
  const cam = new onvif.Cam({
    hostname: '',
    autoconnect: false,
    ...(login === null ? {} : { username: escapeXml(login.username), password: login.password }),
  });
  let written: Outgoing | undefined;
  Object.assign(cam, {
    media2Support: options.media2 ?? false,
    _request(request: { service?: Service; body: string }) {
      written ??= { service: request.service ?? 'device', xml: request.body, action: actionOf(request.body) };
    },
    // The package's own reads passwords as ASCII and draws its nonce from Math.random.
    _passwordDigest: () => passwordDigest(login?.password ?? '', deviceNowMs),
  });
  ask(cam);
  if (written === undefined) throw new Error('the onvif package wrote no request');
  return written;
}

/** Web Services Security UsernameToken Profile 1.0 §3.1: Base64(SHA-1(nonce + created + password)). */
function passwordDigest(password: string, nowMs: number) {
  const nonce = randomBytes(16);
  const timestamp = new Date(nowMs).toISOString();
  const passdigest = createHash('sha1').update(nonce).update(timestamp).update(password).digest('base64');
  return { passdigest, nonce: nonce.toString('base64'), timestamp };
}

function actionOf(xml: string): string {
  const [, name = '', namespace = ''] = /<s:Body[^>]*><(\w+) xmlns="([^"]+)"/.exec(xml) ?? [];
  return `${namespace}/${name}`;
}

/** For the package's methods, whose answers we read ourselves. */
export function unheard(): void {}
