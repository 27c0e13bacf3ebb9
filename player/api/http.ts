import type { CSRF_HEADER } from '#contracts/http';
import { ApiError, errorOfReply, errorOfThrown } from './error.ts';

// The name alone: importing the value would bring every request schema, and zod with them, into the first bundle.
const CSRF: typeof CSRF_HEADER = 'x-tamnhin-csrf';

/** ms; a probe of a camera may take 10 s by itself. */
const DEFAULT_TIMEOUT_MS = 15_000;

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Sent as it is, with its type; for CSV. */
  readonly text?: { readonly type: string; readonly content: string };
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Statuses that are an answer here although they are 400 or above. */
  readonly accept?: readonly number[];
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A file that is sent, with its way there told: `fetch` tells nothing of what it has sent. */
export interface UploadOptions {
  readonly query: NonNullable<RequestOptions['query']>;
  /** 0 to 1. */
  readonly onSent: (share: number) => void;
  readonly signal: AbortSignal;
}

/** Asks the server. Every failure is an `ApiError`, except an abort by the caller's own `signal`. */
export interface Http {
  request<T>(method: Method, path: string, options?: RequestOptions): Promise<T>;
  /** POSTs a file as it is. Ends when the server has answered, however long both take. */
  upload<T>(path: string, file: Blob, options: UploadOptions): Promise<T>;
  /** The token of the session, sent with every change. */
  setCsrfToken(token: string | null): void;
  /** Tells of replies that say the session is over. */
  onSignedOut(listener: () => void): () => void;
}

export function createHttp(options: { fetch: typeof fetch } = { fetch: (...call) => fetch(...call) }): Http {
  let csrfToken: string | null = null;
  const signedOutListeners = new Set<() => void>();

  async function request<T>(method: Method, path: string, more: RequestOptions = {}): Promise<T> {
    const timeout = AbortSignal.timeout(more.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = more.signal === undefined ? timeout : AbortSignal.any([more.signal, timeout]);
    try {
      const reply = await options.fetch(path + queryString(more.query), {
        method,
        headers: headersOf(method, more),
        body: bodyOf(more),
        credentials: 'same-origin',
        cache: 'no-store',
        signal,
      });
      const body = await readBody(reply);
      if (reply.ok || more.accept?.includes(reply.status) === true) return body as T;
      const error = errorOfReply(reply.status, body);
      if (error.kind === 'unauthenticated') for (const listener of signedOutListeners) listener();
      throw error;
    } catch (thrown) {
      if (more.signal?.aborted === true) throw more.signal.reason;
      throw errorOfThrown(thrown);
    }
  }

  function headersOf(method: Method, more: RequestOptions): Headers {
    const headers = new Headers({ accept: 'application/json' });
    if (more.body !== undefined) headers.set('content-type', 'application/json');
    if (more.text !== undefined) headers.set('content-type', more.text.type);
    if (method !== 'GET' && csrfToken !== null) headers.set(CSRF, csrfToken);
    return headers;
  }

  function upload<T>(path: string, file: Blob, { query, onSent, signal }: UploadOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const abort = (): void => request.abort();
      request.open('POST', path + queryString(query));
      for (const [name, value] of headersOf('POST', {})) request.setRequestHeader(name, value);
      request.setRequestHeader('content-type', 'application/octet-stream');
      request.upload.onprogress = ({ loaded, total }) => onSent(total === 0 ? 0 : loaded / total);
      request.upload.onload = () => onSent(1);
      request.onabort = () => reject(signal.reason);
      request.onerror = () => reject(new ApiError('offline'));
      request.onload = () => {
        const body = parsedBody(request.responseText, request.getResponseHeader('content-type') ?? '');
        if (request.status < 400) return resolve(body as T);
        const error = errorOfReply(request.status, body);
        if (error.kind === 'unauthenticated') for (const listener of signedOutListeners) listener();
        reject(error);
      };
      request.onloadend = () => signal.removeEventListener('abort', abort);
      signal.addEventListener('abort', abort, { once: true });
      request.send(file);
    });
  }

  return {
    request,
    upload,
    setCsrfToken(token) {
      csrfToken = token;
    },
    onSignedOut(listener) {
      signedOutListeners.add(listener);
      return () => signedOutListeners.delete(listener);
    },
  };
}

function bodyOf(more: RequestOptions): string | null {
  if (more.text !== undefined) return more.text.content;
  return more.body === undefined ? null : JSON.stringify(more.body);
}

function queryString(query: RequestOptions['query']): string {
  if (query === undefined) return '';
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function readBody(reply: Response): Promise<unknown> {
  const text = await reply.text();
  try {
    return parsedBody(text, reply.headers.get('content-type') ?? '');
  } catch (cause) {
    throw new ApiError('internal', { status: reply.status, message: 'the reply is not JSON', cause });
  }
}

function parsedBody(text: string, type: string): unknown {
  if (text === '') return undefined;
  return type.includes('json') ? JSON.parse(text) : text;
}
