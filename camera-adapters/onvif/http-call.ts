import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { messageOf, systemCodeOf } from '#base/errors';
import { CameraFault } from '../adapter.ts';

/** One HTTP exchange with a device, bounded in time and size. Redirects are not followed: nobody checked where to. */
export interface HttpCall {
  readonly url: URL;
  /** The IP address that was checked: nothing is resolved again. */
  readonly address: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** ms for all of it. */
  readonly timeoutMs: number;
  /** Largest body that is read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** All `WWW-Authenticate` headers, as sent. */
  readonly challenges: readonly string[];
  readonly contentType: string;
  readonly body: Buffer;
}

/** Rejects with `CameraFault`: `unreachable`, `timeout` (also on abort), or `notACamera` for what is no HTTP. */
export function httpCall(call: HttpCall): Promise<HttpReply> {
  const deadline = AbortSignal.timeout(call.timeoutMs);
  const signal = AbortSignal.any([call.signal, deadline]);
  const secure = call.url.protocol === 'https:';
  const options: RequestOptions = {
    host: call.address,
    port: call.url.port === '' ? (secure ? 443 : 80) : Number(call.url.port),
    path: `${call.url.pathname}${call.url.search}`,
    method: call.method,
    headers: { host: call.url.host, ...call.headers },
    // One connection for each call: a device keeps none of ours open, and nothing is left when the call ends.
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(deadline.aborted || call.signal.aborted ? late(error) : broken(error));
    const answered = (response: IncomingMessage): void => {
      read(response, call.maxBytes).then(resolve, fail);
    };
    // A camera's certificate is its own and names nobody: there is nothing to check it against. The password is
    // hashed with a nonce in every scheme but Basic.
    const request = secure
      ? httpsRequest({ ...options, rejectUnauthorized: false, servername: nameOf(call.url) }, answered)
      : httpRequest(options, answered);
    request.on('error', fail);
    request.end(call.body);
  });
}

function read(response: IncomingMessage, maxBytes: number): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) response.destroy(new CameraFault('notACamera', `it sends more than ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        challenges: response.rawHeaders.filter(
          (_, at, all) => all[at - 1]?.toLowerCase() === 'www-authenticate' && at % 2 === 1,
        ),
        contentType: response.headers['content-type'] ?? '',
        body: Buffer.concat(chunks),
      }),
    );
  });
}

function late(cause: unknown): CameraFault {
  return new CameraFault('timeout', 'the device did not answer in time', cause);
}

function broken(error: unknown): CameraFault {
  if (error instanceof CameraFault) return error;
  const code = systemCodeOf(error) ?? '';
  if (code.startsWith('HPE_')) return new CameraFault('notACamera', 'what answers there does not speak HTTP', error);
  return new CameraFault(
    'unreachable',
    `the device cannot be reached: ${code === '' ? messageOf(error) : code}`,
    error,
  );
}

/** For TLS: an IP address is no server name (RFC 6066 §3). */
function nameOf(url: URL): string {
  return /^[\d.]+$|^\[/.test(url.hostname) ? '' : url.hostname;
}
