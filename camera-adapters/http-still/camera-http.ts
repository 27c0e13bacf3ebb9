import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { systemCodeOf } from '#base/errors';
import { type CameraCredentials, CameraFault } from '../adapter.ts';
import type { AddressGuard, CheckedAddress } from '../address-guard.ts';
import { faultOfConnection } from '../connection-fault.ts';
import { authorization, type Challenge, chooseChallenge } from '../digest.ts';

/** GET from one camera over HTTP, with its login, one connection at a time. */
export interface CameraHttp {
  /**
   * Resolves with a reply of status 200 whose body has not been read. Rejects with `CameraFault`. Addresses, those of
   * redirects too, pass the guard; the password goes only to the host that it was registered for.
   */
  get(url: string): Promise<IncomingMessage>;
  /** Closes what is open. */
  close(): void;
}

const MOST_REDIRECTS = 3;
const SCHEMES = ['http', 'https'];

export function createCameraHttp(deps: {
  readonly guard: AddressGuard;
  readonly credentials: CameraCredentials;
  /** ms without a byte. */
  readonly readTimeoutMs: number;
  readonly signal: AbortSignal;
}): CameraHttp {
  const { guard, readTimeoutMs, signal } = deps;
  const plain = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  // Cameras sign their own certificates; what is gained by TLS here is that a listener in between hears nothing.
  const secure = new HttpsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  let challenge: Challenge | undefined;
  let used = 0;

  async function ask(checked: CheckedAddress, authorise: string | undefined): Promise<IncomingMessage> {
    const { url } = checked;
    const https = url.protocol === 'https:';
    const options: RequestOptions & { servername?: string } = {
      agent: https ? secure : plain,
      host: checked.address,
      family: checked.family,
      port: url.port === '' ? (https ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, accept: '*/*', ...(authorise === undefined ? {} : { authorization: authorise }) },
      signal,
      ...(https && !/^[\d.]+$|^\[/.test(url.hostname) ? { servername: url.hostname } : {}),
    };
    const sent = https ? httpsRequest(options) : httpRequest(options);
    sent.setTimeout(readTimeoutMs, () => {
      sent.destroy(new CameraFault('timeout', `the device sent nothing for ${Math.round(readTimeoutMs / 1000)} s`));
    });
    sent.end();
    try {
      const [reply] = (await once(sent, 'response')) as [IncomingMessage];
      return reply;
    } catch (error) {
      throw faultOfError(error);
    }
  }

  function answerTo(asked: Challenge, checked: CheckedAddress, login: CameraCredentials): string {
    used += 1;
    const uri = `${checked.url.pathname}${checked.url.search}`;
    return authorization(asked, login, { method: 'GET', uri }, { count: used, cnonce: randomBytes(8).toString('hex') });
  }

  return {
    async get(address) {
      let next = address;
      let home: string | undefined;
      for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
        const checked = await guard.check(next, SCHEMES, signal);
        home ??= checked.url.hostname;
        const login = checked.username === '' ? deps.credentials : checked;
        const mayLogIn = (login.username !== '' || login.password !== '') && checked.url.hostname === home;
        const known = mayLogIn && challenge !== undefined ? answerTo(challenge, checked, login) : undefined;
        let reply = await ask(checked, known);
        if (reply.statusCode === 401 && mayLogIn) {
          const offered = chooseChallenge([reply.headers['www-authenticate'] ?? []].flat());
          reply.resume();
          // The same nonce again after an answer to it is a refusal; a new one may only mean that ours was too old.
          if (offered === undefined || (known !== undefined && offered.nonce === challenge?.nonce)) {
            throw faultOfStatus(401);
          }
          challenge = offered;
          used = 0;
          reply = await ask(checked, answerTo(offered, checked, login));
        }
        const status = reply.statusCode ?? 0;
        if (status === 200) return reply;
        reply.resume();
        const location = reply.headers.location;
        if (status < 300 || status > 399 || location === undefined) throw faultOfStatus(status);
        const target = URL.parse(location, checked.url.href);
        if (target === null) throw new CameraFault('notACamera', 'the device redirects to nowhere');
        next = target.href;
      }
      throw new CameraFault('notACamera', 'the device redirects without end');
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

export function faultOfStatus(status: number): CameraFault {
  if (status === 401 || status === 403) {
    return new CameraFault('unauthorised', 'the device refuses user name or password');
  }
  if (status === 404) return new CameraFault('unreachable', 'the device has no picture at this address (404)');
  return new CameraFault('unreachable', `the device answers with status ${status}`);
}

/** A failure below HTTP, as a fault. */
export function faultOfError(error: unknown): CameraFault {
  if (systemCodeOf(error)?.startsWith('HPE_')) {
    return new CameraFault('notACamera', 'the device does not answer with HTTP', error);
  }
  return faultOfConnection(error);
}
