import type { ErrorBody, FaultKind, FieldFault } from '#contracts/http';

/** What can go wrong between the page and the server: the server's own kinds, and the two ways not to reach it. */
export type ApiErrorKind = FaultKind | 'offline' | 'noAnswer';

export class ApiError extends Error {
  readonly kind: ApiErrorKind;
  /** A stable word, `camera.numberTaken`; equals `kind` where the server gave none. */
  readonly code: string;
  /** HTTP status; 0 when there was no reply. */
  readonly status: number;
  readonly fields: readonly FieldFault[];
  /** ms. */
  readonly retryAfterMs: number | null;

  constructor(
    kind: ApiErrorKind,
    more: {
      code?: string;
      message?: string;
      status?: number;
      fields?: readonly FieldFault[];
      retryAfterMs?: number | null;
      cause?: unknown;
    } = {},
  ) {
    super(more.message ?? kind, { cause: more.cause });
    this.name = 'ApiError';
    this.kind = kind;
    this.code = more.code ?? kind;
    this.status = more.status ?? 0;
    this.fields = more.fields ?? [];
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

const KIND_OF_STATUS = new Map<number, FaultKind>([
  [400, 'invalid'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'notFound'],
  [409, 'conflict'],
  [413, 'tooLarge'],
  [422, 'invalid'],
  [429, 'tooMany'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'timeout'],
]);

/** Reads a reply of status 400 or above; a proxy in front may send anything, then the status alone decides. */
export function errorOfReply(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) {
    const { kind, code, message, fields, retryAfterMs } = body.error;
    return new ApiError(kind, { code, message, status, fields: fields ?? [], retryAfterMs: retryAfterMs ?? null });
  }
  return new ApiError(KIND_OF_STATUS.get(status) ?? 'internal', { status, message: `HTTP status ${status}` });
}

/** Anything that was thrown while asking the server, as an `ApiError`. */
export function errorOfThrown(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError')
    return new ApiError('noAnswer', { cause: thrown });
  return new ApiError('offline', { cause: thrown });
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return (
    typeof error === 'object' &&
    error !== null &&
    'kind' in error &&
    typeof error.kind === 'string' &&
    'code' in error &&
    typeof error.code === 'string'
  );
}
