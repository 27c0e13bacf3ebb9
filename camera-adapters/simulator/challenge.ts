import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

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
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** One nonce for as long as the challenge lives: good enough for a camera that is none. */
export function createChallenge({ username, password, schemes, qop }: ChallengeOptions): Challenge {
  const nonce = randomBytes(16).toString('hex');
  const offers = {
    digest: `Digest realm="${REALM}", nonce="${nonce}"${qop ? ', qop="auth"' : ''}`,
    basic: `Basic realm="${REALM}"`,
  };

  function digestAdmits(parameters: string, method: string): boolean {
    const given = new Map<string, string>();
    for (const [, name = '', quoted, plain] of parameters.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) {
      given.set(name.toLowerCase(), quoted ?? plain ?? '');
    }
    const field = (name: string): string => given.get(name) ?? '';
    if (field('username') !== username || field('nonce') !== nonce || field('realm') !== REALM) return false;
    const first = md5(`${username}:${REALM}:${password}`);
    const second = md5(`${method}:${field('uri')}`);
    const middle = given.has('qop') ? `${nonce}:${field('nc')}:${field('cnonce')}:${field('qop')}` : nonce;
    return same(md5(`${first}:${middle}:${second}`), field('response'));
  }

  return {
    headers: schemes.map((scheme) => offers[scheme]),
    admits(authorization, method) {
      const match = /^(basic|digest)\s+(.*)$/i.exec(authorization ?? '');
      const scheme = match?.[1]?.toLowerCase();
      const value = match?.[2] ?? '';
      if (scheme === 'basic' && schemes.includes('basic')) {
        return same(Buffer.from(value, 'base64').toString('utf8'), `${username}:${password}`);
      }
      return scheme === 'digest' && schemes.includes('digest') && digestAdmits(value, method);
    },
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(md5(a)), Buffer.from(md5(b))];
  return timingSafeEqual(left, right);
}
