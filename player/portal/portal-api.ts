import type { MapView } from '#contracts/places';
import type { PortalView, PublicReport, ReportCreated, ReportDraft } from '#contracts/reports';

/** What went wrong, as far as a citizen can do something about it. */
export class PortalError extends Error {
  /** `offline`, or the code of the server's answer. */
  readonly code: string;
  readonly retrySeconds: number;

  constructor(code: string, retrySeconds = 0) {
    super(code);
    this.name = 'PortalError';
    this.code = code;
    this.retrySeconds = retrySeconds;
  }
}

const TIMEOUT_MS = 20_000;
/** Over a bad line. */
const PHOTO_TIMEOUT_MS = 150_000;

export const portalApi = {
  page: () => ask<PortalView>('GET', ''),
  map: () => ask<MapView>('GET', '/map'),
  send: (draft: ReportDraft) => ask<ReportCreated>('POST', '/reports', draft),
  photo: ({ code, ticket }: ReportCreated, picture: Blob) =>
    ask<undefined>('POST', `/reports/${encodeURIComponent(code)}/photos`, picture, ticket),
  report: (code: string) => ask<PublicReport>('GET', `/reports/${encodeURIComponent(code)}`),
  rate: (code: string, rating: string, text: string) =>
    ask<PublicReport>('POST', `/reports/${encodeURIComponent(code)}/rating`, { rating, text }),
};

async function ask<Reply>(method: string, path: string, body?: object, ticket?: string): Promise<Reply> {
  const picture = body instanceof Blob;
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), picture ? PHOTO_TIMEOUT_MS : TIMEOUT_MS);
  try {
    const reply = await fetch(`/api/portal${path}`, {
      method,
      credentials: 'omit',
      headers: {
        ...(body === undefined ? {} : { 'content-type': picture ? body.type : 'application/json' }),
        ...(ticket === undefined ? {} : { 'x-ticket': ticket }),
      },
      ...(body === undefined ? {} : { body: picture ? body : JSON.stringify(body) }),
      signal: gone.signal,
    });
    const text = await reply.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    // Its form is the contract of this server, which this page came from.
    if (reply.ok) return answer as Reply;
    throw new PortalError(codeOf(answer) ?? 'server', Number(reply.headers.get('retry-after') ?? 0));
  } catch (error) {
    if (error instanceof PortalError) throw error;
    throw new PortalError(error instanceof SyntaxError ? 'server' : 'offline');
  } finally {
    clearTimeout(timer);
  }
}

function codeOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  const { error } = answer;
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
