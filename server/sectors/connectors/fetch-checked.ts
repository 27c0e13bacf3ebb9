import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { boundedBytes } from '#base/bounded-bytes';
import { Fault, messageOf, systemCodeOf } from '#base/errors';
import { type CheckAddress, ConnectorFault } from './connector.ts';

/** A GET to an address of somebody else, who may be anybody: each hop is checked, everything has a bound. */
export interface Fetch {
  readonly url: string;
  readonly check: CheckAddress;
  readonly headers: Readonly<Record<string, string>>;
  /** Goes to the first address alone, never where that one sends us. */
  readonly secret: string | undefined;
  /** For the whole of it. */
  readonly timeoutMs: number;
  /** Of the body, unpacked. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}
export interface Fetched {
  readonly status: number;
  /** Empty unless the status is 200. */
  readonly bytes: Uint8Array;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  /** Of `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

const MOST_REDIRECTS = 3;
const LONGEST_RETRY_S = 86_400;

export async function fetchChecked(fetch: Fetch): Promise<Fetched> {
  const whole = AbortSignal.any([fetch.signal, AbortSignal.timeout(fetch.timeoutMs)]);
  try {
    let url = fetch.url;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const reply = await get(url, fetch, whole, sameOrigin(url, fetch.url));
      const { statusCode: status = 0, headers } = reply;
      if (status >= 300 && status < 400 && status !== 304 && headers.location !== undefined) {
        reply.destroy();
        url = new URL(headers.location, url).href;
        continue;
      }
      return await read(reply, status, fetch.mostBytes);
    }
    throw new ConnectorFault('redirects', `more than ${MOST_REDIRECTS} redirects`);
  } catch (error) {
    throw faultOf(error, whole.aborted && !fetch.signal.aborted, fetch);
  }
}

async function get(url: string, fetch: Fetch, signal: AbortSignal, trusted: boolean): Promise<IncomingMessage> {
  const { url: checked, address } = await fetch.check(url, ['http', 'https'], signal);
  const secure = checked.protocol === 'https:';
  const host = checked.hostname.replace(/^\[|\]$/g, '');
  const headers = {
    'user-agent': 'Tamnhin',
    'accept-encoding': 'gzip, deflate, br',
    ...fetch.headers,
    ...(trusted && fetch.secret !== undefined && fetch.secret !== ''
      ? { authorization: `Bearer ${fetch.secret}` }
      : {}),
    host: checked.host,
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? requestHttps : requestHttp)(
      {
        method: 'GET',
        // The address that was checked: the name is not resolved again.
        host: address,
        port: checked.port === '' ? (secure ? 443 : 80) : Number(checked.port),
        path: `${checked.pathname}${checked.search}`,
        headers,
        agent: false,
        signal,
        maxHeaderSize: 32_768,
        ...(secure && isIP(host) === 0 ? { servername: host } : {}),
      },
      resolve,
    );
    request.once('error', reject);
    request.end();
  });
}

async function read(reply: IncomingMessage, status: number, mostBytes: number): Promise<Fetched> {
  const { headers } = reply;
  const retryAfter = Number(headers['retry-after']);
  const facts = {
    status,
    etag: headers.etag?.slice(0, 500),
    lastModified: headers['last-modified']?.slice(0, 100),
    retryAfterMs: retryAfter > 0 ? Math.min(retryAfter, LONGEST_RETRY_S) * 1000 : undefined,
  };
  try {
    if (status !== 200) return { ...facts, bytes: new Uint8Array() };
    return { ...facts, bytes: await boundedBytes(reply, mostBytes, headers['content-encoding']) };
  } finally {
    reply.destroy();
  }
}

function sameOrigin(url: string, first: string): boolean {
  return new URL(url).origin === new URL(first).origin;
}

function faultOf(error: unknown, timedOut: boolean, { timeoutMs, mostBytes }: Fetch): ConnectorFault {
  if (timedOut) return new ConnectorFault('timeout', `no whole answer within ${timeoutMs / 1000} s`, { cause: error });
  if (error instanceof ConnectorFault) return error;
  if (error instanceof Fault && error.kind === 'tooLarge') {
    return new ConnectorFault('tooLarge', `the answer is larger than ${mostBytes} bytes`, { cause: error });
  }
  if (error instanceof Fault) return new ConnectorFault('packing', error.message, { cause: error });
  return (
    guardFault(error) ?? new ConnectorFault('unreachable', systemCodeOf(error) ?? messageOf(error), { cause: error })
  );
}

/** What the guard says, in the words of feeds. */
export function guardFault(error: unknown): ConnectorFault | undefined {
  if (typeof error !== 'object' || error === null || !('kind' in error)) return undefined;
  if (error.kind !== 'refusedAddress' && error.kind !== 'unreachable' && error.kind !== 'timeout') return undefined;
  const message = messageOf(error).replace('cameras.allowNetworks', 'feeds.networks');
  return new ConnectorFault(error.kind, message, { cause: error });
}
