import { createHash, randomBytes } from 'node:crypto';
import type { CameraCredentials } from '../adapter.ts';

/** Digest (RFC 7616, with MD5 for older devices) and Basic (RFC 7617), as a device asks for them. */

export interface LoginRequest {
  /** `WWW-Authenticate` headers as sent. */
  readonly challenges: readonly string[];
  readonly credentials: CameraCredentials;
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly path: string;
  /** Basic shows the password to whoever listens: only where the caller says so, and nothing better is offered. */
  readonly allowBasic: boolean;
  /** 16 hex digits; random when absent. */
  readonly cnonce?: string;
}

interface Challenge {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

const ALGORITHMS = new Map([
  ['SHA-256', 'sha256'],
  ['MD5', 'md5'],
]);

/** The value of `Authorization`, or `null` when the device offers nothing that we can answer. */
export function authorization(request: LoginRequest): string | null {
  const offered = request.challenges.flatMap(challengesIn);
  for (const algorithm of ALGORITHMS.keys()) {
    const digest = offered.find(
      ({ scheme, params }) => scheme === 'digest' && (params.get('algorithm') ?? 'MD5').toUpperCase() === algorithm,
    );
    const answer = digest === undefined ? null : digestAnswer(digest.params, algorithm, request);
    if (answer !== null) return answer;
  }
  if (!request.allowBasic || !offered.some(({ scheme }) => scheme === 'basic')) return null;
  const { username, password } = request.credentials;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function digestAnswer(params: Challenge['params'], algorithm: string, request: LoginRequest): string | null {
  const { credentials, method, path } = request;
  const [realm, nonce] = [params.get('realm') ?? '', params.get('nonce')];
  const offers = params
    .get('qop')
    ?.split(',')
    .map((offer) => offer.trim().toLowerCase());
  if (nonce === undefined || (offers !== undefined && !offers.includes('auth'))) return null;

  const hash = (text: string): string =>
    createHash(ALGORITHMS.get(algorithm) ?? 'md5')
      .update(text)
      .digest('hex');
  const secret = hash(`${credentials.username}:${realm}:${credentials.password}`);
  const call = hash(`${method}:${path}`);
  const fields = [
    `username="${quoted(credentials.username)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${quoted(path)}"`,
  ];
  if (params.has('algorithm')) fields.push(`algorithm=${algorithm}`);
  if (offers === undefined) {
    // RFC 2069: devices from before 1999 know no quality of protection.
    fields.push(`response="${hash(`${secret}:${nonce}:${call}`)}"`);
  } else {
    const cnonce = request.cnonce ?? randomBytes(8).toString('hex');
    fields.push('qop=auth', 'nc=00000001', `cnonce="${cnonce}"`);
    fields.push(`response="${hash(`${secret}:${nonce}:00000001:${cnonce}:auth:${call}`)}"`);
  }
  const opaque = params.get('opaque');
  if (opaque !== undefined) fields.push(`opaque="${quoted(opaque)}"`);
  return `Digest ${fields.join(', ')}`;
}

/** One header may hold several challenges (RFC 9110 §11.6.1). */
function challengesIn(header: string): Challenge[] {
  const found: { scheme: string; params: Map<string, string> }[] = [];
  for (const match of header.matchAll(
    /(?:\b(Digest|Basic)\b\s*)?([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi,
  )) {
    const [, scheme, name = '', inQuotes, bare] = match;
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), params: new Map() });
    found.at(-1)?.params.set(name.toLowerCase(), inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return found;
}

function quoted(text: string): string {
  // A header is one line, whatever a device put into its nonce.
  return text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&');
}
