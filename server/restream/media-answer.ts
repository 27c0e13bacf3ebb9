/**
 * What a reader of the hub answers over HTTP, without any HTTP in it: the door writes the chunks of `body` one after
 * another, so that bytes in the hub's memory go out without being copied together first.
 */
export interface MediaAnswer {
  readonly status: number;
  /** Lower-case names; holds content-type, content-length and cache-control. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
}

export function mediaAnswer(contentType: string, cacheControl: string, body: readonly Uint8Array[]): MediaAnswer {
  return {
    status: 200,
    headers: {
      'content-type': contentType,
      'content-length': String(body.reduce((sum, chunk) => sum + chunk.byteLength, 0)),
      'cache-control': cacheControl,
    },
    body,
  };
}

/** An answer without a picture; nobody may keep it, since the next one may be different. */
export function refusal(status: 400 | 404 | 429 | 503, reason: string, retryAfterSeconds?: number): MediaAnswer {
  const answer = mediaAnswer('text/plain; charset=utf-8', 'no-store', [new TextEncoder().encode(`${reason}\n`)]);
  const retry: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { ...answer, status, headers: { ...answer.headers, ...retry } };
}
