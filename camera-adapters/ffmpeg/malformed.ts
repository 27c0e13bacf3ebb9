import { CameraFault } from '../adapter.ts';

export function malformed(what: string): CameraFault {
  return new CameraFault('malformedStream', `the stream is broken: ${what}`);
}

/** What the reading of boxes threw, as a fault of the camera: a `RangeError` says which box is broken, and how. */
export function faultOfBoxes(error: unknown): unknown {
  return error instanceof RangeError ? malformed(error.message) : error;
}
