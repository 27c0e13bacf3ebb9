import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { messageOf, systemCodeOf } from '#base/errors';
import { OutputFault } from './output.ts';

export interface Post {
  readonly url: URL;
  /** As the guard found it; the name is not resolved again. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** For the whole of it. */
  readonly timeoutMs: number;
  readonly ca?: string;
  readonly signal: AbortSignal;
}
export interface Posted {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** The beginning of what came back. */
  readonly text: string;
  readonly location: string | undefined;
}

/** Bytes of an answer that are read; the rest is of no use to us. */
const MOST_BYTES = 2000;

/** One POST to a checked address. A redirect is an answer like any other: nothing is followed. */
export async function post({ url, address, headers, body, timeoutMs, ca, signal }: Post): Promise<Posted> {
  const whole = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options = {
    method: 'POST',
    host: address,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host, 'content-length': String(Buffer.byteLength(body)) },
    agent: false,
    signal: whole,
    ...(secure && isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined || ca === '' ? {} : { ca }),
  };
  try {
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (secure ? requestHttps : requestHttp)(options, resolve);
      request.once('error', reject);
      request.end(body);
    });
    const text = await beginningOf(reply);
    const retryAfter = Number(reply.headers['retry-after']);
    return {
      status: reply.statusCode ?? 0,
      retryAfterMs: Number.isFinite(retryAfter) && retryAfter > 0 ? Math.min(retryAfter, 3600) * 1000 : undefined,
      text,
      location: reply.headers.location,
    };
  } catch (error) {
    if (whole.aborted && !signal.aborted) throw new OutputFault(`no answer within ${timeoutMs / 1000} s`);
    throw new OutputFault(systemCodeOf(error) ?? messageOf(error), { cause: error });
  }
}

async function beginningOf(reply: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of reply) {
    text += String(chunk);
    if (text.length >= MOST_BYTES) break;
  }
  reply.destroy();
  return text.slice(0, MOST_BYTES);
}

/** The guard's own errors become ours, so that they are shown with the output and not as a broken program. */
export async function checked<T>(check: Promise<T>): Promise<T> {
  try {
    return await check;
  } catch (error) {
    const refused = typeof error === 'object' && error !== null && 'kind' in error && error.kind === 'refusedAddress';
    throw new OutputFault(messageOf(error).replace('cameras.allowNetworks', 'events.outputNetworks'), {
      refused,
      cause: error,
    });
  }
}
