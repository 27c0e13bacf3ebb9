import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';

/**
 * Who sends slowly keeps a connection: a request has to be whole within `BODY_MS`. Node has one limit for all
 * requests, so it is set to what an upload may take, and this is the one for everything else.
 */
export const BODY_MS = 30_000;
export const UPLOAD_MS = 3_600_000;
/** ms without a byte of an upload. */
const STALL_MS = 60_000;

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>();

export function limitBodies(bodyMs = BODY_MS): RequestHandler {
  return (request, _response, next) => {
    if (!request.complete) {
      const timer = setTimeout(() => {
        if (!request.complete) request.socket.destroy();
      }, bodyMs);
      timer.unref();
      deadlines.set(request, timer);
      request.once('close', () => clearTimeout(timer));
    }
    next();
  };
}

/** For somebody who may send a file: as long as bytes come. */
export function allowUpload(request: IncomingMessage): void {
  clearTimeout(deadlines.get(request));
  request.setTimeout(STALL_MS, () => request.socket.destroy());
  request.once('end', () => request.setTimeout(0));
}
