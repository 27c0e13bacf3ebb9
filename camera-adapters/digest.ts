import { createHash } from 'node:crypto';

/** Authentication as a client of HTTP and RTSP: Digest (RFC 7616) where it is offered, else Basic (RFC 7617). Pure. */
export interface Challenge {
  readonly scheme: 'digest' | 'basic';
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  /** `auth` where the server offers it; `null` for the old form of RFC 2069, which some cameras still speak. */
  readonly qop: 'auth' | null;
  readonly algorithm: string;
  readonly stale: boolean;
}

const HASHES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' };

/** The strongest challenge that we can answer, or `undefined`. `headers`: the values of `WWW-Authenticate`. */
export function chooseChallenge(headers: readonly string[]): Challenge | undefined {
  const offered = headers.flatMap(splitChallenges).flatMap((text) => readChallenge(text) ?? []);
  const strength = (challenge: Challenge): number =>
    challenge.scheme === 'basic' ? 0 : challenge.algorithm.toUpperCase().startsWith('SHA-') ? 2 : 1;
  return offered.sort((a, b) => strength(b) - strength(a))[0];
}

/** The value of `Authorization`. `count` is how often this nonce was used, from 1; `cnonce` is random text. */
export function authorization(
  challenge: Challenge,
  login: { readonly username: string; readonly password: string },
  request: { readonly method: string; readonly uri: string },
  once: { readonly count: number; readonly cnonce: string },
): string {
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  }
  const session = /-sess$/i.test(challenge.algorithm);
  const hashName = HASHES[challenge.algorithm.toUpperCase().replace(/-SESS$/, '')] ?? 'md5';
  const hash = (text: string): string => createHash(hashName).update(text).digest('hex');
  const base = hash(`${login.username}:${challenge.realm}:${login.password}`);
  const secret = session ? hash(`${base}:${challenge.nonce}:${once.cnonce}`) : base;
  const asked = hash(`${request.method}:${request.uri}`);
  const count = once.count.toString(16).padStart(8, '0');
  const response =
    challenge.qop === null
      ? hash(`${secret}:${challenge.nonce}:${asked}`)
      : hash(`${secret}:${challenge.nonce}:${count}:${once.cnonce}:auth:${asked}`);
  return [
    `Digest username=${quoted(login.username)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce=${quoted(challenge.nonce)}`,
    `uri=${quoted(request.uri)}`,
    `response="${response}"`,
    `algorithm=${challenge.algorithm}`,
    ...(challenge.opaque === null ? [] : [`opaque=${quoted(challenge.opaque)}`]),
    ...(challenge.qop === null && !session ? [] : [`cnonce="${once.cnonce}"`]),
    ...(challenge.qop === null ? [] : ['qop=auth', `nc=${count}`]),
  ].join(', ');
}

/** Several challenges may stand in one header; a new one begins with a word that no `=` follows. */
function splitChallenges(header: string): string[] {
  return header.split(/,\s*(?=(?:Digest|Basic|Bearer|NTLM|Negotiate)\b)/i);
}

function readChallenge(text: string): Challenge | undefined {
  const scheme = /^\s*(Digest|Basic)\b/i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== 'digest' && scheme !== 'basic') return undefined;
  const fields = new Map<string, string>();
  for (const [, name, plain, bare] of text.matchAll(/([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)) {
    if (name !== undefined) fields.set(name.toLowerCase(), bare ?? (plain ?? '').replace(/\\(.)/g, '$1'));
  }
  const algorithm = fields.get('algorithm') ?? 'MD5';
  const qops = fields.get('qop')?.split(/\s*,\s*/);
  if (scheme === 'digest') {
    if (!fields.has('nonce') || HASHES[algorithm.toUpperCase().replace(/-SESS$/, '')] === undefined) return undefined;
    if (qops !== undefined && !qops.includes('auth')) return undefined;
  }
  return {
    scheme,
    realm: fields.get('realm') ?? '',
    nonce: fields.get('nonce') ?? '',
    opaque: fields.get('opaque') ?? null,
    qop: qops === undefined ? null : 'auth',
    algorithm,
    stale: fields.get('stale')?.toLowerCase() === 'true',
  };
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
