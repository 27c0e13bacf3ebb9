import { randomBytes } from 'node:crypto';
import { digestOffer, readDigestLogin, sameText } from '#base/digest-login';

/** How a simulated camera asks for a password, in RTSP (RFC 2326 §14) and HTTP alike: Basic (RFC 7617), Digest with MD5 (RFC 7616). */
export interface Challenge {
  /** Values of `WWW-Authenticate`. */
  readonly headers: readonly string[];
  /** Is `authorization` good for a request with this method? */
  admits(authorization: string | undefined, method: string): boolean;
}

export interface ChallengeOptions {
  readonly username: string;
  readonly password: string;
  readonly schemes: readonly ('basic' | 'digest')[];
  /** RTSP cameras offer RFC 2069's form without `qop`; HTTP ones offer `auth`. */
  readonly qop: boolean;
}

const REALM = 'Simulated camera';

/** One nonce for as long as the challenge lives: good enough for a camera that is none. */
export function createChallenge({ username, password, schemes, qop }: ChallengeOptions): Challenge {
  const nonce = randomBytes(16).toString('hex');
  const offers = { digest: digestOffer(REALM, nonce, qop), basic: `Basic realm="${REALM}"` };

  return {
    headers: schemes.map((scheme) => offers[scheme]),
    admits(authorization, method) {
      const [, basic] = /^basic\s+(.*)$/i.exec(authorization ?? '') ?? [];
      if (basic !== undefined) {
        return (
          schemes.includes('basic') &&
          sameText(Buffer.from(basic, 'base64').toString('utf8'), `${username}:${password}`)
        );
      }
      const login = schemes.includes('digest') ? readDigestLogin(authorization) : undefined;
      if (login?.username !== username || login.nonce !== nonce || login.realm !== REALM) return false;
      return login.matches(password, method);
    },
  };
}
