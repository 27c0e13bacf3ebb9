import type { FaultKind, FieldFault } from '#contracts/http';

/**
 * The one error type that crosses parts: a closed kind that a table turns into an HTTP status, and a stable code that
 * the console turns into a sentence. Inner layers say what is wrong, the outer adds where, in `cause`.
 */
export class Fault extends Error {
  readonly kind: FaultKind;
  /** For example `camera.numberTaken`. */
  readonly code: string;
  readonly fields: readonly FieldFault[] | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    kind: FaultKind,
    code: string,
    message: string,
    more: { fields?: readonly FieldFault[]; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'Fault';
    this.kind = kind;
    this.code = code;
    this.fields = more.fields;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** It comes from the system (`EIO`), not from Node (`ERR_OUT_OF_RANGE`) or from us. */
export function isSystemError(thrown: unknown): boolean {
  return /^E(?!RR_)[A-Z]/.test(systemCodeOf(thrown) ?? '');
}

/** The `code` of a Node system error (`ECONNREFUSED`), or `undefined`. */
export function systemCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
