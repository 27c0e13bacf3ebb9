import { messageOf } from '#base/errors';
import type { CameraFaultKind } from '#contracts/camera';
import type { Fragment, StreamInfo } from '#contracts/media';
import { CameraFault } from '../adapter.ts';
import { type DirectRequest, GivenUp, type NotForUsReason, StreamNotForUs } from './direct-ingest.ts';
import { NoPictures } from './picture-watch.ts';
import { NotForUs } from './rtsp-client.ts';
import { Flooding } from './session.ts';

/**
 * What goes between the main thread and a thread of intake. Times in it are of the calendar, or lengths: the monotonic
 * clocks of two threads begin at different moments, and a time of one means nothing to the other.
 */

export interface IntakeThreadData {
  /** As of `RtspClientDeps` and `DirectIngestDeps`. */
  readonly readTimeoutMs: number;
  readonly fragmentMs: number;
  readonly firstPictureMs: number;
  readonly logLevel: string;
  /** One 32-bit number, which wraps: how many crowds of news the main thread has dealt with. */
  readonly taken: SharedArrayBuffer;
  readonly limits: OutboxLimits;
}

/** Bytes of fragments that may wait for the main thread, of one stream and of all of a thread. */
export interface OutboxLimits {
  readonly streamBytes: number;
  readonly allBytes: number;
}

/** `stream` is the main thread's number for one run; it is never used again. */
export type IntakeOrder =
  | { readonly kind: 'run'; readonly stream: number; readonly request: IntakeRequest }
  | { readonly kind: 'abort'; readonly stream: number };

export type IntakeRequest = Pick<DirectRequest, 'name' | 'url' | 'serverName' | 'credentials' | 'transport' | 'g711'>;

/** In the order in which it happened. `ended` is the last of a stream. */
export type IntakeNews =
  | { readonly kind: 'info'; readonly stream: number; readonly info: StreamInfo }
  | { readonly kind: 'fragment'; readonly stream: number; readonly fragment: Fragment }
  | { readonly kind: 'clock'; readonly stream: number; readonly offsetMs: number }
  | { readonly kind: 'skipped'; readonly stream: number; readonly pictures: number }
  | { readonly kind: 'ended'; readonly stream: number; readonly end: IntakeEnd }
  /** A line of the log, as JSON. */
  | { readonly kind: 'log'; readonly line: string };

/** How a run ended. Errors do not keep their class on the way between threads. */
export type IntakeEnd =
  | { readonly how: 'told' }
  | { readonly how: 'fault'; readonly fault: CameraFaultKind; readonly message: string; readonly cause: string | null }
  | { readonly how: 'givenUp'; readonly message: string }
  | { readonly how: 'flooding' }
  | { readonly how: 'noPictures' }
  | { readonly how: 'otherCodec'; readonly reason: NotForUsReason; readonly what: string; readonly message: string }
  | { readonly how: 'notForUs'; readonly message: string };

export function endOfError(error: unknown): IntakeEnd {
  const message = messageOf(error);
  if (error instanceof GivenUp) return { how: 'givenUp', message };
  if (error instanceof Flooding) return { how: 'flooding' };
  if (error instanceof NoPictures) return { how: 'noPictures' };
  if (error instanceof StreamNotForUs) return { how: 'otherCodec', reason: error.reason, what: error.what, message };
  if (error instanceof NotForUs) return { how: 'notForUs', message };
  if (!(error instanceof CameraFault)) return { how: 'fault', fault: 'internal', message, cause: null };
  return { how: 'fault', fault: error.kind, message, cause: error.cause === undefined ? null : messageOf(error.cause) };
}

/** `null` where it was told to end. */
export function errorOfEnd(end: IntakeEnd): Error | null {
  switch (end.how) {
    case 'told':
      return null;
    case 'fault':
      return new CameraFault(end.fault, end.message, end.cause === null ? undefined : new Error(end.cause));
    case 'givenUp':
      return new GivenUp(end.message);
    case 'flooding':
      return new Flooding();
    case 'noPictures':
      return new NoPictures();
    case 'otherCodec':
      return new StreamNotForUs(end.reason, end.what, end.message);
    case 'notForUs':
      return new NotForUs(end.message);
  }
}
