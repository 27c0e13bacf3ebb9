import type { CameraFaultKind, CameraView, StreamState } from '#contracts/camera';

/** The state that a camera is said to be in: the one of the stream that is always open. */
export interface CameraCondition {
  readonly state: StreamState;
  readonly fault: CameraFaultKind | null;
  /** ms since 1970; `null` when nothing is known yet. Of a camera without a picture: since its last one. */
  readonly sinceMs: number | null;
  readonly lastFrameMs: number | null;
  readonly detail: string;
}

export function conditionOf(camera: CameraView): CameraCondition {
  const standing = camera.streams.find((stream) => stream.role === (camera.hasSub ? 'sub' : 'main'));
  const status = standing ?? camera.streams[0];
  if (!camera.enabled)
    return { state: 'disabled', fault: null, sinceMs: status?.sinceMs ?? null, lastFrameMs: null, detail: '' };
  if (status === undefined) return { state: 'connecting', fault: null, sinceMs: null, lastFrameMs: null, detail: '' };
  const { state, fault, lastFrameMs, detail } = status;
  // Each new attempt begins a state of its own, so its age says nothing of how long there has been no picture.
  const sinceMs = state === 'down' || fault !== null ? lastFrameMs : status.sinceMs;
  return { state, fault, sinceMs, lastFrameMs, detail };
}
