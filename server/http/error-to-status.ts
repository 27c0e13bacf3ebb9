import { z } from 'zod';
import { Fault } from '#base/errors';
import type { ErrorBody, FaultKind, FieldFault } from '#contracts/http';
import { CameraFault } from '../../camera-adapters/adapter.ts';

/** The one table from what went wrong to what HTTP calls it (RFC 9110 §15.5, §15.6; RFC 6585 §4). */
export const STATUS: Readonly<Record<FaultKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  tooLarge: 413,
  tooMany: 429,
  unavailable: 503,
  timeout: 504,
  internal: 500,
};

/** Anything that was thrown as a `Fault`; what is not ours says nothing of its inside. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof z.ZodError) return invalid(thrown);
  // A camera that does not do what it is told is no failure of ours.
  if (thrown instanceof CameraFault) {
    return new Fault(thrown.kind === 'timeout' ? 'timeout' : 'unavailable', `camera.${thrown.kind}`, thrown.message);
  }
  const status = httpStatusOf(thrown);
  if (status === 404) return new Fault('notFound', 'route.unknown', 'there is nothing here');
  if (status === 413) return new Fault('tooLarge', 'request.tooLarge', 'the request is larger than the server takes');
  if (status !== undefined && status < 500)
    return new Fault('invalid', 'request.malformed', 'the request cannot be read');
  return new Fault('internal', 'internal', 'something went wrong on the server', { cause: thrown });
}

export function invalid(error: z.ZodError): Fault {
  const fields: FieldFault[] = error.issues.slice(0, 50).map((issue) => ({
    path: issue.path.map(String).join('.'),
    code: issue.code,
    message: issue.message,
  }));
  return new Fault('invalid', 'request.invalid', 'some fields of the request are wrong', { fields });
}

export function bodyOf(fault: Fault): ErrorBody {
  return {
    error: {
      kind: fault.kind,
      code: fault.code,
      message: fault.message,
      ...(fault.fields === undefined ? {} : { fields: fault.fields }),
      ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
    },
  };
}

/** Errors of Express's body readers carry the status that they mean. */
function httpStatusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return undefined;
  return typeof thrown.status === 'number' ? thrown.status : undefined;
}
