import { createHash, timingSafeEqual } from 'node:crypto';

/** The server's side of Digest with MD5 (RFC 7616, and RFC 2069 where no `qop` is offered), as RTSP players speak it. Pure. */
export interface DigestLogin {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** Is it the answer of somebody who knows the password? */
  matches(password: string, method: string): boolean;
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Value of `WWW-Authenticate`. */
export function digestOffer(realm: string, nonce: string, qop: boolean): string {
  return `Digest realm="${realm}", nonce="${nonce}"${qop ? ', qop="auth"' : ''}`;
}

/** What `Authorization` says, or `undefined` where it is no Digest. */
export function readDigestLogin(authorization: string | undefined): DigestLogin | undefined {
  const [, parameters] = /^digest\s+(.*)$/i.exec(authorization ?? '') ?? [];
  if (parameters === undefined) return undefined;
  const given = new Map<string, string>();
  for (const [, name = '', quoted, plain] of parameters.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)) {
    given.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  const field = (name: string): string => given.get(name) ?? '';
  const [username, realm, nonce] = [field('username'), field('realm'), field('nonce')];
  return {
    username,
    realm,
    nonce,
    matches(password, method) {
      const first = md5(`${username}:${realm}:${password}`);
      const second = md5(`${method}:${field('uri')}`);
      const middle = given.has('qop') ? `${nonce}:${field('nc')}:${field('cnonce')}:${field('qop')}` : nonce;
      return sameText(md5(`${first}:${middle}:${second}`), field('response'));
    },
  };
}

/** Compares without telling by its time how much was right. */
export function sameText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(md5(one)), Buffer.from(md5(other)));
}
