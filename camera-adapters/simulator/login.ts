import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The server's side of Basic (RFC 7617) and Digest (RFC 7616, with MD5 for older clients), the same for RTSP and HTTP:
 * what a simulated camera asks for, and whether the answer is right.
 */
export interface Login {
  readonly username: string;
  readonly password: string;
  /** In the order in which they are offered; the strongest first when absent. */
  readonly schemes?: readonly LoginScheme[];
}

export type LoginScheme = 'digest-sha256' | 'digest-md5' | 'basic';

export interface LoginCheck {
  /** One value for each `WWW-Authenticate` header. */
  challenges(login: Login, options?: { stale?: boolean }): string[];
  check(login: Login, request: { authorization: string | undefined; method: string; uri: string }): LoginOutcome;
}

/** `stale`: right, but with a nonce that is too old: the client may try again without asking its user. */
export type LoginOutcome = 'right' | 'wrong' | 'stale' | 'missing';

const ALL_SCHEMES: readonly LoginScheme[] = ['digest-sha256', 'digest-md5', 'basic'];
const HASHES = { 'digest-sha256': 'sha256', 'digest-md5': 'md5' } as const;
const NONCE_MS = 300_000;

export function createLoginCheck(options: { realm: string; now: () => number }): LoginCheck {
  const { realm, now } = options;
  const key = randomBytes(32);

  /** Carries its own time, so that nothing is remembered of clients that never come back. */
  function nonce(): string {
    const time = now().toString(16).padStart(12, '0');
    return time + sign(time);
  }

  function sign(time: string): string {
    return createHmac('sha256', key).update(time).digest('hex').slice(0, 32);
  }

  function nonceAge(text: string): number | undefined {
    const time = text.slice(0, 12);
    return same(text.slice(12), sign(time)) ? now() - Number.parseInt(time, 16) : undefined;
  }

  function checkDigest(login: Login, request: { method: string; uri: string }, fields: ReadonlyMap<string, string>) {
    const schemes = login.schemes ?? ALL_SCHEMES;
    const scheme = fields.get('algorithm')?.toUpperCase() === 'SHA-256' ? 'digest-sha256' : 'digest-md5';
    if (!schemes.includes(scheme)) return 'wrong';
    const hash = (text: string): string => createHash(HASHES[scheme]).update(text).digest('hex');
    const given = fields.get('nonce') ?? '';
    const age = nonceAge(given);
    const uri = fields.get('uri') ?? '';
    // The answer must be for this very request (RFC 7616 §3.4.6), or it would open every other door too.
    if (age === undefined || uri !== request.uri || fields.get('username') !== login.username) return 'wrong';
    const secret = hash(`${login.username}:${realm}:${login.password}`);
    const call = hash(`${request.method}:${uri}`);
    const qop = fields.get('qop');
    const middle = qop === undefined ? given : `${given}:${fields.get('nc')}:${fields.get('cnonce')}:${qop}`;
    if (!same(fields.get('response') ?? '', hash(`${secret}:${middle}:${call}`))) return 'wrong';
    return age > NONCE_MS ? 'stale' : 'right';
  }

  return {
    challenges(login, { stale = false } = {}) {
      return (login.schemes ?? ALL_SCHEMES).map((scheme) => {
        if (scheme === 'basic') return `Basic realm="${realm}", charset="UTF-8"`;
        const algorithm = scheme === 'digest-sha256' ? 'SHA-256' : 'MD5';
        return `Digest realm="${realm}", nonce="${nonce()}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`;
      });
    },
    check(login, { authorization, method, uri }) {
      if (authorization === undefined) return 'missing';
      const [, scheme = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(authorization) ?? [];
      if (scheme.toLowerCase() === 'digest') return checkDigest(login, { method, uri }, digestFields(rest));
      if (scheme.toLowerCase() !== 'basic' || !(login.schemes ?? ALL_SCHEMES).includes('basic')) return 'wrong';
      const expected = `${login.username}:${login.password}`;
      return same(Buffer.from(rest, 'base64').toString('utf8'), expected) ? 'right' : 'wrong';
    },
  };
}

function digestFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const match of text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    const [, name = '', quoted, bare] = match;
    fields.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return fields;
}

/** In the same time wherever the difference is. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
